-- Whoever voids the tokens of an account ends its sessions; both go with the account.
CREATE TRIGGER sessions_end_with_their_generation AFTER UPDATE OF gen ON users
WHEN NEW.gen > OLD.gen
BEGIN
  UPDATE sessions SET
    ended_at = coalesce((SELECT at FROM writes WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    end_reason = 'voided'
  WHERE user_id = NEW.id AND ended_at IS NULL;
END;
CREATE TRIGGER sessions_go_with_their_account AFTER DELETE ON users
BEGIN DELETE FROM sessions WHERE user_id = OLD.id; END;
CREATE TRIGGER refresh_tokens_go_with_their_session AFTER DELETE ON sessions
BEGIN DELETE FROM refresh_tokens WHERE session_id = OLD.id; END;

-- What has ended stays ended, what was used stays used.
CREATE TRIGGER sessions_stay_ended BEFORE UPDATE ON sessions
WHEN NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id
  OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.end_reason IS NOT OLD.end_reason))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER sessions_not_replaced BEFORE INSERT ON sessions
WHEN EXISTS (SELECT 1 FROM sessions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER refresh_tokens_stay_used BEFORE UPDATE ON refresh_tokens
WHEN NEW.hash <> OLD.hash OR NEW.session_id <> OLD.session_id OR OLD.used_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER refresh_tokens_not_replaced BEFORE INSERT ON refresh_tokens
WHEN EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
