-- Rules of the seals of the audit log.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- Seals come in the order of the entries, each once, so that the chain has one end.
CREATE TRIGGER audit_seals_110_in_order BEFORE INSERT ON audit_seals
WHEN NEW.id <= (SELECT coalesce(max(id), 0) FROM audit_seals)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A seal never changes.
CREATE TRIGGER audit_seals_210_not_changed BEFORE UPDATE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A seal is never removed.
CREATE TRIGGER audit_seals_310_not_removed BEFORE DELETE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
