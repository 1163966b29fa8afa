-- Rules of the taxes of invoices and credit notes.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER invoice_taxes_110_as_posted;
DROP TRIGGER invoice_taxes_210_append_only;
DROP TRIGGER invoice_taxes_310_append_only;
DROP TRIGGER invoice_taxes_510_count_added;
DROP TRIGGER invoice_taxes_520_count_removed;

-- No insert replaces a tax: its id is higher than all. It is one that its document has, on some base, and not there yet.
CREATE TRIGGER invoice_taxes_110_as_posted BEFORE INSERT ON invoice_taxes
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM invoice_taxes))
  OR NEW.base <= 0
  OR EXISTS (SELECT 1 FROM invoice_taxes WHERE invoice_id = NEW.invoice_id AND position = NEW.position)
  OR NOT EXISTS (SELECT 1 FROM (SELECT kind, date, content -> ('$.taxes[' || NEW.position || ']') AS tax FROM invoices WHERE id = NEW.invoice_id)
    WHERE (kind, date, tax ->> 'name', tax ->> 'rate', tax ->> 'base', tax ->> 'amount') IS
      (NEW.document_kind, NEW.date, NEW.name, NEW.rate, NEW.base, NEW.amount))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A tax that was posted does not change.
CREATE TRIGGER invoice_taxes_210_append_only BEFORE UPDATE ON invoice_taxes
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A tax that was posted is not removed.
CREATE TRIGGER invoice_taxes_310_append_only BEFORE DELETE ON invoice_taxes
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A tax is counted.
CREATE TRIGGER invoice_taxes_510_count_added AFTER INSERT ON invoice_taxes
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'invoice_taxes'; END;

-- A tax that is removed while rules are set aside is no longer counted.
CREATE TRIGGER invoice_taxes_520_count_removed AFTER DELETE ON invoice_taxes
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'invoice_taxes'; END;
