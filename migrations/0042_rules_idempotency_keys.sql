-- Rules of idempotency keys.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- It is made again, so that this file has each of them.
DROP TRIGGER idempotency_keys_110_of_live_sessions;

-- A session writes for its account only, and one that has ended writes nothing, whatever its gate knows.
CREATE TRIGGER idempotency_keys_110_of_live_sessions BEFORE INSERT ON idempotency_keys
WHEN NEW.session_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = NEW.session_id AND user_id = NEW.user_id AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'app:unauthenticated:{}'); END;
