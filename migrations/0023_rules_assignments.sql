-- Rules of assignments.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A mechanic is on a ticket once, and no insert replaces that.
CREATE TRIGGER assignments_110_not_replaced BEFORE INSERT ON assignments
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM assignments WHERE id = NEW.id)) OR EXISTS
  (SELECT 1 FROM assignments WHERE service_ticket_id = NEW.service_ticket_id AND mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:already_assigned:{}'); END;

-- A booking that comes with its times overlaps no other one of the mechanic.
-- Bookings never overlap, so only the latest that starts before the new end can be in the way. A mechanic who is on the ticket
-- already is refused by the rule above.
CREATE TRIGGER assignments_120_never_overlap_from_start BEFORE INSERT ON assignments
WHEN NEW.starts_at < (SELECT ends_at FROM assignments WHERE mechanic_id = NEW.mechanic_id AND starts_at < NEW.ends_at
  AND service_ticket_id <> NEW.service_ticket_id ORDER BY starts_at DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_double_booked:' || (SELECT json_object('mechanic_id', m.id, 'mechanic_name', m.name,
      'service_ticket_id', a.service_ticket_id, 'scheduled_start', a.starts_at, 'scheduled_end', a.ends_at)
    FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
    WHERE a.mechanic_id = NEW.mechanic_id AND a.starts_at < NEW.ends_at AND a.service_ticket_id <> NEW.service_ticket_id
    ORDER BY a.starts_at DESC LIMIT 1));
END;

-- The id, the ticket and the mechanic of an assignment never change.
CREATE TRIGGER assignments_210_keep_identity AFTER UPDATE ON assignments
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.mechanic_id <> OLD.mechanic_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"assignments_keep_identity"}'); END;

-- A booking has the times of its ticket, ends with the work, and is none while the ticket is closed or cancelled.
CREATE TRIGGER assignments_220_as_scheduled AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NOT EXISTS (SELECT 1 FROM booked_times WHERE id = NEW.service_ticket_id AND NEW.starts_at IS starts_at AND NEW.ends_at IS ends_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"assignments_as_scheduled"}'); END;

-- Two bookings of one mechanic never overlap.
CREATE TRIGGER assignments_230_never_overlap AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NEW.starts_at < (SELECT ends_at FROM assignments WHERE mechanic_id = NEW.mechanic_id AND starts_at < NEW.ends_at
  AND id <> NEW.id ORDER BY starts_at DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_double_booked:' || (SELECT json_object('mechanic_id', m.id, 'mechanic_name', m.name,
      'service_ticket_id', a.service_ticket_id, 'scheduled_start', a.starts_at, 'scheduled_end', a.ends_at)
    FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
    WHERE a.mechanic_id = NEW.mechanic_id AND a.starts_at < NEW.ends_at AND a.id <> NEW.id ORDER BY a.starts_at DESC LIMIT 1));
END;

-- Only an active mechanic is booked for another time; a booking that ends earlier is always possible.
CREATE TRIGGER assignments_240_only_the_active AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NEW.starts_at IS NOT NULL AND (OLD.starts_at IS NULL OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at > OLD.ends_at)
  AND EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id AND status <> 'active')
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_not_active:' || json_object('mechanic_id', id, 'name', name, 'mechanic_status', status))
    FROM mechanics WHERE id = NEW.mechanic_id;
END;

-- Only an active mechanic goes on a ticket, and it is counted for them.
CREATE TRIGGER assignments_510_count_added AFTER INSERT ON assignments
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'assignments';
  UPDATE mechanics SET ticket_count = ticket_count + 1, completed_count = completed_count +
    coalesce((SELECT status IN ('completed', 'closed') FROM service_tickets WHERE id = NEW.service_ticket_id), 0)
    WHERE id = NEW.mechanic_id AND status = 'active';
  SELECT RAISE(ABORT, coalesce(
    (SELECT 'app:mechanic_not_active:' || json_object('mechanic_id', id, 'name', name, 'mechanic_status', status)
      FROM mechanics WHERE id = NEW.mechanic_id),
    'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id))) WHERE changes() = 0;
END;

-- A ticket is no longer counted for a mechanic who leaves it.
CREATE TRIGGER assignments_520_count_removed AFTER DELETE ON assignments
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'assignments';
  UPDATE mechanics SET ticket_count = ticket_count - 1, completed_count = completed_count -
    coalesce((SELECT status IN ('completed', 'closed') FROM service_tickets WHERE id = OLD.service_ticket_id), 0)
    WHERE id = OLD.mechanic_id;
END;

-- A mechanic who goes on a ticket is booked for its times; a closed or cancelled ticket takes none.
-- A booking comes with the times of its ticket, or is given them here.
CREATE TRIGGER assignments_610_book AFTER INSERT ON assignments
BEGIN
  UPDATE service_tickets SET version = version + 1
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled')
      AND (coalesce(NEW.starts_at, NEW.ends_at) IS NULL
        OR EXISTS (SELECT 1 FROM booked_times b WHERE b.id = service_tickets.id AND NEW.starts_at IS b.starts_at AND NEW.ends_at IS b.ends_at));
  SELECT RAISE(ABORT, coalesce(
    (SELECT iif(status IN ('closed', 'cancelled'), 'app:ticket_closed:{}', 'app:conflict:{"rule":"assignments_book"}')
      FROM service_tickets WHERE id = NEW.service_ticket_id),
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
  UPDATE assignments SET (starts_at, ends_at) = (SELECT starts_at, ends_at FROM booked_times WHERE id = NEW.service_ticket_id)
    WHERE id = NEW.id AND NEW.starts_at IS NULL;
END;

-- A mechanic leaves a ticket only while it is neither closed nor cancelled, or with the ticket.
CREATE TRIGGER assignments_620_release_booking AFTER DELETE ON assignments
BEGIN
  UPDATE service_tickets SET version = version + 1 WHERE id = OLD.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}')
    WHERE changes() = 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id);
END;
