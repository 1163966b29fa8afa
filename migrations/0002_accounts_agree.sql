-- An account and its record agree on the e-mail and, for mechanics, on the status.
CREATE TRIGGER users_not_replaced BEFORE INSERT ON users
WHEN ((NEW.id > 0 AND EXISTS (SELECT 1 FROM users WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM users WHERE email = NEW.email AND role = NEW.role))
  AND NOT EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.customer_id) AND NOT EXISTS (SELECT 1 FROM users WHERE mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER users_not_replaced_by_update BEFORE UPDATE OF email, role ON users
WHEN (NEW.email <> OLD.email OR NEW.role <> OLD.role)
  AND EXISTS (SELECT 1 FROM users WHERE email = NEW.email AND role = NEW.role AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;
CREATE TRIGGER users_keep_identity AFTER UPDATE ON users
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;
CREATE TRIGGER users_one_account_per_record BEFORE INSERT ON users
WHEN EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.customer_id) OR EXISTS (SELECT 1 FROM users WHERE mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:account_exists:{}'); END;
CREATE TRIGGER users_keep_their_record BEFORE UPDATE OF customer_id, mechanic_id ON users
WHEN NEW.customer_id IS NOT OLD.customer_id OR NEW.mechanic_id IS NOT OLD.mechanic_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{}'); END;

CREATE TRIGGER users_email_follows_customer AFTER UPDATE OF email ON customers
WHEN NEW.email <> OLD.email
BEGIN UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at WHERE customer_id = NEW.id AND email <> NEW.email; END;
CREATE TRIGGER users_email_follows_mechanic AFTER UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email
BEGIN UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at WHERE mechanic_id = NEW.id AND email <> NEW.email; END;
CREATE TRIGGER records_email_follows_user AFTER UPDATE OF email ON users
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE customers SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at WHERE id = NEW.customer_id AND email <> NEW.email;
  UPDATE mechanics SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at WHERE id = NEW.mechanic_id AND email <> NEW.email;
END;

CREATE TRIGGER mechanics_status_follows_new_user AFTER INSERT ON users
WHEN NEW.mechanic_id IS NOT NULL
BEGIN UPDATE mechanics SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at WHERE id = NEW.mechanic_id AND status <> NEW.status; END;
CREATE TRIGGER mechanics_status_follows_user AFTER UPDATE OF status ON users
WHEN NEW.mechanic_id IS NOT NULL
BEGIN UPDATE mechanics SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at WHERE id = NEW.mechanic_id AND status <> NEW.status; END;
CREATE TRIGGER users_status_follows_mechanic AFTER UPDATE OF status ON mechanics
WHEN NEW.status <> OLD.status
BEGIN UPDATE users SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at WHERE mechanic_id = NEW.id AND status <> NEW.status; END;

CREATE TRIGGER users_keep_an_admin BEFORE UPDATE OF role, status ON users
WHEN OLD.role = 'admin' AND OLD.status = 'active' AND (NEW.role <> 'admin' OR NEW.status <> 'active')
  AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:last_admin:{}'); END;
CREATE TRIGGER users_keep_an_admin_at_delete AFTER DELETE ON users
WHEN OLD.role = 'admin' AND OLD.status = 'active'
  AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:last_admin:{}'); END;
