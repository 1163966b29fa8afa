-- Rules of share links.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER share_links_110_begin_unused;
DROP TRIGGER share_links_210_frozen;
DROP TRIGGER share_links_310_with_ticket;

-- No insert replaces a link: its id and hash are free.
-- It begins unused and not ended, is good for at most 720 hours, and is of a ticket that is there, whose customer was not erased.
CREATE TRIGGER share_links_110_begin_unused BEFORE INSERT ON share_links
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE EXISTS (SELECT 1 FROM share_links WHERE id = NEW.id OR hash = NEW.hash);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))
    WHERE NOT EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:customer_erased:{}') FROM service_tickets t JOIN customers c ON c.id = t.customer_id
    WHERE t.id = NEW.service_ticket_id AND c.erased_at IS NOT NULL;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"share_links_begin_unused"}')
    WHERE (NEW.revoked_at IS NULL AND NEW.last_used_at IS NULL AND NEW.uses = 0
      AND NEW.expires_at <= strftime('%Y-%m-%dT%H:%M:%fZ', NEW.created_at, '+720 hours')) IS NOT 1;
END;

-- Nothing of a link changes but that it ends, once, and that its uses are counted while it goes on.
-- An erasure also takes out whom it was sent to. One that has ended stays so.
CREATE TRIGGER share_links_210_frozen BEFORE UPDATE ON share_links
WHEN (NEW.id, NEW.service_ticket_id, NEW.may, NEW.hash, NEW.nonce, NEW.created_by, NEW.created_at, NEW.expires_at) IS NOT
    (OLD.id, OLD.service_ticket_id, OLD.may, OLD.hash, OLD.nonce, OLD.created_by, OLD.created_at, OLD.expires_at)
  OR (NEW.sent_to IS NOT OLD.sent_to AND (NEW.sent_to IS NOT NULL OR NEW.revoked_at IS NULL))
  OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)
  OR ((NEW.uses, NEW.last_used_at) IS NOT (OLD.uses, OLD.last_used_at)
    AND (OLD.revoked_at IS NULL AND NEW.revoked_at IS NULL AND NEW.uses = OLD.uses + 1 AND NEW.last_used_at < OLD.expires_at
      AND NEW.last_used_at >= coalesce(OLD.last_used_at, OLD.created_at)) IS NOT 1)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A link goes only with its ticket.
CREATE TRIGGER share_links_310_with_ticket BEFORE DELETE ON share_links
WHEN EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
