-- Rules of the parts that left the stock beyond what lines plan.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A row that is put here brings the automatic line of the part on the ticket up to date: none, or one of this quantity.
-- What comes to more than a line can (9,999,999.99) is none.
CREATE TRIGGER parts_beyond_lines_610_automatic_line INSTEAD OF INSERT ON parts_beyond_lines
BEGIN
  DELETE FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id AND automatic = 1
    AND (NEW.quantity <= 0 OR (NEW.quantity * NEW.unit_price + 500) / 1000 > 999999999);
  INSERT INTO ticket_lines (service_ticket_id, kind, description, inventory_id, part_number, condition, quantity, unit_price, unit_cost, automatic)
  SELECT NEW.service_ticket_id, 'part', p.name, p.id, p.part_number, 'new', NEW.quantity, NEW.unit_price, NEW.unit_cost, 1
  FROM parts p WHERE p.id = NEW.inventory_id AND NEW.quantity > 0 AND (NEW.quantity * NEW.unit_price + 500) / 1000 <= 999999999
  ON CONFLICT (service_ticket_id, inventory_id) WHERE automatic = 1 DO UPDATE SET quantity = excluded.quantity WHERE quantity <> excluded.quantity;
END;
