-- Rules of idempotency keys.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- A session that has ended writes nothing, whatever its gate knows.
CREATE TRIGGER idempotency_keys_110_of_live_sessions BEFORE INSERT ON idempotency_keys
WHEN NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = NEW.session_id AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'app:unauthenticated:{}'); END;
