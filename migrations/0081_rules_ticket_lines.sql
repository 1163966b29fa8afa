-- Rules of the lines that tickets sell.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER ticket_lines_110_not_replaced;
DROP TRIGGER ticket_lines_120_start_open;
DROP TRIGGER ticket_lines_130_ticket_changeable;
DROP TRIGGER ticket_lines_140_name_what_is_there;
DROP TRIGGER ticket_lines_150_whole_units;
DROP TRIGGER ticket_lines_160_waste_with_epa_number;
DROP TRIGGER ticket_lines_170_automatic_as_drawn;
DROP TRIGGER ticket_lines_180_whole_cents;
DROP TRIGGER ticket_lines_210_keep_identity;
DROP TRIGGER ticket_lines_220_ticket_changeable;
DROP TRIGGER ticket_lines_230_automatic_as_drawn;
DROP TRIGGER ticket_lines_240_decided_by_customer;
DROP TRIGGER ticket_lines_250_name_what_is_there;
DROP TRIGGER ticket_lines_260_whole_units;
DROP TRIGGER ticket_lines_270_waste_with_epa_number;
DROP TRIGGER ticket_lines_280_still_whole_cents;
DROP TRIGGER ticket_lines_310_ticket_changeable;
DROP TRIGGER ticket_lines_320_automatic_as_drawn;
DROP TRIGGER ticket_lines_610_void_other_words;
DROP TRIGGER ticket_lines_620_plan_added;
DROP TRIGGER ticket_lines_630_plan_moved;
DROP TRIGGER ticket_lines_640_plan_removed;
DROP TRIGGER ticket_lines_650_gross_added;
DROP TRIGGER ticket_lines_660_gross_moved;
DROP TRIGGER ticket_lines_670_gross_removed;

-- What was not kept of lines whose parts had left the stock.
UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = service_tickets.id)
WHERE unbilled_net IS NOT (SELECT net FROM unbilled_work WHERE service_ticket_id = service_tickets.id);

-- No insert replaces a line: its id is free.
CREATE TRIGGER ticket_lines_110_not_replaced BEFORE INSERT ON ticket_lines
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_lines WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_not_replaced"}'); END;

-- Nobody has said yes or no to a new line.
CREATE TRIGGER ticket_lines_120_start_open BEFORE INSERT ON ticket_lines
WHEN NEW.decision <> 'open'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_start_open"}'); END;

-- A line is on a ticket that is there, and neither closed nor cancelled nor invoiced.
CREATE TRIGGER ticket_lines_130_ticket_changeable BEFORE INSERT ON ticket_lines
WHEN NEW.automatic = 0 AND (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets
  WHERE id = NEW.service_ticket_id) IS NOT 0
BEGIN
  SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', invoice_id)) FROM service_tickets
    WHERE id = NEW.service_ticket_id AND invoice_id IS NOT NULL;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id)));
END;

-- A line names a job of its own ticket, and a part and a mechanic that are there.
CREATE TRIGGER ticket_lines_140_name_what_is_there BEFORE INSERT ON ticket_lines
WHEN NEW.automatic = 0 AND coalesce(NEW.job_id, NEW.inventory_id, NEW.mechanic_id) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'job', 'id', NEW.job_id))
    WHERE NEW.job_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_jobs WHERE id = NEW.job_id AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))
    WHERE NEW.inventory_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id))
    WHERE NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id);
END;

-- A part that comes in whole pieces is sold in whole pieces.
CREATE TRIGGER ticket_lines_150_whole_units BEFORE INSERT ON ticket_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.quantity % 1000 <> 0
BEGIN
  SELECT RAISE(ABORT, 'app:whole_units_only:{}') FROM parts WHERE id = NEW.inventory_id
    AND unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll');
END;

-- Hazardous waste is charged only by a shop that has an EPA number (16 CCR 3357 of California).
CREATE TRIGGER ticket_lines_160_waste_with_epa_number BEFORE INSERT ON ticket_lines
WHEN NEW.fee_kind = 'hazardous_waste' AND (SELECT epa_number FROM shop WHERE id = 1) IS NULL
BEGIN SELECT RAISE(ABORT, 'app:epa_number_missing:{}'); END;

-- An automatic line stands for what has left the stock beyond other lines, and for nothing else.
CREATE TRIGGER ticket_lines_170_automatic_as_drawn AFTER INSERT ON ticket_lines
WHEN NEW.automatic = 1 AND (SELECT quantity >= NEW.quantity FROM ticket_parts
  WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id) IS NOT 1
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_automatic_as_drawn"}'); END;

-- An amount of a line is a whole number of cents, and so is the sum of them.
CREATE TRIGGER ticket_lines_180_whole_cents BEFORE INSERT ON ticket_lines
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.flat_amount, 0) + ifnull(NEW.unit_cost, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.authorized_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_whole_cents"}'); END;

-- The id and the ticket of a line never change, nor whether it came by itself.
CREATE TRIGGER ticket_lines_210_keep_identity AFTER UPDATE ON ticket_lines
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.automatic <> OLD.automatic
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_keep_identity"}'); END;

-- A line changes while its ticket is neither closed nor cancelled nor invoiced; cancelling opens all of them again.
CREATE TRIGGER ticket_lines_220_ticket_changeable AFTER UPDATE ON ticket_lines
WHEN (OLD.automatic = 0 OR NEW.quantity = OLD.quantity) AND (SELECT invoice_id IS NOT NULL OR status = 'closed' OR (status = 'cancelled'
  AND (NEW.decision <> 'open' OR OLD.decision = 'open')) FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;

-- Of a line that stands for parts which left the stock, only price, discount, tax and job change.
CREATE TRIGGER ticket_lines_230_automatic_as_drawn AFTER UPDATE ON ticket_lines
WHEN NEW.automatic = 1 AND (NEW.words <> OLD.words OR (NEW.quantity <> OLD.quantity AND NEW.quantity IS NOT
  (SELECT quantity FROM parts_beyond_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id)))
BEGIN SELECT RAISE(ABORT, 'app:part_drawn:{}'); END;

-- A line is approved or declined by the customer's last decision on just these words, and by nothing else.
CREATE TRIGGER ticket_lines_240_decided_by_customer AFTER UPDATE ON ticket_lines
WHEN NEW.decision <> 'open' AND (NEW.decision <> OLD.decision OR NEW.authorized_net IS NOT OLD.authorized_net) AND NOT EXISTS
  (SELECT 1 FROM (SELECT decision, net, words FROM authorization_decisions WHERE line_id = NEW.id AND service_ticket_id = NEW.service_ticket_id ORDER BY id DESC LIMIT 1) d
    WHERE d.decision = NEW.decision AND d.words = NEW.words AND NEW.authorized_net IS iif(d.decision = 'approved', d.net, NULL))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_decided_by_customer"}'); END;

-- A changed line still names a job of its own ticket, and a part and a mechanic that are there.
CREATE TRIGGER ticket_lines_250_name_what_is_there AFTER UPDATE OF job_id, inventory_id, mechanic_id ON ticket_lines
BEGIN
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'job', 'id', NEW.job_id))
    WHERE NEW.job_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_jobs WHERE id = NEW.job_id AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))
    WHERE NEW.inventory_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id))
    WHERE NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id);
END;

-- A part that comes in whole pieces is still sold in whole pieces.
CREATE TRIGGER ticket_lines_260_whole_units AFTER UPDATE OF quantity, inventory_id ON ticket_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.quantity % 1000 <> 0
BEGIN
  SELECT RAISE(ABORT, 'app:whole_units_only:{}') FROM parts WHERE id = NEW.inventory_id
    AND unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll');
END;

-- A line does not become a charge for hazardous waste in a shop without an EPA number.
CREATE TRIGGER ticket_lines_270_waste_with_epa_number AFTER UPDATE OF fee_kind ON ticket_lines
WHEN NEW.fee_kind = 'hazardous_waste' AND OLD.fee_kind IS NOT 'hazardous_waste' AND (SELECT epa_number FROM shop WHERE id = 1) IS NULL
BEGIN SELECT RAISE(ABORT, 'app:epa_number_missing:{}'); END;

-- An amount of a line is still a whole number of cents, and so is the sum of them.
CREATE TRIGGER ticket_lines_280_still_whole_cents BEFORE UPDATE OF unit_price, flat_amount, unit_cost, discount_value, authorized_net ON ticket_lines
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.flat_amount, 0) + ifnull(NEW.unit_cost, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.authorized_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_still_whole_cents"}'); END;

-- A line leaves a ticket that is neither closed nor cancelled nor invoiced, or goes with it.
CREATE TRIGGER ticket_lines_310_ticket_changeable AFTER DELETE ON ticket_lines
WHEN OLD.automatic = 0 AND (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;

-- A line that stands for parts which left the stock stays until they are back, or others plan them.
CREATE TRIGGER ticket_lines_320_automatic_as_drawn AFTER DELETE ON ticket_lines
WHEN OLD.automatic = 1 AND (SELECT quantity > 0 AND (quantity * unit_price + 500) / 1000 <= 999999999 FROM parts_beyond_lines
  WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:part_drawn:{}'); END;

-- Another content voids what the customer said.
CREATE TRIGGER ticket_lines_610_void_other_words AFTER UPDATE ON ticket_lines
WHEN NEW.words <> OLD.words AND NEW.decision <> 'open'
BEGIN UPDATE ticket_lines SET decision = 'open', authorized_net = NULL WHERE id = NEW.id; END;

-- A line that plans a part leaves less of it beyond the lines, which changes what is unbilled.
CREATE TRIGGER ticket_lines_620_plan_added AFTER INSERT ON ticket_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.automatic = 0
BEGIN
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id)
    WHERE id = NEW.service_ticket_id AND unbilled_net IS NOT NULL;
END;

-- A line that plans another part or quantity, or is declined, changes what is beyond the lines, and so what is unbilled.
CREATE TRIGGER ticket_lines_630_plan_moved AFTER UPDATE ON ticket_lines
WHEN NEW.automatic = 0 AND (NEW.inventory_id IS NOT OLD.inventory_id OR NEW.quantity <> OLD.quantity
  OR (NEW.decision = 'declined') <> (OLD.decision = 'declined'))
BEGIN
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id;
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id
    AND inventory_id IS NOT NEW.inventory_id;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id)
    WHERE id = NEW.service_ticket_id AND unbilled_net IS NOT NULL;
END;

-- A removed line leaves more of its part beyond the lines, which is unbilled.
CREATE TRIGGER ticket_lines_640_plan_removed AFTER DELETE ON ticket_lines
WHEN OLD.inventory_id IS NOT NULL AND OLD.automatic = 0
BEGIN
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = OLD.service_ticket_id)
    WHERE id = OLD.service_ticket_id AND unbilled_net IS NOT NULL;
END;

-- A line that somebody wrote adds to what those of its ticket come to, and to what is unbilled of it.
CREATE TRIGGER ticket_lines_650_gross_added AFTER INSERT ON ticket_lines
WHEN NEW.automatic = 0
BEGIN
  UPDATE service_tickets SET lines_gross = lines_gross + NEW.gross, lines_count = lines_count + 1,
    unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
  WHERE id = NEW.service_ticket_id;
END;

-- Such a line that costs more or less, or that the customer has declined, changes that; of a line that came by itself what is unbilled.
CREATE TRIGGER ticket_lines_660_gross_moved AFTER UPDATE ON ticket_lines
WHEN NEW.gross <> OLD.gross OR NEW.net <> OLD.net OR (NEW.decision = 'declined') <> (OLD.decision = 'declined')
BEGIN
  UPDATE service_tickets SET lines_gross = lines_gross + iif(NEW.automatic, 0, NEW.gross - OLD.gross),
    unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
  WHERE id = NEW.service_ticket_id AND (NEW.automatic = 0 OR unbilled_net IS NOT NULL);
END;

-- A removed line is no part of it any more.
CREATE TRIGGER ticket_lines_670_gross_removed AFTER DELETE ON ticket_lines
WHEN OLD.automatic = 0
BEGIN
  UPDATE service_tickets SET lines_gross = lines_gross - OLD.gross, lines_count = lines_count - 1,
    unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = OLD.service_ticket_id))
  WHERE id = OLD.service_ticket_id;
END;
