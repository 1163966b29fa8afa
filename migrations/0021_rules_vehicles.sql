-- Rules of vehicles.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces a vehicle: its id and its VIN are free.
CREATE TRIGGER vehicles_110_not_replaced BEFORE INSERT ON vehicles
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM vehicles WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;

-- No update gives a vehicle the VIN of another one.
CREATE TRIGGER vehicles_210_not_replaced_by_update BEFORE UPDATE OF vin ON vehicles
WHEN NEW.vin <> OLD.vin AND EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;

-- The id of a vehicle never changes.
CREATE TRIGGER vehicles_220_keep_identity AFTER UPDATE ON vehicles
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"vehicles_keep_identity"}'); END;

-- A new vehicle is counted, also for its owner, who has to exist.
CREATE TRIGGER vehicles_510_count_added AFTER INSERT ON vehicles
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'vehicles';
  UPDATE customers SET vehicle_count = vehicle_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

-- A removed vehicle is no longer counted, nor for its owner.
CREATE TRIGGER vehicles_520_count_removed AFTER DELETE ON vehicles
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'vehicles';
  UPDATE customers SET vehicle_count = vehicle_count - 1 WHERE id = OLD.customer_id;
END;

-- A vehicle that changes hands is counted for its new owner, who has to exist.
CREATE TRIGGER vehicles_530_count_moved AFTER UPDATE OF customer_id ON vehicles
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
  UPDATE customers SET vehicle_count = vehicle_count - 1 WHERE id = OLD.customer_id;
  UPDATE customers SET vehicle_count = vehicle_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

-- A new vehicle is found by its words: plate, VIN and its end, serial number, make and model.
CREATE TRIGGER vehicles_710_found AFTER INSERT ON vehicles
BEGIN
  INSERT INTO vehicles_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

-- A vehicle is found by what has changed, and no longer by what was there before.
CREATE TRIGGER vehicles_720_found_by_changes AFTER UPDATE OF search_terms ON vehicles
WHEN NEW.search_terms <> OLD.search_terms
BEGIN
  REPLACE INTO vehicles_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

-- Tickets that are not closed are found by the new plate of their vehicle.
CREATE TRIGGER vehicles_730_tickets_found_by_plate AFTER UPDATE OF search_terms ON vehicles
WHEN NEW.search_terms ->> 'license_plate' IS NOT OLD.search_terms ->> 'license_plate'
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT t.id, concat_ws(' ', t.search_terms ->> 'service_desc', c.search_terms ->> 'name', NEW.search_terms ->> 'license_plate')
  FROM service_tickets t JOIN customers c ON c.id = t.customer_id WHERE t.vehicle_id = NEW.id AND t.status <> 'closed';
END;

-- A removed vehicle is not found.
CREATE TRIGGER vehicles_740_not_found AFTER DELETE ON vehicles
BEGIN DELETE FROM vehicles_search WHERE rowid = OLD.id; END;
