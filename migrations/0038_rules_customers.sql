-- Rules of customers.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER customers_110_start_uncounted;
DROP TRIGGER customers_120_not_replaced;
DROP TRIGGER customers_210_keep_the_email_of_a_login;
DROP TRIGGER customers_220_keep_identity;
DROP TRIGGER customers_310_with_tickets_stay;
DROP TRIGGER customers_320_with_vehicles_stay;
DROP TRIGGER customers_510_count_added;
DROP TRIGGER customers_520_count_removed;
DROP TRIGGER customers_610_email_to_account;
DROP TRIGGER customers_620_staff_wrote;
DROP TRIGGER customers_710_found;
DROP TRIGGER customers_720_found_by_changes;
DROP TRIGGER customers_730_tickets_found_by_name;
DROP TRIGGER customers_740_not_found;

-- A new customer has no tickets and no vehicles.
CREATE TRIGGER customers_110_start_uncounted BEFORE INSERT ON customers
WHEN NEW.ticket_count <> 0 OR NEW.vehicle_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_start_uncounted"}'); END;

-- No insert replaces a customer: its id is free.
-- REPLACE deletes rows without firing their triggers, so a row that is there is refused first; a row without an id yet has -1
-- there.
CREATE TRIGGER customers_120_not_replaced BEFORE INSERT ON customers
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_not_replaced"}'); END;

-- A customer with an account keeps an e-mail, with which they log in.
CREATE TRIGGER customers_210_keep_the_email_of_a_login BEFORE UPDATE OF email ON customers
WHEN NEW.email IS NULL AND EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:email_needed:{}'); END;

-- The id of a customer never changes.
-- UPDATE OF id does not see an id that is set as rowid, so every update is looked at; after it, since SQLite reads the row
-- again when a trigger ran before.
CREATE TRIGGER customers_220_keep_identity AFTER UPDATE ON customers
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_keep_identity"}'); END;

-- Who was erased stays so: nothing is written about them again, and they are booked for nothing new.
CREATE TRIGGER customers_230_stay_erased AFTER UPDATE ON customers
WHEN OLD.erased_at IS NOT NULL AND (NEW.name <> OLD.name OR NEW.email IS NOT OLD.email OR NEW.phone <> OLD.phone
  OR NEW.address IS NOT OLD.address OR NEW.erased_at IS NOT OLD.erased_at OR NEW.search_terms <> OLD.search_terms
  OR NEW.ticket_count > OLD.ticket_count OR NEW.vehicle_count > OLD.vehicle_count)
BEGIN SELECT RAISE(ABORT, 'app:customer_erased:{}'); END;

-- A customer with tickets is not removed.
-- Foreign keys alone can be made to wait for the end of a batch (PRAGMA defer_foreign_keys), when the row may be back with
-- other counts.
CREATE TRIGGER customers_310_with_tickets_stay BEFORE DELETE ON customers
WHEN EXISTS (SELECT 1 FROM service_tickets WHERE customer_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:customer_has_tickets:{}'); END;

-- A customer with vehicles, and without tickets, is not removed.
CREATE TRIGGER customers_320_with_vehicles_stay BEFORE DELETE ON customers
WHEN EXISTS (SELECT 1 FROM vehicles WHERE customer_id = OLD.id) AND NOT EXISTS (SELECT 1 FROM service_tickets WHERE customer_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_with_vehicles_stay"}'); END;

-- A new customer is counted.
CREATE TRIGGER customers_510_count_added AFTER INSERT ON customers
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'customers'; END;

-- A removed customer is no longer counted.
CREATE TRIGGER customers_520_count_removed AFTER DELETE ON customers
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'customers'; END;

-- The account of a customer has the same e-mail as the customer.
CREATE TRIGGER customers_610_email_to_account AFTER UPDATE OF email ON customers
WHEN NEW.email IS NOT OLD.email
BEGIN
  UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE customer_id = NEW.id AND email <> NEW.email;
END;

-- A record that staff changes, or adds a vehicle or a ticket to, is no longer only what its login wrote.
-- Who writes stands in the open row; a write by hand counts as one of staff.
CREATE TRIGGER customers_620_staff_wrote AFTER UPDATE OF name, email, phone, address, vehicle_count, ticket_count ON customers
WHEN NEW.staff_wrote = 0
  AND coalesce((SELECT role FROM idempotency_keys WHERE open = 1), 'admin') IN ('mechanic', 'admin')
BEGIN UPDATE customers SET staff_wrote = 1 WHERE id = NEW.id; END;

-- Closed tickets forget the name of a customer who is erased.
CREATE TRIGGER customers_630_tickets_forget_the_name AFTER UPDATE OF erased_at ON customers
WHEN NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL
BEGIN
  UPDATE service_tickets SET closed_words = json_set(closed_words, '$.customer', NEW.name)
    WHERE customer_id = NEW.id AND closed_words IS NOT NULL;
END;

-- A new customer is found by its words.
-- The app writes the words of names and phones; the index splits an e-mail by itself.
CREATE TRIGGER customers_710_found AFTER INSERT ON customers
BEGIN
  INSERT INTO customers_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

-- A customer is found by what has changed, and no longer by what was there before.
CREATE TRIGGER customers_720_found_by_changes AFTER UPDATE OF search_terms, email ON customers
WHEN NEW.search_terms <> OLD.search_terms OR NEW.email IS NOT OLD.email
BEGIN
  REPLACE INTO customers_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

-- Tickets that are not closed are found by the new name of their customer.
CREATE TRIGGER customers_730_tickets_found_by_name AFTER UPDATE OF search_terms ON customers
WHEN NEW.search_terms ->> 'name' IS NOT OLD.search_terms ->> 'name'
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT t.id, concat_ws(' ', t.search_terms ->> 'service_desc', NEW.search_terms ->> 'name', v.search_terms ->> 'license_plate')
  FROM service_tickets t LEFT JOIN vehicles v ON v.id = t.vehicle_id WHERE t.customer_id = NEW.id AND t.status <> 'closed';
END;

-- A removed customer is not found.
CREATE TRIGGER customers_740_not_found AFTER DELETE ON customers
BEGIN DELETE FROM customers_search WHERE rowid = OLD.id; END;
