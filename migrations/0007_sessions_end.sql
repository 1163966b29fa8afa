-- Another role, and a status other than active, void the tokens of an account, whoever sets them.
CREATE TRIGGER users_void_their_tokens AFTER UPDATE OF role, status ON users
WHEN NEW.gen = OLD.gen AND (NEW.role <> OLD.role OR (NEW.status <> OLD.status AND NEW.status <> 'active'))
BEGIN UPDATE users SET gen = gen + 1 WHERE id = NEW.id; END;
CREATE TRIGGER users_generations_rise BEFORE UPDATE OF gen ON users
WHEN NEW.gen < OLD.gen
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

-- Sessions end with the generation of their account, and go with the account. The gates have to hear of it.
CREATE TRIGGER sessions_end_with_their_generation AFTER UPDATE OF gen ON users
WHEN NEW.gen > OLD.gen
BEGIN
  UPDATE sessions SET
    ended_at = coalesce((SELECT at FROM writes WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    end_reason = 'voided'
  WHERE user_id = NEW.id AND ended_at IS NULL;
  INSERT INTO revocations (user_id, gen) VALUES (NEW.id, NEW.gen);
END;
CREATE TRIGGER sessions_go_with_their_account AFTER DELETE ON users
BEGIN
  DELETE FROM sessions WHERE user_id = OLD.id;
  INSERT INTO revocations (user_id, gen) VALUES (OLD.id, OLD.gen + 1);
END;
CREATE TRIGGER sessions_end_at_their_gate AFTER UPDATE OF ended_at ON sessions
WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.end_reason <> 'voided'
BEGIN INSERT INTO revocations (user_id, session_id) VALUES (NEW.user_id, NEW.id); END;
CREATE TRIGGER refresh_tokens_go_with_their_session AFTER DELETE ON sessions
BEGIN DELETE FROM refresh_tokens WHERE session_id = OLD.id; END;

-- Whoever has ended writes no more, whatever its gate has heard.
CREATE TRIGGER writes_of_live_sessions BEFORE INSERT ON writes
WHEN NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = NEW.session_id AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'app:unauthenticated:{}'); END;

-- What has ended stays ended, what was used stays used.
CREATE TRIGGER sessions_stay_ended BEFORE UPDATE ON sessions
WHEN NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id
  OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.end_reason IS NOT OLD.end_reason))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER sessions_not_replaced BEFORE INSERT ON sessions
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM sessions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER refresh_tokens_stay_used BEFORE UPDATE ON refresh_tokens
WHEN NEW.hash <> OLD.hash OR NEW.session_id <> OLD.session_id OR OLD.used_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER refresh_tokens_not_replaced BEFORE INSERT ON refresh_tokens
WHEN EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
