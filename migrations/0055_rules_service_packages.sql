-- Rules of service packages.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

CREATE VIRTUAL TABLE service_packages_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

INSERT INTO counters (name, value) VALUES ('service_packages', 0);

-- No insert replaces a service package: its id is free.
CREATE TRIGGER service_packages_110_not_replaced BEFORE INSERT ON service_packages
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_packages WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_packages_not_replaced"}'); END;

-- The id of a service package never changes.
CREATE TRIGGER service_packages_210_keep_identity AFTER UPDATE ON service_packages
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_packages_keep_identity"}'); END;

-- A new service package is counted.
CREATE TRIGGER service_packages_510_count_added AFTER INSERT ON service_packages
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'service_packages'; END;

-- A removed service package is no longer counted.
CREATE TRIGGER service_packages_520_count_removed AFTER DELETE ON service_packages
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'service_packages'; END;

-- A new service package is found by its words.
CREATE TRIGGER service_packages_710_found AFTER INSERT ON service_packages
BEGIN
  INSERT INTO service_packages_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

-- A service package is found by what has changed, and no longer by what was there before.
CREATE TRIGGER service_packages_720_found_by_changes AFTER UPDATE OF search_terms ON service_packages
WHEN NEW.search_terms <> OLD.search_terms
BEGIN
  REPLACE INTO service_packages_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

-- A removed service package is not found.
CREATE TRIGGER service_packages_730_not_found AFTER DELETE ON service_packages
BEGIN DELETE FROM service_packages_search WHERE rowid = OLD.id; END;
