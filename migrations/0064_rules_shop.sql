-- Rules of the shop.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER shop_110_not_replaced;
DROP TRIGGER shop_310_stays;

-- No insert replaces the shop: its id is free.
CREATE TRIGGER shop_110_not_replaced BEFORE INSERT ON shop
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM shop WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_not_replaced"}'); END;

-- The labor rate is a whole number of cents.
CREATE TRIGGER shop_120_whole_cents BEFORE INSERT ON shop
WHEN typeof(ifnull(NEW.labor_rate, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_whole_cents"}'); END;

-- The zone and the currency of a shop that has posted invoices do not change: days and amounts on paper are theirs.
CREATE TRIGGER shop_210_keep_zone_and_currency BEFORE UPDATE OF time_zone, currency ON shop
WHEN (NEW.time_zone <> OLD.time_zone OR NEW.currency <> OLD.currency) AND (SELECT max(id) FROM invoices) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:shop_has_invoices:{}'); END;

-- The labor rate is still a whole number of cents.
CREATE TRIGGER shop_220_still_whole_cents AFTER UPDATE OF labor_rate ON shop
WHEN typeof(ifnull(NEW.labor_rate, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_still_whole_cents"}'); END;

-- There is always a shop: local days, the mode and the head of documents come from its row.
CREATE TRIGGER shop_310_stays BEFORE DELETE ON shop
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_stays"}'); END;
