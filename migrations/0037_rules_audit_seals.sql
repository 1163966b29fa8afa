-- Rules of the seals of the audit log.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- They are all made again, so that this file has each of them.
DROP TRIGGER audit_seals_110_in_order;
DROP TRIGGER audit_seals_210_not_changed;
DROP TRIGGER audit_seals_310_not_removed;

-- Seals come in the order of the entries, each once, so that the chain has one end.
CREATE TRIGGER audit_seals_110_in_order BEFORE INSERT ON audit_seals
WHEN NEW.id <= (SELECT coalesce(max(id), 0) FROM audit_seals)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A seal never changes; its salt goes with what it protects, when a person is erased.
CREATE TRIGGER audit_seals_210_not_changed BEFORE UPDATE ON audit_seals
WHEN NEW.salt IS NOT NULL OR NEW.id <> OLD.id OR NEW.seal <> OLD.seal OR NEW.digest IS NOT OLD.digest OR NEW.standing IS NOT OLD.standing
  OR NOT EXISTS (SELECT 1 FROM audit_log l JOIN audit_log e ON e.entity = 'customer' AND e.entity_id = l.customer_id
    WHERE l.id = OLD.id AND e.action = 'customer.erased' AND e.id >= l.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A seal is removed only when its entry is archived.
CREATE TRIGGER audit_seals_310_not_removed BEFORE DELETE ON audit_seals
WHEN NOT EXISTS (SELECT 1 FROM audit_archives WHERE id >= OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
