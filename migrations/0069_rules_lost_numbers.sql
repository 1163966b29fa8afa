-- Rules of the numbers that were lost when the database was set back in time.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- Numbers are lost after those that documents here have, and after those that were lost before.
CREATE TRIGGER lost_numbers_110_after_the_last BEFORE INSERT ON lost_numbers
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM lost_numbers)) OR NEW.first IS NOT 1 + max(
  coalesce((SELECT max(sequence) FROM invoices WHERE kind = NEW.kind AND year = NEW.year), 0),
  coalesce((SELECT max(last) FROM lost_numbers WHERE kind = NEW.kind AND year = NEW.year), 0))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- That numbers were lost does not change.
CREATE TRIGGER lost_numbers_210_append_only BEFORE UPDATE ON lost_numbers
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- That numbers were lost is not forgotten.
CREATE TRIGGER lost_numbers_310_append_only BEFORE DELETE ON lost_numbers
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;
