-- Rules of the lines of service packages.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces a line: its id is free.
CREATE TRIGGER service_package_lines_110_not_replaced BEFORE INSERT ON service_package_lines
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_package_lines WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_not_replaced"}'); END;
