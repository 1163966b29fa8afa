-- Rules of the audit log.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- No insert replaces an entry.
CREATE TRIGGER audit_log_110_not_replaced BEFORE INSERT ON audit_log
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- An entry never changes.
CREATE TRIGGER audit_log_210_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- An entry is never removed.
CREATE TRIGGER audit_log_310_not_removed BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A new entry is counted.
CREATE TRIGGER audit_log_510_count_added AFTER INSERT ON audit_log
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'audit_log'; END;
