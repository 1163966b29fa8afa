-- Rules of mails.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A mail that has left is not sent again, and keeps what it said.
CREATE TRIGGER mails_210_sent_once BEFORE UPDATE ON mails
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.recipient <> OLD.recipient OR NEW.attempts < OLD.attempts
  OR (OLD.state <> 'queued' AND NEW.state <> OLD.state)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mails_sent_once"}'); END;
