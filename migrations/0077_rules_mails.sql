-- Rules of mails.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No mail has an id that another one had before: old mail is removed.
CREATE TRIGGER mails_110_ids_once AFTER INSERT ON mails
WHEN NEW.id <= (SELECT last FROM lost_ids WHERE name = 'mails')
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mails_ids_once"}'); END;

-- A mail that has left is not sent again, and keeps what it said; it can only come back.
CREATE TRIGGER mails_210_sent_once BEFORE UPDATE ON mails
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.recipient <> OLD.recipient OR NEW.attempts < OLD.attempts
  OR NEW.service_ticket_id IS NOT OLD.service_ticket_id OR NEW.estimate_id IS NOT OLD.estimate_id OR NEW.invoice_id IS NOT OLD.invoice_id
  OR NEW.payment_id IS NOT OLD.payment_id OR NEW.share_link_id IS NOT OLD.share_link_id OR NEW.starts_at IS NOT OLD.starts_at OR NEW.message IS NOT OLD.message
  OR (OLD.state <> 'queued' AND NEW.state <> OLD.state AND NOT (OLD.state = 'sent' AND NEW.state = 'bounced'))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mails_sent_once"}'); END;

-- The highest id is remembered when its row is removed.
CREATE TRIGGER mails_610_highest_remembered AFTER DELETE ON mails
WHEN OLD.id > coalesce((SELECT max(id) FROM mails), 0)
BEGIN
  INSERT INTO lost_ids (name, last) VALUES ('mails', OLD.id) ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last);
END;
