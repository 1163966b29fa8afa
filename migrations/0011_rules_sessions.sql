-- Rules of sessions.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- No insert replaces a session: its id is free.
CREATE TRIGGER sessions_110_not_replaced BEFORE INSERT ON sessions
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM sessions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"sessions_not_replaced"}'); END;

-- A session keeps its id and its account, and one that has ended stays ended.
CREATE TRIGGER sessions_210_stay_ended BEFORE UPDATE ON sessions
WHEN NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id
  OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.end_reason IS NOT OLD.end_reason))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"sessions_stay_ended"}'); END;

-- The gates are told of a session that ends by itself.
-- A session that ends with its generation is told by users_650_end_sessions.
CREATE TRIGGER sessions_610_queue_revocation AFTER UPDATE OF ended_at ON sessions
WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.end_reason <> 'voided'
BEGIN INSERT INTO revocations (user_id, session_id) VALUES (NEW.user_id, NEW.id); END;

-- A removed session takes its refresh tokens along.
CREATE TRIGGER sessions_620_cascade_delete AFTER DELETE ON sessions
BEGIN DELETE FROM refresh_tokens WHERE session_id = OLD.id; END;
