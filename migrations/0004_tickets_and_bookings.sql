UPDATE assignments SET (starts_at, ends_at) = (SELECT scheduled_start, scheduled_end FROM service_tickets
  WHERE id = service_ticket_id AND status NOT IN ('closed', 'cancelled'));

-- Which steps a ticket takes.
CREATE TRIGGER service_tickets_start_open BEFORE INSERT ON service_tickets
WHEN NEW.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', NULL, 'to', NEW.status)); END;
CREATE TRIGGER service_tickets_start_without_past BEFORE INSERT ON service_tickets
WHEN NEW.parts_total <> 0 OR NEW.completed_at IS NOT NULL OR NEW.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
-- A status of null is no step, though UPDATE OR REPLACE would make it the column's default.
CREATE TRIGGER service_tickets_legal_steps BEFORE UPDATE OF status ON service_tickets
WHEN (OLD.status || '>' || NEW.status IN ('open>in_progress', 'in_progress>completed', 'completed>closed',
  'open>cancelled', 'in_progress>cancelled', 'closed>open', 'cancelled>open')) IS NOT TRUE
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', OLD.status, 'to', NEW.status)); END;

-- When the work ended is told by the steps, and by nothing else.
CREATE TRIGGER service_tickets_dated AFTER UPDATE OF status ON service_tickets
BEGIN
  UPDATE service_tickets SET
    completed_at = iif(NEW.status = 'completed', w.at, iif(NEW.status = 'closed', OLD.completed_at, NULL)),
    closed_at = iif(NEW.status = 'closed', w.at, NULL)
  FROM (SELECT coalesce((SELECT at FROM writes WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) AS at) w
  WHERE id = NEW.id;
END;
CREATE TRIGGER service_tickets_keep_their_dates AFTER UPDATE OF completed_at, closed_at ON service_tickets
WHEN NEW.status = OLD.status AND ((NEW.completed_at IS NULL) = (NEW.status IN ('completed', 'closed'))
  OR (NEW.closed_at IS NULL) = (NEW.status = 'closed') OR NEW.completed_at <> OLD.completed_at OR NEW.closed_at <> OLD.closed_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

-- Closed and cancelled tickets do not change.
CREATE TRIGGER service_tickets_closed BEFORE UPDATE OF service_desc, service_date, scheduled_start, scheduled_end, mileage, notes,
  created_at ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;
CREATE TRIGGER service_tickets_total_closed AFTER UPDATE OF parts_total ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;
CREATE TRIGGER service_tickets_closed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'closed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;
CREATE TRIGGER service_tickets_completed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'completed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_completed:{}'); END;

-- Cancelling gives the parts back (the lines stay), bringing back takes them again.
CREATE TRIGGER ticket_parts_held_as_status AFTER UPDATE OF held ON ticket_parts
WHEN NEW.held IS NOT (SELECT status <> 'cancelled' FROM service_tickets WHERE id = NEW.service_ticket_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER ticket_parts_held_from_start BEFORE INSERT ON ticket_parts
WHEN NEW.held <> 1
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER ticket_parts_follow_status AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status = 'cancelled') <> (NEW.status = 'cancelled')
BEGIN UPDATE ticket_parts SET held = NEW.status <> 'cancelled' WHERE service_ticket_id = NEW.id; END;

-- What belongs to a ticket goes with it.
CREATE TRIGGER service_tickets_take_their_rows AFTER DELETE ON service_tickets
BEGIN
  DELETE FROM ticket_parts WHERE service_ticket_id = OLD.id;
  DELETE FROM assignments WHERE service_ticket_id = OLD.id;
END;

-- Bookings repeat the schedule of their ticket while it counts, and those of one mechanic never overlap. Closed and cancelled tickets
-- keep their mechanics; a ticket that is removed takes them along. A booking comes with the times of its ticket, or is given them.
CREATE TRIGGER assignments_booked AFTER INSERT ON assignments
BEGIN
  UPDATE service_tickets SET version = version + 1
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled')
      AND (coalesce(NEW.starts_at, NEW.ends_at) IS NULL OR (NEW.starts_at IS scheduled_start AND NEW.ends_at IS scheduled_end));
  SELECT RAISE(ABORT, coalesce(
    (SELECT iif(status IN ('closed', 'cancelled'), 'app:ticket_closed:{}', 'app:conflict:{}') FROM service_tickets WHERE id = NEW.service_ticket_id),
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
  UPDATE assignments SET (starts_at, ends_at) = (SELECT scheduled_start, scheduled_end FROM service_tickets WHERE id = NEW.service_ticket_id)
    WHERE id = NEW.id AND NEW.starts_at IS NULL;
END;
CREATE TRIGGER assignments_unbooked AFTER DELETE ON assignments
BEGIN
  UPDATE service_tickets SET version = version + 1 WHERE id = OLD.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') WHERE changes() = 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id);
END;
CREATE TRIGGER assignments_follow_schedule AFTER UPDATE OF status, scheduled_start, scheduled_end ON service_tickets
BEGIN
  UPDATE assignments SET
    starts_at = iif(NEW.status IN ('closed', 'cancelled'), NULL, NEW.scheduled_start),
    ends_at = iif(NEW.status IN ('closed', 'cancelled'), NULL, NEW.scheduled_end)
  WHERE service_ticket_id = NEW.id;
END;
CREATE TRIGGER assignments_as_scheduled AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NOT EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id
  AND NEW.starts_at IS iif(status IN ('closed', 'cancelled'), NULL, scheduled_start)
  AND NEW.ends_at IS iif(status IN ('closed', 'cancelled'), NULL, scheduled_end))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
-- They do not overlap, so only the latest that starts before the new end can be in the way.
CREATE TRIGGER assignments_never_overlap AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NEW.starts_at < (SELECT ends_at FROM assignments WHERE mechanic_id = NEW.mechanic_id AND starts_at < NEW.ends_at
  AND id <> NEW.id ORDER BY starts_at DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_double_booked:' || (SELECT json_object('mechanic_id', m.id, 'mechanic_name', m.name,
      'service_ticket_id', a.service_ticket_id, 'scheduled_start', a.starts_at, 'scheduled_end', a.ends_at)
    FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
    WHERE a.mechanic_id = NEW.mechanic_id AND a.starts_at < NEW.ends_at AND a.id <> NEW.id ORDER BY a.starts_at DESC LIMIT 1));
END;
-- The same for a booking that comes with its times. Who is on the ticket already is refused for that, not for the times.
CREATE TRIGGER assignments_never_overlap_from_start BEFORE INSERT ON assignments
WHEN NEW.starts_at < (SELECT ends_at FROM assignments WHERE mechanic_id = NEW.mechanic_id AND starts_at < NEW.ends_at
  AND service_ticket_id <> NEW.service_ticket_id ORDER BY starts_at DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_double_booked:' || (SELECT json_object('mechanic_id', m.id, 'mechanic_name', m.name,
      'service_ticket_id', a.service_ticket_id, 'scheduled_start', a.starts_at, 'scheduled_end', a.ends_at)
    FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
    WHERE a.mechanic_id = NEW.mechanic_id AND a.starts_at < NEW.ends_at AND a.service_ticket_id <> NEW.service_ticket_id
    ORDER BY a.starts_at DESC LIMIT 1));
END;
