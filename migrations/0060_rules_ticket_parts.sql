-- Rules of the lines of tickets.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER ticket_parts_110_not_replaced;
DROP TRIGGER ticket_parts_120_start_held;
DROP TRIGGER ticket_parts_130_authorized;
DROP TRIGGER ticket_parts_210_keep_identity;
DROP TRIGGER ticket_parts_220_held_as_status;
DROP TRIGGER ticket_parts_230_authorized;
DROP TRIGGER ticket_parts_610_take_stock;
DROP TRIGGER ticket_parts_620_move_stock;
DROP TRIGGER ticket_parts_630_return_stock;
DROP TRIGGER ticket_parts_640_total_added;
DROP TRIGGER ticket_parts_650_total_moved;
DROP TRIGGER ticket_parts_660_total_removed;
DROP TRIGGER ticket_parts_670_line_added;
DROP TRIGGER ticket_parts_680_line_moved;
DROP TRIGGER ticket_parts_690_line_removed;

-- A part is on a ticket in one line, and no insert replaces that.
CREATE TRIGGER ticket_parts_110_not_replaced BEFORE INSERT ON ticket_parts
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_parts WHERE id = NEW.id)) OR EXISTS
  (SELECT 1 FROM ticket_parts WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_not_replaced"}'); END;

-- A new line takes its parts out of stock.
CREATE TRIGGER ticket_parts_120_start_held BEFORE INSERT ON ticket_parts
WHEN NEW.held <> 1
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_start_held"}'); END;

-- Where work needs the customer's yes, no more of a part leaves the stock than lines plan that are approved.
CREATE TRIGGER ticket_parts_130_authorized AFTER INSERT ON ticket_parts
WHEN EXISTS (SELECT 1 FROM shop WHERE authorization = 'work') AND NEW.quantity > (SELECT coalesce(sum(quantity), 0) FROM line_coverage
  WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id AND covered)
BEGIN
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', (SELECT name FROM parts WHERE id = NEW.inventory_id)));
END;

-- What a part sells for or cost is a whole number of cents, and so is the sum of them.
CREATE TRIGGER ticket_parts_140_whole_cents BEFORE INSERT ON ticket_parts
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.unit_cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_whole_cents"}'); END;

-- The id, the ticket, the part, the price and the cost of a line never change.
CREATE TRIGGER ticket_parts_210_keep_identity AFTER UPDATE ON ticket_parts
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.inventory_id <> OLD.inventory_id
  OR NEW.unit_price <> OLD.unit_price OR NEW.unit_cost IS NOT OLD.unit_cost
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_keep_identity"}'); END;

-- A line holds its parts unless the ticket is cancelled.
CREATE TRIGGER ticket_parts_220_held_as_status AFTER UPDATE OF held ON ticket_parts
WHEN NEW.held IS NOT (SELECT status <> 'cancelled' FROM service_tickets WHERE id = NEW.service_ticket_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_held_as_status"}'); END;

-- More of a part leaves the stock, or it leaves it again, only as far as approved lines plan it where work needs the customer's yes.
CREATE TRIGGER ticket_parts_230_authorized AFTER UPDATE OF quantity, held ON ticket_parts
WHEN NEW.held * NEW.quantity > OLD.held * OLD.quantity AND EXISTS (SELECT 1 FROM shop WHERE authorization = 'work')
  AND NEW.quantity > (SELECT coalesce(sum(quantity), 0) FROM line_coverage
    WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id AND covered)
BEGIN
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', (SELECT name FROM parts WHERE id = NEW.inventory_id)));
END;

-- What a part sells for or cost is still a whole number of cents, and so is the sum of them.
CREATE TRIGGER ticket_parts_240_still_whole_cents AFTER UPDATE OF unit_price, unit_cost ON ticket_parts
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.unit_cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_still_whole_cents"}'); END;

-- A new line takes an existing part that is not retired out of stock, by a row of the ledger.
CREATE TRIGGER ticket_parts_610_take_stock AFTER INSERT ON ticket_parts
WHEN NEW.held = 1
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id, 'taken', -NEW.quantity, p.quantity - NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1 WHERE p.id = NEW.inventory_id AND p.retired_at IS NULL;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id),
    'app:part_retired:' || json_object('inventory_id', NEW.inventory_id, 'name', (SELECT name FROM parts WHERE id = NEW.inventory_id)),
    'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))) WHERE changes() = 0;
END;

-- A changed line takes the difference out of stock, or gives it back; there is no more of a part that is retired.
CREATE TRIGGER ticket_parts_620_move_stock AFTER UPDATE OF quantity, held ON ticket_parts
WHEN OLD.held * OLD.quantity <> NEW.held * NEW.quantity
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id,
    iif(OLD.held * OLD.quantity < NEW.held * NEW.quantity, 'taken', 'returned'),
    OLD.held * OLD.quantity - NEW.held * NEW.quantity, p.quantity + OLD.held * OLD.quantity - NEW.held * NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1
  WHERE p.id = NEW.inventory_id AND (NEW.quantity <= OLD.quantity OR +p.retired_at IS NULL);
  SELECT RAISE(ABORT, 'app:part_retired:' || json_object('inventory_id', NEW.inventory_id,
    'name', (SELECT name FROM parts WHERE id = NEW.inventory_id))) WHERE changes() = 0;
END;

-- A removed line gives back what it holds.
CREATE TRIGGER ticket_parts_630_return_stock AFTER DELETE ON ticket_parts
WHEN OLD.held = 1
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id, 'returned', OLD.quantity, p.quantity + OLD.quantity,
    OLD.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1 WHERE p.id = OLD.inventory_id;
END;

-- What leaves the stock beyond the lines of a ticket appears as a line.
-- It adds to the total, rounded half up to the cent, of a ticket that is there, and neither closed nor cancelled.
CREATE TRIGGER ticket_parts_640_total_added AFTER INSERT ON ticket_parts
BEGIN
  INSERT INTO parts_beyond_lines VALUES (NEW.service_ticket_id, NEW.inventory_id, NEW.unit_price, NEW.unit_cost,
    NEW.quantity - (SELECT coalesce(sum(quantity), 0) FROM ticket_lines
      WHERE inventory_id = NEW.inventory_id AND service_ticket_id = NEW.service_ticket_id AND automatic = 0 AND decision <> 'declined'));
  UPDATE service_tickets SET parts_total = parts_total + (NEW.quantity * NEW.unit_price + 500) / 1000, version = version + 1,
      unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
END;

-- A changed line changes what is beyond the lines, and the total of a ticket that is neither closed nor cancelled.
CREATE TRIGGER ticket_parts_650_total_moved AFTER UPDATE OF quantity ON ticket_parts
WHEN NEW.quantity <> OLD.quantity
BEGIN
  INSERT INTO parts_beyond_lines VALUES (NEW.service_ticket_id, NEW.inventory_id, NEW.unit_price, NEW.unit_cost,
    NEW.quantity - (SELECT coalesce(sum(quantity), 0) FROM ticket_lines
      WHERE inventory_id = NEW.inventory_id AND service_ticket_id = NEW.service_ticket_id AND automatic = 0 AND decision <> 'declined'));
  UPDATE service_tickets SET parts_total = parts_total
      + (NEW.quantity * NEW.unit_price + 500) / 1000 - (OLD.quantity * OLD.unit_price + 500) / 1000, version = version + 1,
      unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') WHERE changes() = 0;
END;

-- What is taken off a ticket is no line any more, and leaves the total of a ticket that is not closed, or goes with the ticket.
CREATE TRIGGER ticket_parts_660_total_removed AFTER DELETE ON ticket_parts
BEGIN
  DELETE FROM ticket_lines WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id AND automatic = 1;
  UPDATE service_tickets SET parts_total = parts_total - (OLD.quantity * OLD.unit_price + 500) / 1000, version = version + 1,
      unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = OLD.service_ticket_id))
    WHERE id = OLD.service_ticket_id AND status <> 'closed';
  SELECT RAISE(ABORT, 'app:ticket_closed:{}')
    WHERE changes() = 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id);
END;
