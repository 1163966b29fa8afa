-- Rules of parts.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER parts_110_not_replaced;
DROP TRIGGER parts_120_start_empty;
DROP TRIGGER parts_130_number_taken;
DROP TRIGGER parts_210_keep_identity;
DROP TRIGGER parts_220_quantity_from_ledger;
DROP TRIGGER parts_230_number_taken_by_update;
DROP TRIGGER parts_240_unit_fits_lines;
DROP TRIGGER parts_310_on_tickets_stay;
DROP TRIGGER parts_510_count_added;
DROP TRIGGER parts_520_count_removed;
DROP TRIGGER parts_710_found;
DROP TRIGGER parts_720_found_by_changes;
DROP TRIGGER parts_730_not_found;

-- No insert replaces a part: its id is free.
CREATE TRIGGER parts_110_not_replaced BEFORE INSERT ON parts
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM parts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_not_replaced"}'); END;

-- A new part has no stock and no history.
CREATE TRIGGER parts_120_start_empty BEFORE INSERT ON parts
WHEN NEW.quantity <> 0 OR (NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE inventory_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_start_empty"}'); END;

-- No insert replaces a part with the same number, unless it was asked for.
CREATE TRIGGER parts_130_number_taken BEFORE INSERT ON parts
WHEN EXISTS (SELECT 1 FROM parts WHERE part_number_key = NEW.part_number_key)
BEGIN
  SELECT RAISE(ABORT, 'app:part_number_taken:' || json_object('inventory_id', id)) FROM parts WHERE part_number_key = NEW.part_number_key;
END;

-- A price or a cost is a whole number of cents, and so is the sum of them.
CREATE TRIGGER parts_140_whole_cents BEFORE INSERT ON parts
WHEN typeof(ifnull(NEW.price, 0) + ifnull(NEW.cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_whole_cents"}'); END;

-- The id of a part never changes.
CREATE TRIGGER parts_210_keep_identity AFTER UPDATE ON parts
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_keep_identity"}'); END;

-- The quantity of a part is the balance of its last row in the ledger.
CREATE TRIGGER parts_220_quantity_from_ledger AFTER UPDATE OF quantity ON parts
WHEN NEW.quantity IS NOT coalesce((SELECT balance FROM stock_movements WHERE inventory_id = NEW.id ORDER BY id DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_quantity_from_ledger"}'); END;

-- No update gives a part the number of another one, unless it was asked for.
CREATE TRIGGER parts_230_number_taken_by_update BEFORE UPDATE OF part_number_key ON parts
WHEN EXISTS (SELECT 1 FROM parts WHERE part_number_key = NEW.part_number_key AND id <> OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'app:part_number_taken:' || json_object('inventory_id', id)) FROM parts WHERE part_number_key = NEW.part_number_key;
END;

-- A part on tickets or in packages by the fraction stays in a unit that has fractions.
CREATE TRIGGER parts_240_unit_fits_lines AFTER UPDATE OF unit ON parts
WHEN NEW.unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll')
  AND (EXISTS (SELECT 1 FROM ticket_parts WHERE inventory_id = NEW.id AND quantity % 1000 <> 0)
    OR EXISTS (SELECT 1 FROM ticket_lines WHERE inventory_id = NEW.id AND quantity % 1000 <> 0)
    OR EXISTS (SELECT 1 FROM service_package_lines WHERE inventory_id = NEW.id AND quantity % 1000 <> 0))
BEGIN SELECT RAISE(ABORT, 'app:whole_units_only:{}'); END;

-- A price or a cost is still a whole number of cents, and so is the sum of them.
CREATE TRIGGER parts_250_still_whole_cents AFTER UPDATE OF price, cost ON parts
WHEN typeof(ifnull(NEW.price, 0) + ifnull(NEW.cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_still_whole_cents"}'); END;

-- A part that is on tickets or in a package is not removed.
CREATE TRIGGER parts_310_on_tickets_stay BEFORE DELETE ON parts
WHEN EXISTS (SELECT 1 FROM ticket_parts WHERE inventory_id = OLD.id) OR EXISTS (SELECT 1 FROM ticket_lines WHERE inventory_id = OLD.id)
  OR EXISTS (SELECT 1 FROM service_package_lines WHERE inventory_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:part_in_use:{}'); END;

-- A new part is counted.
CREATE TRIGGER parts_510_count_added AFTER INSERT ON parts
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'inventory'; END;

-- A removed part is no longer counted.
CREATE TRIGGER parts_520_count_removed AFTER DELETE ON parts
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'inventory'; END;

-- A new part is found by its words.
CREATE TRIGGER parts_710_found AFTER INSERT ON parts
BEGIN INSERT INTO parts_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms); END;

-- A part is found by what has changed, and no longer by what was there before.
CREATE TRIGGER parts_720_found_by_changes AFTER UPDATE OF search_terms ON parts
WHEN NEW.search_terms <> OLD.search_terms
BEGIN REPLACE INTO parts_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms); END;

-- A removed part is not found.
CREATE TRIGGER parts_730_not_found AFTER DELETE ON parts
BEGIN DELETE FROM parts_search WHERE rowid = OLD.id; END;
