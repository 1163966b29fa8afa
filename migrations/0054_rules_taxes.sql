-- Rules of taxes.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

INSERT INTO counters (name, value) VALUES ('taxes', 0);

-- No insert replaces a tax: its id is free.
CREATE TRIGGER taxes_110_not_replaced BEFORE INSERT ON taxes
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM taxes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_not_replaced"}'); END;

-- A shop has at most 50 taxes: what a ticket costs reads all of them.
CREATE TRIGGER taxes_120_not_too_many BEFORE INSERT ON taxes
WHEN (SELECT value FROM counters WHERE name = 'taxes') >= 50
BEGIN SELECT RAISE(ABORT, 'app:too_many_taxes:{}'); END;

-- A tax falls on kinds of lines, each of which it names once.
CREATE TRIGGER taxes_130_kinds_known BEFORE INSERT ON taxes
WHEN EXISTS (SELECT 1 FROM json_each(NEW.applies_to) GROUP BY value HAVING count(*) > 1 OR value NOT IN ('labor', 'part', 'sublet', 'fee'))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_kinds_known"}'); END;

-- The id of a tax never changes.
CREATE TRIGGER taxes_210_keep_identity AFTER UPDATE ON taxes
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_keep_identity"}'); END;

-- A changed tax still falls on kinds of lines, each of which it names once.
CREATE TRIGGER taxes_220_kinds_known BEFORE UPDATE OF applies_to ON taxes
WHEN EXISTS (SELECT 1 FROM json_each(NEW.applies_to) GROUP BY value HAVING count(*) > 1 OR value NOT IN ('labor', 'part', 'sublet', 'fee'))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_kinds_known"}'); END;

-- A new tax is counted.
CREATE TRIGGER taxes_510_count_added AFTER INSERT ON taxes
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'taxes'; END;

-- A removed tax is no longer counted.
CREATE TRIGGER taxes_520_count_removed AFTER DELETE ON taxes
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'taxes'; END;
