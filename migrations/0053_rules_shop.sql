-- Rules of the shop.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces the shop: its id is free.
CREATE TRIGGER shop_110_not_replaced BEFORE INSERT ON shop
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM shop WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_not_replaced"}'); END;

-- There is always a shop: local days, the mode and the head of documents come from its row.
CREATE TRIGGER shop_310_stays BEFORE DELETE ON shop
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_stays"}'); END;
