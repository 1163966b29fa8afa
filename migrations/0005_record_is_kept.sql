-- A refusal undoes its whole batch and carries its code and details to the error.
CREATE TRIGGER refusals_raise BEFORE INSERT ON refusals
BEGIN SELECT RAISE(ABORT, 'app:' || NEW.code || ':' || NEW.detail); END;

-- The audit log is append-only.
CREATE TRIGGER audit_log_not_replaced BEFORE INSERT ON audit_log
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER audit_log_not_below_one AFTER INSERT ON audit_log
WHEN NEW.id < 1
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER audit_log_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER audit_log_not_removed BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- So are its seals; they come in the order of the rows, each once, so that the chain has one end.
CREATE TRIGGER audit_seals_in_order BEFORE INSERT ON audit_seals
WHEN NEW.id <= (SELECT coalesce(max(id), 0) FROM audit_seals)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER audit_seals_not_changed BEFORE UPDATE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
CREATE TRIGGER audit_seals_not_removed BEFORE DELETE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
