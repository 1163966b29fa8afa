-- Rules of the stock ledger.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- Stock never falls below zero.
CREATE TRIGGER stock_movements_110_never_below_zero BEFORE INSERT ON stock_movements
WHEN NEW.balance < 0
BEGIN
  SELECT RAISE(ABORT, 'app:insufficient_stock:' || json_object('inventory_id', NEW.inventory_id,
    'name', (SELECT name FROM parts WHERE id = NEW.inventory_id), 'wanted', -NEW.quantity / 1000.0,
    'available', (NEW.balance - NEW.quantity) / 1000.0));
END;

-- No insert replaces a row of the ledger.
CREATE TRIGGER stock_movements_120_not_replaced BEFORE INSERT ON stock_movements
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A row of the ledger never changes.
CREATE TRIGGER stock_movements_210_not_changed BEFORE UPDATE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A row of the ledger is never removed.
CREATE TRIGGER stock_movements_310_not_removed BEFORE DELETE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A new row sets the quantity of its part, and its balance is the quantity before with what it adds.
CREATE TRIGGER stock_movements_610_applied AFTER INSERT ON stock_movements
BEGIN
  UPDATE parts SET quantity = NEW.balance, version = version + 1, updated_at = NEW.at
    WHERE id = NEW.inventory_id AND quantity + NEW.quantity = NEW.balance;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id), 'app:conflict:{"rule":"stock_movements_applied"}',
    'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))) WHERE changes() = 0;
END;
