-- Rules of service tickets.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER service_tickets_110_not_replaced;
DROP TRIGGER service_tickets_120_start_open;
DROP TRIGGER service_tickets_130_start_without_past;
DROP TRIGGER service_tickets_210_keep_identity;
DROP TRIGGER service_tickets_220_legal_steps;
DROP TRIGGER service_tickets_225_start_authorized;
DROP TRIGGER service_tickets_230_keep_dates;
DROP TRIGGER service_tickets_240_closed;
DROP TRIGGER service_tickets_250_total_closed;
DROP TRIGGER service_tickets_260_keep_whose;
DROP TRIGGER service_tickets_265_keep_whose_estimate;
DROP TRIGGER service_tickets_270_keep_words;
DROP TRIGGER service_tickets_280_discount_known;
DROP TRIGGER service_tickets_290_lines_within_bounds;
DROP TRIGGER service_tickets_310_closed_stay;
DROP TRIGGER service_tickets_320_completed_stay;
DROP TRIGGER service_tickets_330_estimates_stay;
DROP TRIGGER service_tickets_510_count_added;
DROP TRIGGER service_tickets_520_count_removed;
DROP TRIGGER service_tickets_525_count_moved;
DROP TRIGGER service_tickets_530_completed_count_moved;
DROP TRIGGER service_tickets_610_stamp_dates;
DROP TRIGGER service_tickets_620_hold_parts;
DROP TRIGGER service_tickets_630_move_bookings;
DROP TRIGGER service_tickets_640_cascade_delete;
DROP TRIGGER service_tickets_650_write_down_words;
DROP TRIGGER service_tickets_660_mileage_read;
DROP TRIGGER service_tickets_670_mileage_corrected;
DROP TRIGGER service_tickets_680_mileage_removed;
DROP TRIGGER service_tickets_690_open_lines;
DROP TRIGGER service_tickets_695_move_estimates;
DROP TRIGGER service_tickets_710_found;
DROP TRIGGER service_tickets_720_found_by_changes;
DROP TRIGGER service_tickets_725_not_found_by_erased_name;
DROP TRIGGER service_tickets_730_not_found;

-- What is unbilled of tickets that are completed or closed already.
UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = service_tickets.id)
  WHERE status = 'completed' OR status = 'closed';
INSERT INTO counters (name, value) SELECT 'unbilled', count(*) FROM service_tickets WHERE unbilled_net > 0;
INSERT INTO counters (name, value) SELECT 'unbilled_net', coalesce(sum(unbilled_net), 0) FROM service_tickets WHERE unbilled_net > 0;

-- No insert replaces a ticket: its id is free.
CREATE TRIGGER service_tickets_110_not_replaced BEFORE INSERT ON service_tickets
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_not_replaced"}'); END;

-- A new ticket is open.
CREATE TRIGGER service_tickets_120_start_open BEFORE INSERT ON service_tickets
WHEN NEW.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', NULL, 'to', NEW.status)); END;

-- A new ticket has no parts and no invoice, and was neither completed nor closed.
CREATE TRIGGER service_tickets_130_start_without_past BEFORE INSERT ON service_tickets
WHEN NEW.parts_total <> 0 OR NEW.completed_at IS NOT NULL OR NEW.closed_at IS NOT NULL OR NEW.invoice_id IS NOT NULL OR NEW.unbilled_net IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_start_without_past"}'); END;

-- A new ticket's vehicle leaves with at least the mileage that it came with.
CREATE TRIGGER service_tickets_140_mileage_out BEFORE INSERT ON service_tickets
WHEN NEW.mileage_out < NEW.mileage
BEGIN SELECT RAISE(ABORT, 'app:mileage_out_too_low:' || json_object('mileage', NEW.mileage)); END;

-- An amount of a ticket is a whole number of cents, and so is the sum of them.
CREATE TRIGGER service_tickets_150_whole_cents BEFORE INSERT ON service_tickets
WHEN typeof(ifnull(NEW.parts_total, 0) + ifnull(NEW.lines_gross, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.unbilled_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_whole_cents"}'); END;

-- The id of a ticket never changes.
CREATE TRIGGER service_tickets_210_keep_identity AFTER UPDATE ON service_tickets
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_identity"}'); END;

-- The status of a ticket takes one of nine steps: four on, two back, three to another start.
-- A status of null is no step, though UPDATE OR REPLACE would make it the default of the column.
CREATE TRIGGER service_tickets_220_legal_steps BEFORE UPDATE OF status ON service_tickets
WHEN (OLD.status || '>' || NEW.status IN ('open>in_progress', 'in_progress>completed', 'completed>closed',
  'in_progress>open', 'completed>in_progress', 'open>cancelled', 'in_progress>cancelled', 'closed>open', 'cancelled>open')) IS NOT TRUE
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', OLD.status, 'to', NEW.status)); END;

-- Where work needs the customer's yes, it does not begin while a line is neither declined nor covered by it.
-- Lines of a job that is decided together cover each other. Each line is read twice, not once for each line of its job.
CREATE TRIGGER service_tickets_225_start_authorized BEFORE UPDATE OF status ON service_tickets
WHEN OLD.status = 'open' AND NEW.status = 'in_progress' AND EXISTS (SELECT 1 FROM shop WHERE authorization = 'work')
BEGIN
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', l.description)) FROM ticket_lines l
    LEFT JOIN ticket_jobs j ON j.id = l.job_id
    WHERE l.service_ticket_id = NEW.id AND (l.decision = 'open' OR (l.net > l.authorized_net AND j.by_line IS NOT 0));
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', j.title)) FROM ticket_jobs j
    WHERE j.service_ticket_id = NEW.id AND j.by_line = 0 AND (SELECT sum(net - authorized_net) > 0 FROM ticket_lines WHERE job_id = j.id);
END;

-- An invoiced ticket is closed at most: what it bills has to be credited before it can be worked on again.
CREATE TRIGGER service_tickets_227_invoiced BEFORE UPDATE OF status ON service_tickets
WHEN OLD.invoice_id IS NOT NULL AND NEW.status NOT IN ('completed', 'closed')
BEGIN SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', OLD.invoice_id)); END;

-- When the work ended is set by the steps, and by nothing else.
CREATE TRIGGER service_tickets_230_keep_dates AFTER UPDATE OF completed_at, closed_at ON service_tickets
WHEN NEW.status = OLD.status AND ((NEW.completed_at IS NULL) = (NEW.status IN ('completed', 'closed'))
  OR (NEW.closed_at IS NULL) = (NEW.status = 'closed') OR NEW.completed_at <> OLD.completed_at OR NEW.closed_at <> OLD.closed_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_dates"}'); END;

-- A closed or cancelled ticket does not change; reopening it may set another time.
CREATE TRIGGER service_tickets_240_closed BEFORE UPDATE OF service_desc, service_date, scheduled_start, scheduled_end, mileage, notes,
  internal_notes, mileage_out, promised_at, po_number, discount_percent, discount_value, discount_reason, created_at ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled') AND (NEW.status <> 'open' OR NEW.service_desc <> OLD.service_desc
  OR NEW.service_date <> OLD.service_date OR NEW.mileage IS NOT OLD.mileage OR NEW.notes IS NOT OLD.notes
  OR NEW.internal_notes IS NOT OLD.internal_notes OR NEW.mileage_out IS NOT OLD.mileage_out
  OR NEW.promised_at IS NOT OLD.promised_at OR NEW.po_number IS NOT OLD.po_number OR NEW.discount_percent IS NOT OLD.discount_percent
  OR NEW.discount_value IS NOT OLD.discount_value OR NEW.discount_reason IS NOT OLD.discount_reason OR NEW.created_at <> OLD.created_at)
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

-- The total of a closed ticket does not change; that of a cancelled one does with its lines alone.
CREATE TRIGGER service_tickets_250_total_closed AFTER UPDATE OF parts_total ON service_tickets
WHEN OLD.status = 'closed' OR (OLD.status = 'cancelled' AND NEW.parts_total IS NOT
  (SELECT coalesce(sum((quantity * unit_price + 500) / 1000), 0) FROM ticket_parts WHERE service_ticket_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

-- A ticket that is over stays with its customer and vehicle, unless one of them was found to be another one.
CREATE TRIGGER service_tickets_260_keep_whose BEFORE UPDATE OF customer_id, vehicle_id ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
  AND ((NEW.customer_id <> OLD.customer_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
    OR (NEW.vehicle_id IS NOT OLD.vehicle_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'vehicle' AND id = OLD.vehicle_id AND into_id = NEW.vehicle_id)))
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

-- A ticket of which somebody was shown what it costs stays with its customer and vehicle, unless one of them was found to be another one.
CREATE TRIGGER service_tickets_265_keep_whose_estimate BEFORE UPDATE OF customer_id, vehicle_id ON service_tickets
WHEN EXISTS (SELECT 1 FROM estimates WHERE service_ticket_id = OLD.id)
  AND ((NEW.customer_id <> OLD.customer_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
    OR (NEW.vehicle_id IS NOT OLD.vehicle_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'vehicle' AND id = OLD.vehicle_id AND into_id = NEW.vehicle_id)))
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_estimates:{}'); END;

-- A ticket that was ever invoiced stays with its customer and vehicle, unless one of them was found to be another one.
CREATE TRIGGER service_tickets_267_keep_whose_invoice BEFORE UPDATE OF customer_id, vehicle_id ON service_tickets
WHEN EXISTS (SELECT 1 FROM invoices WHERE service_ticket_id = OLD.id)
  AND ((NEW.customer_id <> OLD.customer_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
    OR (NEW.vehicle_id IS NOT OLD.vehicle_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'vehicle' AND id = OLD.vehicle_id AND into_id = NEW.vehicle_id)))
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_invoices:{}'); END;

-- What a closed ticket says is written down when it is closed, and by nothing else; only an erased customer's name goes.
CREATE TRIGGER service_tickets_270_keep_words AFTER UPDATE OF closed_words ON service_tickets
WHEN (NEW.closed_words IS NOT OLD.closed_words AND (NEW.closed_words IS NOT NULL) = (OLD.closed_words IS NOT NULL)
    AND NOT (json_remove(NEW.closed_words, '$.customer') IS json_remove(OLD.closed_words, '$.customer')
      AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.customer_id AND erased_at IS NOT NULL AND name = NEW.closed_words ->> 'customer')))
  OR (NEW.closed_words IS NULL) = (NEW.status = 'closed')
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_words"}'); END;

-- The discount of a ticket is a percentage or an amount, with its reason.
CREATE TRIGGER service_tickets_280_discount_known AFTER UPDATE OF discount_percent, discount_value, discount_reason ON service_tickets
WHEN (NEW.discount_percent IS NOT NULL AND NEW.discount_value IS NOT NULL)
  OR (NEW.discount_reason IS NULL) <> (coalesce(NEW.discount_percent, NEW.discount_value) IS NULL)
  OR NEW.discount_percent NOT BETWEEN 0 AND 1000000 OR NEW.discount_value NOT BETWEEN 0 AND 999999999
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_discount_known"}'); END;

-- An amount of a ticket is still a whole number of cents, and so is the sum of them.
CREATE TRIGGER service_tickets_289_still_whole_cents AFTER UPDATE OF parts_total, lines_gross, discount_value, unbilled_net ON service_tickets
WHEN typeof(ifnull(NEW.parts_total, 0) + ifnull(NEW.lines_gross, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.unbilled_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_still_whole_cents"}'); END;

-- A ticket has at most 300 lines that people wrote, which come to at most 9,999,999.99.
CREATE TRIGGER service_tickets_290_lines_within_bounds AFTER UPDATE OF lines_gross, lines_count ON service_tickets
WHEN NEW.lines_gross > 999999999 OR NEW.lines_count > 300
BEGIN SELECT RAISE(ABORT, iif(NEW.lines_count > 300, 'app:too_many_lines:{}', 'app:amount_too_large:{}')); END;

-- What is billed does not change: neither the lines and parts of an invoiced ticket, nor its discount.
CREATE TRIGGER service_tickets_293_invoiced AFTER UPDATE OF parts_total, lines_gross, lines_count, discount_percent, discount_value, discount_reason
  ON service_tickets
WHEN OLD.invoice_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', OLD.invoice_id)); END;

-- A ticket is billed by its last invoice, while not all of that is credited, and by no other.
CREATE TRIGGER service_tickets_295_invoice_of_ledger AFTER UPDATE OF invoice_id ON service_tickets
WHEN NEW.invoice_id IS NOT (SELECT iif(is_credited, NULL, id) FROM invoices
  WHERE service_ticket_id = NEW.id AND kind = 'invoice' ORDER BY id DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_invoice_of_ledger"}'); END;

-- What is unbilled of a ticket follows from its lines.
CREATE TRIGGER service_tickets_297_unbilled_from_lines AFTER UPDATE OF unbilled_net ON service_tickets
WHEN NEW.unbilled_net IS NOT OLD.unbilled_net AND NEW.unbilled_net IS NOT (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_unbilled_from_lines"}'); END;

-- A vehicle leaves with at least the mileage that it came with.
CREATE TRIGGER service_tickets_299_mileage_out AFTER UPDATE OF mileage, mileage_out ON service_tickets
WHEN NEW.mileage_out < NEW.mileage
BEGIN SELECT RAISE(ABORT, 'app:mileage_out_too_low:' || json_object('mileage', NEW.mileage)); END;

-- A closed ticket is not removed.
CREATE TRIGGER service_tickets_310_closed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'closed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

-- A completed ticket is not removed.
CREATE TRIGGER service_tickets_320_completed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'completed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_completed:{}'); END;

-- A ticket of which somebody was shown what it costs is not removed.
CREATE TRIGGER service_tickets_330_estimates_stay BEFORE DELETE ON service_tickets
WHEN OLD.status NOT IN ('closed', 'completed') AND EXISTS (SELECT 1 FROM estimates WHERE service_ticket_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_estimates:{}'); END;

-- A ticket that was ever invoiced is not removed.
CREATE TRIGGER service_tickets_340_invoices_stay BEFORE DELETE ON service_tickets
WHEN OLD.status NOT IN ('closed', 'completed') AND EXISTS (SELECT 1 FROM invoices WHERE service_ticket_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_invoices:{}'); END;

-- A new ticket is counted, also for its customer, who has to exist.
CREATE TRIGGER service_tickets_510_count_added AFTER INSERT ON service_tickets
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'service_tickets';
  UPDATE customers SET ticket_count = ticket_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

-- A removed ticket is no longer counted, nor for its customer.
CREATE TRIGGER service_tickets_520_count_removed AFTER DELETE ON service_tickets
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'service_tickets';
  UPDATE customers SET ticket_count = ticket_count - 1 WHERE id = OLD.customer_id;
END;

-- A ticket that turns out to be another customer's is counted for them, who have to exist.
CREATE TRIGGER service_tickets_525_count_moved AFTER UPDATE OF customer_id ON service_tickets
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
  UPDATE customers SET ticket_count = ticket_count - 1 WHERE id = OLD.customer_id;
  UPDATE customers SET ticket_count = ticket_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

-- A ticket that is completed, or is so no more, is counted for its mechanics.
CREATE TRIGGER service_tickets_530_completed_count_moved AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status IN ('completed', 'closed')) <> (NEW.status IN ('completed', 'closed'))
BEGIN
  UPDATE mechanics SET completed_count = completed_count + iif(NEW.status IN ('completed', 'closed'), 1, -1)
    WHERE id IN (SELECT mechanic_id FROM assignments WHERE service_ticket_id = NEW.id);
END;

-- What is unbilled of all tickets is kept, and how many they are.
CREATE TRIGGER service_tickets_535_sum_unbilled AFTER UPDATE OF unbilled_net ON service_tickets
WHEN NEW.unbilled_net IS NOT OLD.unbilled_net
BEGIN
  UPDATE counters SET value = value + iif(name = 'unbilled', (ifnull(NEW.unbilled_net, 0) > 0) - (ifnull(OLD.unbilled_net, 0) > 0),
    ifnull(NEW.unbilled_net, 0) - ifnull(OLD.unbilled_net, 0)) WHERE name = 'unbilled' OR name = 'unbilled_net';
END;

-- Completing and closing a ticket write down when, and what is unbilled of it; a ticket that is open again has neither date.
CREATE TRIGGER service_tickets_610_stamp_dates AFTER UPDATE OF status ON service_tickets
BEGIN
  UPDATE service_tickets SET
    completed_at = iif(NEW.status = 'completed', w.at, iif(NEW.status = 'closed', OLD.completed_at, NULL)),
    closed_at = iif(NEW.status = 'closed', w.at, NULL),
    unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.id)
  FROM (SELECT coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) AS at) w
  WHERE id = NEW.id;
END;

-- Cancelling a ticket gives its parts back, reopening takes them again; the lines stay.
CREATE TRIGGER service_tickets_620_hold_parts AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status = 'cancelled') <> (NEW.status = 'cancelled')
BEGIN UPDATE ticket_parts SET held = NEW.status <> 'cancelled' WHERE service_ticket_id = NEW.id; END;

-- The bookings of a ticket have its times, end with the work, and are none while it is closed or cancelled.
CREATE TRIGGER service_tickets_630_move_bookings AFTER UPDATE OF status, scheduled_start, scheduled_end, completed_at ON service_tickets
BEGIN
  UPDATE assignments SET (starts_at, ends_at) = (SELECT starts_at, ends_at FROM booked_times WHERE id = NEW.id)
  WHERE service_ticket_id = NEW.id;
END;

-- A removed ticket takes its parts, lines, jobs and mechanics along.
CREATE TRIGGER service_tickets_640_cascade_delete AFTER DELETE ON service_tickets
BEGIN
  DELETE FROM ticket_parts WHERE service_ticket_id = OLD.id;
  DELETE FROM ticket_lines WHERE service_ticket_id = OLD.id;
  DELETE FROM ticket_jobs WHERE service_ticket_id = OLD.id;
  DELETE FROM assignments WHERE service_ticket_id = OLD.id;
END;

-- A ticket writes down what it says when it is closed, and forgets it when it is open again.
CREATE TRIGGER service_tickets_650_write_down_words AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status = 'closed') <> (NEW.status = 'closed')
BEGIN
  UPDATE service_tickets SET closed_words = iif(NEW.status <> 'closed', NULL, json_object(
    'VIN', (SELECT vin FROM vehicles WHERE id = NEW.vehicle_id), 'customer', (SELECT name FROM customers WHERE id = NEW.customer_id),
    'mechanics', json((SELECT json_group_object(m.id, m.name) FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
      WHERE a.service_ticket_id = NEW.id)),
    'parts', json((SELECT json_group_object(p.id, json_object('name', p.name, 'part_number', p.part_number)) FROM ticket_parts l
      JOIN parts p ON p.id = l.inventory_id WHERE l.service_ticket_id = NEW.id))))
  WHERE id = NEW.id;
END;

-- A vehicle has at least the mileage that its tickets have read.
CREATE TRIGGER service_tickets_660_mileage_read AFTER INSERT ON service_tickets
WHEN NEW.mileage IS NOT NULL AND NEW.vehicle_id IS NOT NULL
BEGIN
  UPDATE vehicles SET mileage = NEW.mileage, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.vehicle_id AND (mileage IS NULL OR mileage < NEW.mileage);
END;

-- A vehicle whose highest reading is corrected has the highest of those that are left, of tickets and of its record.
CREATE TRIGGER service_tickets_670_mileage_corrected AFTER UPDATE OF mileage, vehicle_id ON service_tickets
WHEN NEW.mileage IS NOT OLD.mileage OR NEW.vehicle_id IS NOT OLD.vehicle_id
BEGIN
  UPDATE vehicles SET version = version + 1, updated_at = NEW.updated_at, mileage = nullif(max(coalesce(stated_mileage, -1),
      coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1)), -1)
    WHERE id = OLD.vehicle_id AND mileage = OLD.mileage AND mileage > coalesce(stated_mileage, -1)
      AND mileage > coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1);
  UPDATE vehicles SET mileage = NEW.mileage, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.vehicle_id AND (mileage IS NULL OR mileage < NEW.mileage);
END;

-- A removed ticket takes its reading along.
CREATE TRIGGER service_tickets_680_mileage_removed AFTER DELETE ON service_tickets
WHEN OLD.mileage IS NOT NULL AND OLD.vehicle_id IS NOT NULL
BEGIN
  UPDATE vehicles SET version = version + 1,
    updated_at = coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), mileage = nullif(max(coalesce(stated_mileage, -1),
      coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1)), -1)
    WHERE id = OLD.vehicle_id AND mileage = OLD.mileage AND mileage > coalesce(stated_mileage, -1)
      AND mileage > coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1);
END;

-- What the customer said of a ticket ends when it is cancelled: brought back, it needs a new yes.
CREATE TRIGGER service_tickets_690_open_lines AFTER UPDATE OF status ON service_tickets
WHEN NEW.status = 'cancelled' AND OLD.status <> 'cancelled'
BEGIN UPDATE ticket_lines SET decision = 'open', authorized_net = NULL WHERE service_ticket_id = NEW.id AND decision <> 'open'; END;

-- The estimates and invoices of a ticket are its customer's, whose record may turn out to be another one.
CREATE TRIGGER service_tickets_695_move_documents AFTER UPDATE OF customer_id ON service_tickets
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
  UPDATE estimates SET customer_id = NEW.customer_id WHERE service_ticket_id = NEW.id;
  UPDATE invoices SET customer_id = NEW.customer_id WHERE service_ticket_id = NEW.id;
END;

-- A new ticket is found by its words, its customer's name and its vehicle's plate.
CREATE TRIGGER service_tickets_710_found AFTER INSERT ON service_tickets
BEGIN
  INSERT INTO service_tickets_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', NEW.search_terms ->> 'service_desc', (SELECT search_terms ->> 'name' FROM customers WHERE id = NEW.customer_id),
    (SELECT search_terms ->> 'license_plate' FROM vehicles WHERE id = NEW.vehicle_id));
END;

-- A ticket is found by what has changed, and no longer by what was there before.
CREATE TRIGGER service_tickets_720_found_by_changes AFTER UPDATE OF search_terms, customer_id, vehicle_id ON service_tickets
WHEN NEW.search_terms <> OLD.search_terms OR NEW.customer_id <> OLD.customer_id OR NEW.vehicle_id IS NOT OLD.vehicle_id
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', NEW.search_terms ->> 'service_desc', (SELECT search_terms ->> 'name' FROM customers WHERE id = NEW.customer_id),
    (SELECT search_terms ->> 'license_plate' FROM vehicles WHERE id = NEW.vehicle_id));
END;

-- A closed ticket is not found by the name of a customer who was erased.
CREATE TRIGGER service_tickets_725_not_found_by_erased_name AFTER UPDATE OF closed_words ON service_tickets
WHEN NEW.closed_words IS NOT NULL AND OLD.closed_words IS NOT NULL
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', NEW.search_terms ->> 'service_desc', (SELECT search_terms ->> 'name' FROM customers WHERE id = NEW.customer_id),
    (SELECT search_terms ->> 'license_plate' FROM vehicles WHERE id = NEW.vehicle_id));
END;

-- A removed ticket is not found.
CREATE TRIGGER service_tickets_730_not_found AFTER DELETE ON service_tickets
BEGIN DELETE FROM service_tickets_search WHERE rowid = OLD.id; END;
