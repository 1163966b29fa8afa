-- Counts that listings and leaderboards show are kept here, so that nothing ever counts a table.
INSERT INTO counters (name, value) VALUES
  ('customers', 0), ('mechanics', 0), ('vehicles', 0), ('service_tickets', 0), ('assignments', 0), ('inventory', 0),
  ('users', 0), ('audit_log', 0), ('leaderboard', 0);

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
END;
CREATE TRIGGER service_tickets_counted_out AFTER DELETE ON service_tickets
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'service_tickets';
  UPDATE customers SET ticket_count = ticket_count - 1 WHERE id = OLD.customer_id;
END;

CREATE TRIGGER assignments_counted_in AFTER INSERT ON assignments
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'assignments';
  UPDATE mechanics SET ticket_count = ticket_count + 1, completed_count = completed_count +
    (SELECT status IN ('completed', 'closed') FROM service_tickets WHERE id = NEW.service_ticket_id)
    WHERE id = NEW.mechanic_id;
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

-- REPLACE deletes rows without firing their triggers, so a row that is there is refused before it.
CREATE TRIGGER customers_not_replaced BEFORE INSERT ON customers
WHEN EXISTS (SELECT 1 FROM customers WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM customers WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER customers_not_replaced_by_update BEFORE UPDATE OF id, email ON customers
WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM customers WHERE email = NEW.email AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER mechanics_not_replaced BEFORE INSERT ON mechanics
WHEN EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER mechanics_not_replaced_by_update BEFORE UPDATE OF id, email ON mechanics
WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER vehicles_not_replaced BEFORE INSERT ON vehicles
WHEN EXISTS (SELECT 1 FROM vehicles WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;
CREATE TRIGGER vehicles_not_replaced_by_update BEFORE UPDATE OF id, vin ON vehicles
WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;

CREATE TRIGGER service_tickets_not_replaced BEFORE INSERT ON service_tickets
WHEN EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER service_tickets_keep_identity BEFORE UPDATE OF id, customer_id, vehicle_id ON service_tickets
WHEN NEW.id <> OLD.id OR NEW.customer_id <> OLD.customer_id OR NEW.vehicle_id <> OLD.vehicle_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER assignments_not_replaced BEFORE INSERT ON assignments
WHEN EXISTS (SELECT 1 FROM assignments WHERE id = NEW.id) OR EXISTS
  (SELECT 1 FROM assignments WHERE service_ticket_id = NEW.service_ticket_id AND mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:already_assigned:{}'); END;
CREATE TRIGGER assignments_keep_identity BEFORE UPDATE OF id, service_ticket_id, mechanic_id ON assignments
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER parts_not_replaced BEFORE INSERT ON parts
WHEN EXISTS (SELECT 1 FROM parts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER parts_keep_identity BEFORE UPDATE OF id ON parts
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
