-- Rules of parts.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- No insert replaces a part: its id is free.
CREATE TRIGGER parts_110_not_replaced BEFORE INSERT ON parts
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM parts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_not_replaced"}'); END;

-- A new part has no stock and no history.
CREATE TRIGGER parts_120_start_empty BEFORE INSERT ON parts
WHEN NEW.quantity <> 0 OR (NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE inventory_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_start_empty"}'); END;

-- The id of a part never changes.
CREATE TRIGGER parts_210_keep_identity AFTER UPDATE ON parts
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_keep_identity"}'); END;

-- The quantity of a part is the balance of its last row in the ledger.
CREATE TRIGGER parts_220_quantity_from_ledger AFTER UPDATE OF quantity ON parts
WHEN NEW.quantity IS NOT coalesce((SELECT balance FROM stock_movements WHERE inventory_id = NEW.id ORDER BY id DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_quantity_from_ledger"}'); END;

-- A part that is on tickets is not removed.
CREATE TRIGGER parts_310_on_tickets_stay BEFORE DELETE ON parts
WHEN EXISTS (SELECT 1 FROM ticket_parts WHERE inventory_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:part_in_use:{}'); END;

-- A new part is counted.
CREATE TRIGGER parts_510_count_added AFTER INSERT ON parts
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'inventory'; END;

-- A removed part is no longer counted.
CREATE TRIGGER parts_520_count_removed AFTER DELETE ON parts
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'inventory'; END;

-- A removed part is not found.
-- The app writes the terms of parts.
CREATE TRIGGER parts_710_search_terms_delete AFTER DELETE ON parts
BEGIN DELETE FROM search_terms WHERE entity = 'part' AND entity_id = OLD.id; END;
