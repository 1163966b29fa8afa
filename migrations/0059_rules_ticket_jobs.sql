-- Rules of the jobs of tickets.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER ticket_jobs_110_not_replaced;
DROP TRIGGER ticket_jobs_120_ticket_changeable;
DROP TRIGGER ticket_jobs_130_mechanic_is_there;
DROP TRIGGER ticket_jobs_140_within_bounds;
DROP TRIGGER ticket_jobs_210_keep_identity;
DROP TRIGGER ticket_jobs_220_ticket_changeable;
DROP TRIGGER ticket_jobs_230_mechanic_is_there;
DROP TRIGGER ticket_jobs_310_ticket_changeable;

-- No insert replaces a job: its id is free.
CREATE TRIGGER ticket_jobs_110_not_replaced BEFORE INSERT ON ticket_jobs
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_jobs WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_jobs_not_replaced"}'); END;

-- A job is on a ticket that is there, and neither closed nor cancelled nor invoiced.
CREATE TRIGGER ticket_jobs_120_ticket_changeable BEFORE INSERT ON ticket_jobs
WHEN (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = NEW.service_ticket_id) IS NOT 0
BEGIN
  SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', invoice_id)) FROM service_tickets
    WHERE id = NEW.service_ticket_id AND invoice_id IS NOT NULL;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id)));
END;

-- The mechanic of a job is there.
CREATE TRIGGER ticket_jobs_130_mechanic_is_there BEFORE INSERT ON ticket_jobs
WHEN NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id)); END;

-- A ticket has at most 100 jobs.
CREATE TRIGGER ticket_jobs_140_within_bounds AFTER INSERT ON ticket_jobs
BEGIN
  SELECT RAISE(ABORT, 'app:too_many_lines:{}') WHERE (SELECT count(*) FROM ticket_jobs WHERE service_ticket_id = NEW.service_ticket_id) > 100;
END;

-- The id and the ticket of a job never change.
CREATE TRIGGER ticket_jobs_210_keep_identity AFTER UPDATE ON ticket_jobs
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_jobs_keep_identity"}'); END;

-- A job changes while its ticket is neither closed nor cancelled nor invoiced.
CREATE TRIGGER ticket_jobs_220_ticket_changeable BEFORE UPDATE ON ticket_jobs
WHEN (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;

-- The new mechanic of a job is there.
CREATE TRIGGER ticket_jobs_230_mechanic_is_there BEFORE UPDATE OF mechanic_id ON ticket_jobs
WHEN NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id)); END;

-- A job leaves a ticket that is neither closed nor cancelled nor invoiced, or goes with it.
CREATE TRIGGER ticket_jobs_310_ticket_changeable BEFORE DELETE ON ticket_jobs
WHEN (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;
