-- Rules of estimates.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces an estimate: its id is free.
CREATE TRIGGER estimates_110_not_replaced BEFORE INSERT ON estimates
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM estimates WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
