-- Rules of epochs.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- An epoch never comes back: what was made in it would count again.
CREATE TRIGGER epochs_110_never_return BEFORE INSERT ON epochs
WHEN EXISTS (SELECT 1 FROM epochs WHERE epoch = NEW.epoch OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"epochs_never_return"}'); END;

-- The history of epochs does not change.
CREATE TRIGGER epochs_210_not_changed BEFORE UPDATE ON epochs
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"epochs_not_changed"}'); END;

-- The history of epochs is kept.
CREATE TRIGGER epochs_310_not_removed BEFORE DELETE ON epochs
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"epochs_not_removed"}'); END;
