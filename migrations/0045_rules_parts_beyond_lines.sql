-- Rules of the parts that left the stock beyond what lines plan.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A row that is put here brings the automatic line of the part on the ticket up to date: none, or one of what is beyond.
CREATE TRIGGER parts_beyond_lines_610_automatic_line INSTEAD OF INSERT ON parts_beyond_lines
BEGIN
  DELETE FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id AND automatic = 1
    AND NOT EXISTS (SELECT 1 FROM parts_beyond_lines b
      WHERE b.service_ticket_id = NEW.service_ticket_id AND b.inventory_id = NEW.inventory_id AND b.quantity > 0);
  INSERT INTO ticket_lines (service_ticket_id, kind, description, inventory_id, part_number, condition, quantity, unit_price, unit_cost, automatic, created_at)
  SELECT b.service_ticket_id, 'part', p.name, p.id, p.part_number, 'new', b.quantity, b.unit_price, b.unit_cost, 1,
    coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
  FROM parts_beyond_lines b JOIN parts p ON p.id = b.inventory_id
  WHERE b.service_ticket_id = NEW.service_ticket_id AND b.inventory_id = NEW.inventory_id AND b.quantity > 0
  ON CONFLICT (service_ticket_id, inventory_id) WHERE automatic = 1 DO UPDATE SET quantity = excluded.quantity WHERE quantity <> excluded.quantity;
END;
