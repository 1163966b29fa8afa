-- Rules of estimates.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces an estimate: its id and its number are free.
CREATE TRIGGER estimates_110_not_replaced BEFORE INSERT ON estimates
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM estimates WHERE id = NEW.id))
  OR EXISTS (SELECT 1 FROM estimates WHERE year = NEW.year AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- The estimates of a year are numbered without a gap, in the order of their days, and the newest has the highest id.
CREATE TRIGGER estimates_120_numbered_in_order BEFORE INSERT ON estimates
WHEN (NEW.id > 0 AND NEW.id < (SELECT max(id) FROM estimates))
  OR NEW.sequence IS NOT 1 + (SELECT coalesce(max(sequence), 0) FROM estimates WHERE year = NEW.year)
  OR NEW.date < (SELECT date FROM estimates ORDER BY id DESC LIMIT 1) OR NEW.year IS NOT CAST(substr(NEW.date, 1, 4) AS INTEGER)
  OR date(NEW.date) IS NOT NEW.date OR date(NEW.valid_until) IS NOT NEW.valid_until
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_numbered_in_order"}'); END;

-- An estimate is of a ticket that is there, and neither closed nor cancelled.
CREATE TRIGGER estimates_130_ticket_changeable BEFORE INSERT ON estimates
WHEN (SELECT status IN ('closed', 'cancelled') FROM service_tickets WHERE id = NEW.service_ticket_id) IS NOT 0
BEGIN
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id)));
END;

-- An estimate is for the customer of its ticket.
CREATE TRIGGER estimates_140_for_its_customer BEFORE INSERT ON estimates
WHEN EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id AND customer_id IS NOT NEW.customer_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_for_its_customer"}'); END;

-- An estimate has something to decide on.
CREATE TRIGGER estimates_150_not_empty BEFORE INSERT ON estimates
WHEN ifnull(json_array_length(NEW.content, '$.lines'), 0) = 0
BEGIN SELECT RAISE(ABORT, 'app:nothing_to_estimate:{}'); END;

-- An estimate shows every line of its ticket that the customer has not declined, as it is, and no other.
CREATE TRIGGER estimates_160_as_on_ticket BEFORE INSERT ON estimates
WHEN json_array_length(NEW.content, '$.lines') > 0 AND (EXISTS
  (SELECT id, words, net FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id AND decision <> 'declined'
    EXCEPT SELECT value ->> 'id', value ->> 'words', value ->> 'net' FROM json_each(NEW.content, '$.lines'))
  OR json_array_length(NEW.content, '$.lines') <>
    (SELECT count(*) FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id AND decision <> 'declined'))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_as_on_ticket"}'); END;

-- The nets of the lines of an estimate, their shares of the discount and the taxes come to its sums.
CREATE TRIGGER estimates_170_adds_up BEFORE INSERT ON estimates
WHEN json_array_length(NEW.content, '$.lines') > 0 AND ((NEW.lines_net, NEW.discount_amount) IS NOT
    (SELECT sum(value ->> 'net'), sum(value ->> 'share') FROM json_each(NEW.content, '$.lines'))
  OR NEW.tax IS NOT (SELECT coalesce(sum(value ->> 'amount'), 0) FROM json_each(NEW.content, '$.taxes')))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_adds_up"}'); END;

-- What was shown does not change; only whose it is follows the ticket when two records turn out to be one customer.
CREATE TRIGGER estimates_210_append_only BEFORE UPDATE ON estimates
WHEN (NEW.id, NEW.service_ticket_id, NEW.year, NEW.sequence, NEW.at, NEW.date, NEW.valid_until, NEW.message, NEW.lines_net, NEW.discount_amount,
    NEW.net, NEW.tax, NEW.total, NEW.content) IS NOT (OLD.id, OLD.service_ticket_id, OLD.year, OLD.sequence, OLD.at, OLD.date, OLD.valid_until,
    OLD.message, OLD.lines_net, OLD.discount_amount, OLD.net, OLD.tax, OLD.total, OLD.content)
  OR NEW.customer_id IS NOT (SELECT customer_id FROM service_tickets WHERE id = OLD.service_ticket_id)
  OR NOT EXISTS (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- What was shown is not removed.
CREATE TRIGGER estimates_310_append_only BEFORE DELETE ON estimates
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A new estimate is counted.
CREATE TRIGGER estimates_510_count_added AFTER INSERT ON estimates
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'estimates'; END;

-- An estimate that is removed while rules are set aside is no longer counted.
CREATE TRIGGER estimates_520_count_removed AFTER DELETE ON estimates
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'estimates'; END;
