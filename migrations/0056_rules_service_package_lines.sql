-- Rules of the lines of service packages.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces a line: its id is free.
CREATE TRIGGER service_package_lines_110_not_replaced BEFORE INSERT ON service_package_lines
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_package_lines WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_not_replaced"}'); END;

-- A line names a part that is there.
CREATE TRIGGER service_package_lines_120_name_what_is_there BEFORE INSERT ON service_package_lines
WHEN NEW.inventory_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id)); END;

-- A part that comes in whole pieces is sold in whole pieces.
CREATE TRIGGER service_package_lines_130_whole_units BEFORE INSERT ON service_package_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.quantity % 1000 <> 0
BEGIN
  SELECT RAISE(ABORT, 'app:whole_units_only:{}') FROM parts WHERE id = NEW.inventory_id
    AND unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll');
END;

-- A line with a price of its own comes to at most 9,999,999.99, as on a ticket.
CREATE TRIGGER service_package_lines_140_amount_fits BEFORE INSERT ON service_package_lines
WHEN coalesce(NEW.flat_amount, (NEW.quantity * NEW.unit_price + 500) / 1000) > 999999999
BEGIN SELECT RAISE(ABORT, 'app:amount_too_large:{}'); END;

-- Of a line with a price of its own no more is taken off than it comes to, as on a ticket.
CREATE TRIGGER service_package_lines_150_discount_fits BEFORE INSERT ON service_package_lines
WHEN NEW.discount_value > coalesce(NEW.flat_amount, (NEW.quantity * NEW.unit_price + 500) / 1000)
BEGIN SELECT RAISE(ABORT, 'app:discount_too_large:{}'); END;

-- A line has the fields of its kind, and what a line of a ticket needs, so that it can become one.
CREATE TRIGGER service_package_lines_160_fields_of_kind BEFORE INSERT ON service_package_lines
WHEN NOT ((NEW.kind = 'part') = (NEW.condition IS NOT NULL) AND (NEW.kind = 'fee') = (NEW.fee_kind IS NOT NULL)
  AND (NEW.kind = 'part' OR (NEW.inventory_id IS NULL AND NEW.part_number IS NULL)) AND (NEW.kind = 'sublet' OR NEW.provider IS NULL)
  AND (NEW.kind IN ('part', 'sublet') OR NEW.unit_cost IS NULL) AND (NEW.condition IS NOT 'customer_supplied' OR NEW.inventory_id IS NULL)
  AND (NEW.description IS NOT NULL OR NEW.inventory_id IS NOT NULL)
  AND (NEW.unit_price IS NOT NULL OR NEW.flat_amount IS NOT NULL OR NEW.kind = 'labor' OR NEW.inventory_id IS NOT NULL)
  AND min(ifnull(NEW.unit_price, 0), ifnull(NEW.flat_amount, 0), ifnull(NEW.unit_cost, 0), ifnull(NEW.discount_value, 0)) >= 0
  AND ifnull(NEW.discount_percent, 0) BETWEEN 0 AND 1000000 AND max(ifnull(NEW.unit_price, 0), ifnull(NEW.unit_cost, 0)) <= 999999999)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_fields_of_kind"}'); END;

-- A package has at most 50 lines.
CREATE TRIGGER service_package_lines_170_not_too_many BEFORE INSERT ON service_package_lines
WHEN (SELECT count(*) FROM service_package_lines WHERE service_package_id = NEW.service_package_id) >= 50
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_not_too_many"}'); END;

-- An amount of a package is a whole number of cents, and so is the sum of them.
CREATE TRIGGER service_package_lines_180_whole_cents BEFORE INSERT ON service_package_lines
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.flat_amount, 0) + ifnull(NEW.unit_cost, 0) + ifnull(NEW.discount_value, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_whole_cents"}'); END;

-- A line never changes: another one takes its place.
CREATE TRIGGER service_package_lines_210_never_change BEFORE UPDATE ON service_package_lines
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_never_change"}'); END;
