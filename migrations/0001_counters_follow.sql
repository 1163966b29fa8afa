-- For each new row SQLite looks for the last id of its table, from the first row of sqlite_sequence on: what grows most comes first.
UPDATE sqlite_sequence SET rowid = 1000 WHERE name = 'd1_migrations';
DELETE FROM sqlite_sequence WHERE name <> 'd1_migrations';
INSERT INTO sqlite_sequence (rowid, name, seq) VALUES
  (1, 'audit_log', (SELECT coalesce(max(id), 0) FROM audit_log)),
  (2, 'service_tickets', (SELECT coalesce(max(id), 0) FROM service_tickets)),
  (3, 'vehicles', (SELECT coalesce(max(id), 0) FROM vehicles)),
  (4, 'users', (SELECT coalesce(max(id), 0) FROM users)),
  (5, 'mechanics', (SELECT coalesce(max(id), 0) FROM mechanics)),
  (6, 'customers', (SELECT coalesce(max(id), 0) FROM customers)),
  (7, 'parts', (SELECT coalesce(max(id), 0) FROM parts));

-- Counts that listings and leaderboards show are kept here, so that nothing ever counts a table.
INSERT INTO counters (name, value) SELECT 'customers', count(*) FROM customers;
INSERT INTO counters (name, value) SELECT 'mechanics', count(*) FROM mechanics;
INSERT INTO counters (name, value) SELECT 'leaderboard', count(*) FROM mechanics WHERE status <> 'pending';
INSERT INTO counters (name, value) SELECT 'vehicles', count(*) FROM vehicles;
INSERT INTO counters (name, value) SELECT 'service_tickets', count(*) FROM service_tickets;
INSERT INTO counters (name, value) SELECT 'assignments', count(*) FROM assignments;
INSERT INTO counters (name, value) SELECT 'inventory', count(*) FROM parts;
INSERT INTO counters (name, value) SELECT 'users', count(*) FROM users;
INSERT INTO counters (name, value) SELECT 'audit_log', count(*) FROM audit_log;
UPDATE customers SET
  ticket_count = (SELECT count(*) FROM service_tickets WHERE customer_id = customers.id),
  vehicle_count = (SELECT count(*) FROM vehicles WHERE customer_id = customers.id);
UPDATE mechanics SET
  ticket_count = (SELECT count(*) FROM assignments WHERE mechanic_id = mechanics.id),
  completed_count = (SELECT count(*) FROM assignments a JOIN service_tickets t ON t.id = a.service_ticket_id
    WHERE a.mechanic_id = mechanics.id AND t.status IN ('completed', 'closed'));

CREATE TRIGGER customers_counted_in AFTER INSERT ON customers
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'customers'; END;
CREATE TRIGGER customers_counted_out AFTER DELETE ON customers
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'customers'; END;

CREATE TRIGGER mechanics_counted_in AFTER INSERT ON mechanics
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'mechanics'; END;
CREATE TRIGGER mechanics_counted_out AFTER DELETE ON mechanics
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'mechanics'; END;

-- Who waits for approval is not on the leaderboard, which anyone may read.
CREATE TRIGGER leaderboard_counted_in AFTER INSERT ON mechanics
WHEN NEW.status <> 'pending'
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'leaderboard'; END;
CREATE TRIGGER leaderboard_counted_out AFTER DELETE ON mechanics
WHEN OLD.status <> 'pending'
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'leaderboard'; END;
CREATE TRIGGER leaderboard_counted_over AFTER UPDATE OF status ON mechanics
WHEN (OLD.status = 'pending') <> (NEW.status = 'pending')
BEGIN UPDATE counters SET value = value + iif(NEW.status = 'pending', -1, 1) WHERE name = 'leaderboard'; END;

CREATE TRIGGER vehicles_counted_in AFTER INSERT ON vehicles
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'vehicles';
  UPDATE customers SET vehicle_count = vehicle_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;
CREATE TRIGGER vehicles_counted_out AFTER DELETE ON vehicles
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'vehicles';
  UPDATE customers SET vehicle_count = vehicle_count - 1 WHERE id = OLD.customer_id;
END;
CREATE TRIGGER vehicles_counted_over AFTER UPDATE OF customer_id ON vehicles
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
  UPDATE customers SET vehicle_count = vehicle_count - 1 WHERE id = OLD.customer_id;
  UPDATE customers SET vehicle_count = vehicle_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

CREATE TRIGGER parts_counted_in AFTER INSERT ON parts
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'inventory'; END;
CREATE TRIGGER parts_counted_out AFTER DELETE ON parts
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'inventory'; END;

CREATE TRIGGER users_counted_in AFTER INSERT ON users
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'users'; END;
CREATE TRIGGER users_counted_out AFTER DELETE ON users
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'users'; END;

CREATE TRIGGER audit_log_counted_in AFTER INSERT ON audit_log
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'audit_log'; END;

CREATE TRIGGER service_tickets_counted_in AFTER INSERT ON service_tickets
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'service_tickets';
  UPDATE customers SET ticket_count = ticket_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;
CREATE TRIGGER service_tickets_counted_out AFTER DELETE ON service_tickets
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'service_tickets';
  UPDATE customers SET ticket_count = ticket_count - 1 WHERE id = OLD.customer_id;
END;

-- Only active mechanics go on a ticket.
CREATE TRIGGER assignments_counted_in AFTER INSERT ON assignments
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
CREATE TRIGGER assignments_counted_out AFTER DELETE ON assignments
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'assignments';
  UPDATE mechanics SET ticket_count = ticket_count - 1, completed_count = completed_count -
    coalesce((SELECT status IN ('completed', 'closed') FROM service_tickets WHERE id = OLD.service_ticket_id), 0)
    WHERE id = OLD.mechanic_id;
END;
CREATE TRIGGER assignments_completed AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status IN ('completed', 'closed')) <> (NEW.status IN ('completed', 'closed'))
BEGIN
  UPDATE mechanics SET completed_count = completed_count + iif(NEW.status IN ('completed', 'closed'), 1, -1)
    WHERE id IN (SELECT mechanic_id FROM assignments WHERE service_ticket_id = NEW.id);
END;

-- Counts begin at nothing.
CREATE TRIGGER customers_start_uncounted BEFORE INSERT ON customers
WHEN NEW.ticket_count <> 0 OR NEW.vehicle_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER mechanics_start_uncounted BEFORE INSERT ON mechanics
WHEN NEW.ticket_count <> 0 OR NEW.completed_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

-- What counts on another row finds it there (the triggers above), and a row that counts is not removed. Foreign keys alone,
-- RESTRICT too, can be made to wait for the end of a batch (PRAGMA defer_foreign_keys), when a row may be back with other counts.
CREATE TRIGGER customers_with_tickets_stay BEFORE DELETE ON customers
WHEN EXISTS (SELECT 1 FROM service_tickets WHERE customer_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:customer_has_tickets:{}'); END;
CREATE TRIGGER customers_with_vehicles_stay BEFORE DELETE ON customers
WHEN EXISTS (SELECT 1 FROM vehicles WHERE customer_id = OLD.id) AND NOT EXISTS (SELECT 1 FROM service_tickets WHERE customer_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER mechanics_with_tickets_stay BEFORE DELETE ON mechanics
WHEN EXISTS (SELECT 1 FROM assignments WHERE mechanic_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:mechanic_has_tickets:{}'); END;

-- REPLACE deletes rows without firing their triggers, so a row that is there is refused before it; a row without an id yet has
-- -1 there. Updates are looked at whatever they name, since UPDATE OF id does not see an id that is set by its other name,
-- rowid; but after them, since SQLite looks for the row once more when a trigger ran before.
CREATE TRIGGER customers_not_replaced BEFORE INSERT ON customers
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM customers WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER customers_not_replaced_by_update BEFORE UPDATE OF email ON customers
WHEN NEW.email <> OLD.email AND EXISTS (SELECT 1 FROM customers WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER customers_keep_identity AFTER UPDATE ON customers
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER mechanics_not_replaced BEFORE INSERT ON mechanics
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER mechanics_not_replaced_by_update BEFORE UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email AND EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER mechanics_keep_identity AFTER UPDATE ON mechanics
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER vehicles_not_replaced BEFORE INSERT ON vehicles
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM vehicles WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;
CREATE TRIGGER vehicles_not_replaced_by_update BEFORE UPDATE OF vin ON vehicles
WHEN NEW.vin <> OLD.vin AND EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;
CREATE TRIGGER vehicles_keep_identity AFTER UPDATE ON vehicles
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER service_tickets_not_replaced BEFORE INSERT ON service_tickets
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER service_tickets_keep_identity AFTER UPDATE ON service_tickets
WHEN NEW.id <> OLD.id OR NEW.customer_id <> OLD.customer_id OR NEW.vehicle_id <> OLD.vehicle_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER assignments_not_replaced BEFORE INSERT ON assignments
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM assignments WHERE id = NEW.id)) OR EXISTS
  (SELECT 1 FROM assignments WHERE service_ticket_id = NEW.service_ticket_id AND mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:already_assigned:{}'); END;
CREATE TRIGGER assignments_keep_identity AFTER UPDATE ON assignments
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.mechanic_id <> OLD.mechanic_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER parts_not_replaced BEFORE INSERT ON parts
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM parts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER parts_keep_identity AFTER UPDATE ON parts
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
