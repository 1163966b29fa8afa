-- Rules of refresh tokens.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- No insert replaces a refresh token.
CREATE TRIGGER refresh_tokens_110_not_replaced BEFORE INSERT ON refresh_tokens
WHEN EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"refresh_tokens_not_replaced"}'); END;

-- A refresh token keeps its session, and one that was used stays used.
CREATE TRIGGER refresh_tokens_210_stay_used BEFORE UPDATE ON refresh_tokens
WHEN NEW.hash <> OLD.hash OR NEW.session_id <> OLD.session_id OR OLD.used_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"refresh_tokens_stay_used"}'); END;
