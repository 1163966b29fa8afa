-- Rules of the lines of invoices and credit notes.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER invoice_lines_110_as_posted;
DROP TRIGGER invoice_lines_210_append_only;
DROP TRIGGER invoice_lines_310_append_only;
DROP TRIGGER invoice_lines_520_count_removed;

-- No insert replaces a line: its id is higher than all. It is one that its document has, and not there yet.
-- A credit note has none for what it takes nothing of.
-- The lines of an invoice have ids one after the other, by which their place in it is known without going through all of them.
CREATE TRIGGER invoice_lines_110_as_posted BEFORE INSERT ON invoice_lines
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM invoice_lines))
  OR (NEW.document_kind = 'credit_note' AND max(NEW.net, NEW.quantity, NEW.discount, ifnull(NEW.cost, 0)) <= 0)
  OR EXISTS (SELECT 1 FROM invoice_lines WHERE invoice_id = NEW.invoice_id AND line_id = NEW.line_id)
  OR NOT EXISTS (SELECT 1 FROM (SELECT i.kind, i.date, i.content -> ('$.lines[' || (
        coalesce((SELECT id FROM invoice_lines WHERE invoice_id = i.credits_id AND line_id = NEW.line_id), (SELECT max(id) + 1 FROM invoice_lines), 1)
        - coalesce((SELECT id FROM invoice_lines WHERE invoice_id = coalesce(i.credits_id, i.id) ORDER BY line_id LIMIT 1),
          (SELECT max(id) + 1 FROM invoice_lines), 1)) || ']') AS line
      FROM invoices i WHERE i.id = NEW.invoice_id LIMIT 1)
    WHERE (kind, date, line ->> 'id', line ->> 'kind', line ->> 'description', line ->> 'mechanic_id', line ->> 'quantity',
      (line ->> 'net') - ifnull(line ->> 'share', 0),
      iif(kind = 'invoice', (line ->> 'discount_amount') + (line ->> 'share'), line ->> 'discount'), line ->> 'cost') IS
      (NEW.document_kind, NEW.date, NEW.line_id, NEW.kind, NEW.description, NEW.mechanic_id, NEW.quantity, NEW.net, NEW.discount, NEW.cost))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A line that was posted does not change.
CREATE TRIGGER invoice_lines_210_append_only BEFORE UPDATE ON invoice_lines
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A line that was posted is not removed.
CREATE TRIGGER invoice_lines_310_append_only BEFORE DELETE ON invoice_lines
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A line that is removed while rules are set aside is no longer counted. Where lines are added they are counted, all of a document at once.
CREATE TRIGGER invoice_lines_520_count_removed AFTER DELETE ON invoice_lines
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'invoice_lines'; END;
