-- Rules of the decisions of authorisations.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces a decision: its id is free.
CREATE TRIGGER authorization_decisions_110_not_replaced BEFORE INSERT ON authorization_decisions
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM authorization_decisions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
