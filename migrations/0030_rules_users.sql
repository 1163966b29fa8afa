-- Rules of users.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER users_110_not_replaced;
DROP TRIGGER users_120_one_account_per_record;
DROP TRIGGER users_210_not_replaced_by_update;
DROP TRIGGER users_220_keep_identity;
DROP TRIGGER users_230_keep_their_record;
DROP TRIGGER users_240_keep_an_admin;
DROP TRIGGER users_250_generations_rise;
DROP TRIGGER users_310_keep_an_admin_at_delete;
DROP TRIGGER users_510_count_added;
DROP TRIGGER users_520_count_removed;
DROP TRIGGER users_610_email_to_record;
DROP TRIGGER users_615_email_to_record_at_insert;
DROP TRIGGER users_620_status_to_mechanic_at_insert;
DROP TRIGGER users_630_status_to_mechanic;
DROP TRIGGER users_640_void_tokens;
DROP TRIGGER users_650_end_sessions;
DROP TRIGGER users_660_cascade_delete;

-- No insert replaces an account: its id is free, and so is its e-mail within its role.
-- A record that has an account is left to the next rule.
CREATE TRIGGER users_110_not_replaced BEFORE INSERT ON users
WHEN ((NEW.id > 0 AND EXISTS (SELECT 1 FROM users WHERE id = NEW.id))
    OR EXISTS (SELECT 1 FROM users WHERE email = NEW.email AND role = NEW.role))
  AND NOT EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.customer_id)
  AND NOT EXISTS (SELECT 1 FROM users WHERE mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

-- A customer or mechanic has at most one account.
CREATE TRIGGER users_120_one_account_per_record BEFORE INSERT ON users
WHEN EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.customer_id) OR EXISTS (SELECT 1 FROM users WHERE mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:account_exists:{}'); END;

-- No update gives an account the e-mail of another one of the same role.
CREATE TRIGGER users_210_not_replaced_by_update BEFORE UPDATE OF email, role ON users
WHEN (NEW.email <> OLD.email OR NEW.role <> OLD.role)
  AND EXISTS (SELECT 1 FROM users WHERE email = NEW.email AND role = NEW.role AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

-- The id of an account never changes.
CREATE TRIGGER users_220_keep_identity AFTER UPDATE ON users
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"users_keep_identity"}'); END;

-- An account belongs to the same customer or mechanic for ever, unless the customer was found to be another one.
CREATE TRIGGER users_230_keep_their_record BEFORE UPDATE OF customer_id, mechanic_id ON users
WHEN NEW.mechanic_id IS NOT OLD.mechanic_id OR (NEW.customer_id IS NOT OLD.customer_id AND NOT EXISTS
  (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"users_keep_their_record"}'); END;

-- The last active admin stays an active admin.
CREATE TRIGGER users_240_keep_an_admin BEFORE UPDATE OF role, status ON users
WHEN OLD.role = 'admin' AND OLD.status = 'active' AND (NEW.role <> 'admin' OR NEW.status <> 'active')
  AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:last_admin:{}'); END;

-- The generation of the tokens of an account never falls.
CREATE TRIGGER users_250_generations_rise BEFORE UPDATE OF gen ON users
WHEN NEW.gen < OLD.gen
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"users_generations_rise"}'); END;

-- The last active admin is not removed.
CREATE TRIGGER users_310_keep_an_admin_at_delete AFTER DELETE ON users
WHEN OLD.role = 'admin' AND OLD.status = 'active'
  AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:last_admin:{}'); END;

-- A new account is counted.
CREATE TRIGGER users_510_count_added AFTER INSERT ON users
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'users'; END;

-- A removed account is no longer counted.
CREATE TRIGGER users_520_count_removed AFTER DELETE ON users
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'users'; END;

-- A customer or mechanic has the same e-mail as their account.
CREATE TRIGGER users_610_email_to_record AFTER UPDATE OF email ON users
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE customers SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.customer_id AND email IS NOT NEW.email;
  UPDATE mechanics SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.mechanic_id AND email <> NEW.email;
END;

-- A customer without an e-mail gets that of their new account.
CREATE TRIGGER users_615_email_to_record_at_insert AFTER INSERT ON users
WHEN NEW.customer_id IS NOT NULL
BEGIN
  UPDATE customers SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at WHERE id = NEW.customer_id AND email IS NULL;
END;

-- A mechanic who gets an account has its status.
CREATE TRIGGER users_620_status_to_mechanic_at_insert AFTER INSERT ON users
WHEN NEW.mechanic_id IS NOT NULL
BEGIN
  UPDATE mechanics SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.mechanic_id AND status <> NEW.status;
END;

-- A mechanic has the same status as their account.
CREATE TRIGGER users_630_status_to_mechanic AFTER UPDATE OF status ON users
WHEN NEW.mechanic_id IS NOT NULL
BEGIN
  UPDATE mechanics SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.mechanic_id AND status <> NEW.status;
END;

-- Another role, and a status other than active, void the tokens of the account.
CREATE TRIGGER users_640_void_tokens AFTER UPDATE OF role, status ON users
WHEN NEW.gen = OLD.gen AND (NEW.role <> OLD.role OR (NEW.status <> OLD.status AND NEW.status <> 'active'))
BEGIN UPDATE users SET gen = gen + 1 WHERE id = NEW.id; END;

-- A new generation ends all sessions of the account, and the gates are told.
CREATE TRIGGER users_650_end_sessions AFTER UPDATE OF gen ON users
WHEN NEW.gen > OLD.gen
BEGIN
  UPDATE sessions SET
    ended_at = coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    end_reason = 'voided'
  WHERE user_id = NEW.id AND ended_at IS NULL;
  INSERT INTO revocations (user_id, gen) VALUES (NEW.id, NEW.gen);
END;

-- A removed account takes its sessions along, and the gates are told.
CREATE TRIGGER users_660_cascade_delete AFTER DELETE ON users
BEGIN
  DELETE FROM sessions WHERE user_id = OLD.id;
  INSERT INTO revocations (user_id, gen) VALUES (OLD.id, OLD.gen + 1);
END;

-- A changed e-mail is not proven, unless the same change says so, and whoever is logged in logs in again.
CREATE TRIGGER users_670_email_unproven AFTER UPDATE OF email ON users
WHEN NEW.email <> OLD.email AND NEW.email_verified_at IS OLD.email_verified_at
BEGIN UPDATE users SET email_verified_at = NULL, gen = gen + 1 WHERE id = NEW.id; END;

-- A removed account takes its second factor along.
CREATE TRIGGER users_680_cascade_second_factor AFTER DELETE ON users
BEGIN
  DELETE FROM recovery_codes WHERE user_id = OLD.id;
  DELETE FROM second_factors WHERE user_id = OLD.id;
END;
