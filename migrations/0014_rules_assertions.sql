-- Rules of assertions.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep search terms.

-- Each insert fails with the code and the details of its row, and so undoes its whole batch.
CREATE TRIGGER assertions_110_raise BEFORE INSERT ON assertions
BEGIN SELECT RAISE(ABORT, 'app:' || NEW.code || ':' || NEW.detail); END;
