-- Stock changes only by rows of the ledger; parts on tickets write theirs by themselves.
INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, reason)
  SELECT created_at, id, 'received', quantity, quantity, 'opening stock' FROM parts WHERE quantity > 0;

CREATE TRIGGER parts_start_empty BEFORE INSERT ON parts
WHEN NEW.quantity <> 0 OR (NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE inventory_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER parts_quantity_is_ledgered AFTER UPDATE OF quantity ON parts
WHEN NEW.quantity IS NOT coalesce((SELECT balance FROM stock_movements WHERE inventory_id = NEW.id ORDER BY id DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER parts_on_tickets_stay BEFORE DELETE ON parts
WHEN EXISTS (SELECT 1 FROM ticket_parts WHERE inventory_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:part_in_use:{}'); END;

CREATE TRIGGER stock_movements_never_below_zero BEFORE INSERT ON stock_movements
WHEN NEW.balance < 0
BEGIN
  SELECT RAISE(ABORT, 'app:insufficient_stock:' || json_object('inventory_id', NEW.inventory_id,
    'name', (SELECT name FROM parts WHERE id = NEW.inventory_id), 'wanted', -NEW.quantity, 'available', NEW.balance - NEW.quantity));
END;
CREATE TRIGGER stock_movements_not_replaced BEFORE INSERT ON stock_movements
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER stock_movements_not_changed BEFORE UPDATE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER stock_movements_not_removed BEFORE DELETE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
-- The stock before it, with what it adds, is the balance.
CREATE TRIGGER stock_movements_applied AFTER INSERT ON stock_movements
BEGIN
  UPDATE parts SET quantity = NEW.balance, version = version + 1, updated_at = NEW.at
    WHERE id = NEW.inventory_id AND quantity + NEW.quantity = NEW.balance;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id), 'app:conflict:{}',
    'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))) WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_take_stock AFTER INSERT ON ticket_parts
WHEN NEW.held = 1
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id, 'taken', -NEW.quantity, p.quantity - NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN writes w ON w.open = 1 WHERE p.id = NEW.inventory_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id)) WHERE changes() = 0;
END;
CREATE TRIGGER ticket_parts_move_stock AFTER UPDATE OF quantity, held ON ticket_parts
WHEN OLD.held * OLD.quantity <> NEW.held * NEW.quantity
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id,
    iif(OLD.held * OLD.quantity < NEW.held * NEW.quantity, 'taken', 'returned'),
    OLD.held * OLD.quantity - NEW.held * NEW.quantity, p.quantity + OLD.held * OLD.quantity - NEW.held * NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN writes w ON w.open = 1 WHERE p.id = NEW.inventory_id;
END;
CREATE TRIGGER ticket_parts_return_stock AFTER DELETE ON ticket_parts
WHEN OLD.held = 1
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id, 'returned', OLD.quantity, p.quantity + OLD.quantity,
    OLD.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN writes w ON w.open = 1 WHERE p.id = OLD.inventory_id;
END;

CREATE TRIGGER ticket_parts_not_replaced BEFORE INSERT ON ticket_parts
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_parts WHERE id = NEW.id)) OR EXISTS
  (SELECT 1 FROM ticket_parts WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER ticket_parts_keep_identity AFTER UPDATE ON ticket_parts
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.inventory_id <> OLD.inventory_id
  OR NEW.unit_price <> OLD.unit_price OR NEW.unit_cost IS NOT OLD.unit_cost
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

-- The ticket's total and version follow its lines, which do not change once it is closed or cancelled.
CREATE TRIGGER ticket_parts_total_in AFTER INSERT ON ticket_parts
BEGIN
  UPDATE service_tickets SET parts_total = parts_total + NEW.quantity * NEW.unit_price, version = version + 1
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
END;
CREATE TRIGGER ticket_parts_total_changed AFTER UPDATE OF quantity ON ticket_parts
WHEN NEW.quantity <> OLD.quantity
BEGIN
  UPDATE service_tickets SET parts_total = parts_total + (NEW.quantity - OLD.quantity) * NEW.unit_price, version = version + 1
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') WHERE changes() = 0;
END;
-- A ticket that is removed takes its lines along.
CREATE TRIGGER ticket_parts_total_out AFTER DELETE ON ticket_parts
BEGIN
  UPDATE service_tickets SET parts_total = parts_total - OLD.quantity * OLD.unit_price, version = version + 1
    WHERE id = OLD.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') WHERE changes() = 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id);
END;
