-- E-mails are found as they are; the app writes the terms of names and phones.
INSERT INTO search_terms (entity, term, entity_id, field) SELECT 'customer', email, id, 'email' FROM customers;
INSERT INTO search_terms (entity, term, entity_id, field) SELECT 'mechanic', email, id, 'email' FROM mechanics;

CREATE TRIGGER customers_email_found AFTER INSERT ON customers
BEGIN INSERT INTO search_terms (entity, term, entity_id, field) VALUES ('customer', NEW.email, NEW.id, 'email'); END;
CREATE TRIGGER customers_email_found_anew AFTER UPDATE OF email ON customers
WHEN NEW.email <> OLD.email
BEGIN UPDATE search_terms SET term = NEW.email WHERE entity = 'customer' AND entity_id = NEW.id AND field = 'email' AND term = OLD.email; END;
CREATE TRIGGER customers_not_found AFTER DELETE ON customers
BEGIN DELETE FROM search_terms WHERE entity = 'customer' AND entity_id = OLD.id; END;

CREATE TRIGGER mechanics_email_found AFTER INSERT ON mechanics
BEGIN INSERT INTO search_terms (entity, term, entity_id, field) VALUES ('mechanic', NEW.email, NEW.id, 'email'); END;
CREATE TRIGGER mechanics_email_found_anew AFTER UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email
BEGIN UPDATE search_terms SET term = NEW.email WHERE entity = 'mechanic' AND entity_id = NEW.id AND field = 'email' AND term = OLD.email; END;
CREATE TRIGGER mechanics_not_found AFTER DELETE ON mechanics
BEGIN DELETE FROM search_terms WHERE entity = 'mechanic' AND entity_id = OLD.id; END;

CREATE TRIGGER parts_not_found AFTER DELETE ON parts
BEGIN DELETE FROM search_terms WHERE entity = 'part' AND entity_id = OLD.id; END;
