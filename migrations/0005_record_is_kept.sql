-- A refusal undoes its whole batch and carries its code and details to the error.
CREATE TRIGGER refusals_raise BEFORE INSERT ON refusals
BEGIN SELECT RAISE(ABORT, 'app:' || NEW.code || ':' || NEW.detail); END;

-- The audit log is append-only.
CREATE TRIGGER audit_log_not_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER audit_log_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER audit_log_not_removed BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
