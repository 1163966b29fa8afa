-- Rules of recovery_codes.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A recovery code is good once.
CREATE TRIGGER recovery_codes_210_used_once BEFORE UPDATE ON recovery_codes
WHEN NEW.user_id <> OLD.user_id OR NEW.hash <> OLD.hash OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"recovery_codes_used_once"}'); END;
