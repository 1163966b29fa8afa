-- Rules of second_factors.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A code by time is good once: the step of the last one only rises, until the factor is set up anew.
CREATE TRIGGER second_factors_210_steps_rise BEFORE UPDATE ON second_factors
WHEN NEW.user_id <> OLD.user_id OR (NEW.secret = OLD.secret AND NEW.last_step < OLD.last_step)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"second_factors_steps_rise"}'); END;
