-- Rules of service tickets.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- No insert replaces a ticket: its id is free.
CREATE TRIGGER service_tickets_110_not_replaced BEFORE INSERT ON service_tickets
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_not_replaced"}'); END;

-- A new ticket is open.
CREATE TRIGGER service_tickets_120_start_open BEFORE INSERT ON service_tickets
WHEN NEW.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', NULL, 'to', NEW.status)); END;

-- A new ticket has no parts, and was neither completed nor closed.
CREATE TRIGGER service_tickets_130_start_without_past BEFORE INSERT ON service_tickets
WHEN NEW.parts_total <> 0 OR NEW.completed_at IS NOT NULL OR NEW.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_start_without_past"}'); END;

-- The id, the customer and the vehicle of a ticket never change.
CREATE TRIGGER service_tickets_210_keep_identity AFTER UPDATE ON service_tickets
WHEN NEW.id <> OLD.id OR NEW.customer_id <> OLD.customer_id OR NEW.vehicle_id <> OLD.vehicle_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_identity"}'); END;

-- The status of a ticket takes one of seven steps.
-- A status of null is no step, though UPDATE OR REPLACE would make it the default of the column.
CREATE TRIGGER service_tickets_220_legal_steps BEFORE UPDATE OF status ON service_tickets
WHEN (OLD.status || '>' || NEW.status IN ('open>in_progress', 'in_progress>completed', 'completed>closed',
  'open>cancelled', 'in_progress>cancelled', 'closed>open', 'cancelled>open')) IS NOT TRUE
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', OLD.status, 'to', NEW.status)); END;

-- When the work ended is set by the steps, and by nothing else.
CREATE TRIGGER service_tickets_230_keep_dates AFTER UPDATE OF completed_at, closed_at ON service_tickets
WHEN NEW.status = OLD.status AND ((NEW.completed_at IS NULL) = (NEW.status IN ('completed', 'closed'))
  OR (NEW.closed_at IS NULL) = (NEW.status = 'closed') OR NEW.completed_at <> OLD.completed_at OR NEW.closed_at <> OLD.closed_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_dates"}'); END;

-- A closed or cancelled ticket does not change.
CREATE TRIGGER service_tickets_240_closed BEFORE UPDATE OF service_desc, service_date, scheduled_start, scheduled_end, mileage, notes,
  created_at ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

-- The total of a closed or cancelled ticket does not change.
CREATE TRIGGER service_tickets_250_total_closed AFTER UPDATE OF parts_total ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

-- A closed ticket is not removed.
CREATE TRIGGER service_tickets_310_closed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'closed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

-- A completed ticket is not removed.
CREATE TRIGGER service_tickets_320_completed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'completed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_completed:{}'); END;

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

-- A ticket that is completed, or is so no more, is counted for its mechanics.
CREATE TRIGGER service_tickets_530_completed_count_moved AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status IN ('completed', 'closed')) <> (NEW.status IN ('completed', 'closed'))
BEGIN
  UPDATE mechanics SET completed_count = completed_count + iif(NEW.status IN ('completed', 'closed'), 1, -1)
    WHERE id IN (SELECT mechanic_id FROM assignments WHERE service_ticket_id = NEW.id);
END;

-- Completing and closing a ticket write down when; a ticket that is open again has neither date.
CREATE TRIGGER service_tickets_610_stamp_dates AFTER UPDATE OF status ON service_tickets
BEGIN
  UPDATE service_tickets SET
    completed_at = iif(NEW.status = 'completed', w.at, iif(NEW.status = 'closed', OLD.completed_at, NULL)),
    closed_at = iif(NEW.status = 'closed', w.at, NULL)
  FROM (SELECT coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) AS at) w
  WHERE id = NEW.id;
END;

-- Cancelling a ticket gives its parts back, reopening takes them again; the lines stay.
CREATE TRIGGER service_tickets_620_hold_parts AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status = 'cancelled') <> (NEW.status = 'cancelled')
BEGIN UPDATE ticket_parts SET held = NEW.status <> 'cancelled' WHERE service_ticket_id = NEW.id; END;

-- The bookings of a ticket have its times, and none while it is closed or cancelled.
CREATE TRIGGER service_tickets_630_move_bookings AFTER UPDATE OF status, scheduled_start, scheduled_end ON service_tickets
BEGIN
  UPDATE assignments SET
    starts_at = iif(NEW.status IN ('closed', 'cancelled'), NULL, NEW.scheduled_start),
    ends_at = iif(NEW.status IN ('closed', 'cancelled'), NULL, NEW.scheduled_end)
  WHERE service_ticket_id = NEW.id;
END;

-- A removed ticket takes its lines and its mechanics along.
CREATE TRIGGER service_tickets_640_cascade_delete AFTER DELETE ON service_tickets
BEGIN
  DELETE FROM ticket_parts WHERE service_ticket_id = OLD.id;
  DELETE FROM assignments WHERE service_ticket_id = OLD.id;
END;
