-- Rules of the audit log.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- They are all made again, so that this file has each of them.
DROP TRIGGER audit_log_110_not_replaced;
DROP TRIGGER audit_log_210_not_changed;
DROP TRIGGER audit_log_310_not_removed;
DROP TRIGGER audit_log_510_count_added;

-- Entries from before say here, too, whom they tell of.
UPDATE audit_log SET customer_id = CASE entity WHEN 'customer' THEN entity_id
  WHEN 'user' THEN coalesce(after, before) ->> 'customer_id'
  ELSE (SELECT customer_id FROM users WHERE id = coalesce(after, before) ->> 'user_id') END
WHERE entity IN ('customer', 'user', 'session');

-- No insert replaces an entry.
CREATE TRIGGER audit_log_110_not_replaced BEFORE INSERT ON audit_log
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- An entry never changes, but for the images and the address of a person who was erased, which go.
CREATE TRIGGER audit_log_210_not_changed BEFORE UPDATE ON audit_log
WHEN NEW.before IS NOT NULL OR NEW.after IS NOT NULL OR NEW.address IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at
  OR NEW.user_id IS NOT OLD.user_id OR NEW.role <> OLD.role OR NEW.action <> OLD.action OR NEW.entity <> OLD.entity
  OR NEW.entity_id IS NOT OLD.entity_id OR NEW.request_id IS NOT OLD.request_id OR NEW.customer_id IS NOT OLD.customer_id
  OR NEW.mac IS NOT OLD.mac OR NOT EXISTS (SELECT 1 FROM audit_log e
    WHERE e.entity = 'customer' AND e.entity_id = OLD.customer_id AND e.action = 'customer.erased' AND e.id >= OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- An entry is removed only when it is archived.
CREATE TRIGGER audit_log_310_not_removed BEFORE DELETE ON audit_log
WHEN NOT EXISTS (SELECT 1 FROM audit_archives WHERE id >= OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A new entry is counted.
CREATE TRIGGER audit_log_510_count_added AFTER INSERT ON audit_log
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'audit_log'; END;

-- An entry that is archived is no longer counted.
CREATE TRIGGER audit_log_520_count_removed AFTER DELETE ON audit_log
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'audit_log'; END;
