-- Rules of mechanics.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- A new mechanic has no tickets.
CREATE TRIGGER mechanics_110_start_uncounted BEFORE INSERT ON mechanics
WHEN NEW.ticket_count <> 0 OR NEW.completed_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mechanics_start_uncounted"}'); END;

-- No insert replaces a mechanic: its id is free, and its e-mail belongs to nobody else.
CREATE TRIGGER mechanics_120_not_replaced BEFORE INSERT ON mechanics
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

-- No update gives a mechanic the e-mail of another one.
CREATE TRIGGER mechanics_210_not_replaced_by_update BEFORE UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email AND EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

-- The id of a mechanic never changes.
CREATE TRIGGER mechanics_220_keep_identity AFTER UPDATE ON mechanics
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mechanics_keep_identity"}'); END;

-- A mechanic who is on tickets is not removed.
CREATE TRIGGER mechanics_310_with_tickets_stay BEFORE DELETE ON mechanics
WHEN EXISTS (SELECT 1 FROM assignments WHERE mechanic_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:mechanic_has_tickets:{}'); END;

-- A new mechanic is counted.
CREATE TRIGGER mechanics_510_count_added AFTER INSERT ON mechanics
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'mechanics'; END;

-- A removed mechanic is no longer counted.
CREATE TRIGGER mechanics_520_count_removed AFTER DELETE ON mechanics
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'mechanics'; END;

-- A new mechanic is counted on the leaderboard, unless they wait for approval.
-- Anyone may read the leaderboard.
CREATE TRIGGER mechanics_530_leaderboard_count_added AFTER INSERT ON mechanics
WHEN NEW.status <> 'pending'
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'leaderboard'; END;

-- A removed mechanic is no longer counted on the leaderboard.
CREATE TRIGGER mechanics_540_leaderboard_count_removed AFTER DELETE ON mechanics
WHEN OLD.status <> 'pending'
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'leaderboard'; END;

-- Approval puts a mechanic on the leaderboard, and a return to pending takes them off.
CREATE TRIGGER mechanics_550_leaderboard_count_moved AFTER UPDATE OF status ON mechanics
WHEN (OLD.status = 'pending') <> (NEW.status = 'pending')
BEGIN UPDATE counters SET value = value + iif(NEW.status = 'pending', -1, 1) WHERE name = 'leaderboard'; END;

-- The account of a mechanic has the same e-mail as the mechanic.
CREATE TRIGGER mechanics_610_email_to_account AFTER UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE mechanic_id = NEW.id AND email <> NEW.email;
END;

-- The account of a mechanic has the same status as the mechanic.
CREATE TRIGGER mechanics_620_status_to_account AFTER UPDATE OF status ON mechanics
WHEN NEW.status <> OLD.status
BEGIN
  UPDATE users SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at
    WHERE mechanic_id = NEW.id AND status <> NEW.status;
END;

-- A new mechanic is found by its words.
CREATE TRIGGER mechanics_710_found AFTER INSERT ON mechanics
BEGIN
  INSERT INTO mechanics_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

-- A mechanic is found by what has changed, and no longer by what was there before.
CREATE TRIGGER mechanics_720_found_by_changes AFTER UPDATE OF search_terms, email ON mechanics
WHEN NEW.search_terms <> OLD.search_terms OR NEW.email <> OLD.email
BEGIN
  REPLACE INTO mechanics_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

-- A removed mechanic is not found.
CREATE TRIGGER mechanics_730_not_found AFTER DELETE ON mechanics
BEGIN DELETE FROM mechanics_search WHERE rowid = OLD.id; END;
