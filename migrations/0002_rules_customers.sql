-- Rules of customers.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- A new customer has no tickets and no vehicles.
CREATE TRIGGER customers_110_start_uncounted BEFORE INSERT ON customers
WHEN NEW.ticket_count <> 0 OR NEW.vehicle_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_start_uncounted"}'); END;

-- No insert replaces a customer: its id is free, and its e-mail belongs to nobody else.
-- REPLACE deletes rows without firing their triggers, so a row that is there is refused first; a row without an id yet has -1
-- there.
CREATE TRIGGER customers_120_not_replaced BEFORE INSERT ON customers
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM customers WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

-- No update gives a customer the e-mail of another one.
CREATE TRIGGER customers_210_not_replaced_by_update BEFORE UPDATE OF email ON customers
WHEN NEW.email <> OLD.email AND EXISTS (SELECT 1 FROM customers WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

-- The id of a customer never changes.
-- UPDATE OF id does not see an id that is set as rowid, so every update is looked at; after it, since SQLite reads the row
-- again when a trigger ran before.
CREATE TRIGGER customers_220_keep_identity AFTER UPDATE ON customers
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_keep_identity"}'); END;

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
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE customer_id = NEW.id AND email <> NEW.email;
END;

-- A new customer is found by e-mail.
-- The app writes the terms of names and phones.
CREATE TRIGGER customers_710_search_terms_insert AFTER INSERT ON customers
BEGIN INSERT INTO search_terms (entity, term, entity_id, field) VALUES ('customer', NEW.email, NEW.id, 'email'); END;

-- A customer is found by a changed e-mail, and no longer by the old one.
CREATE TRIGGER customers_720_search_terms_update AFTER UPDATE OF email ON customers
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE search_terms SET term = NEW.email
    WHERE entity = 'customer' AND entity_id = NEW.id AND field = 'email' AND term = OLD.email;
END;

-- A removed customer is not found.
CREATE TRIGGER customers_730_search_terms_delete AFTER DELETE ON customers
BEGIN DELETE FROM search_terms WHERE entity = 'customer' AND entity_id = OLD.id; END;
