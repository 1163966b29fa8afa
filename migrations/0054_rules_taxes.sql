-- Rules of taxes.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces a tax: its id is free.
CREATE TRIGGER taxes_110_not_replaced BEFORE INSERT ON taxes
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM taxes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_not_replaced"}'); END;
