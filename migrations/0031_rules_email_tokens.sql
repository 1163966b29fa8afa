-- Rules of email_tokens.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A mailed token keeps what it is for, and is used once.
CREATE TRIGGER email_tokens_210_used_once BEFORE UPDATE ON email_tokens
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.hash <> OLD.hash OR NEW.email <> OLD.email OR NEW.user_id IS NOT OLD.user_id
  OR NEW.customer_id IS NOT OLD.customer_id OR NEW.mechanic_id IS NOT OLD.mechanic_id OR NEW.expires_at > OLD.expires_at
  OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"email_tokens_used_once"}'); END;
