CREATE INDEX `assignments_booking` ON `assignments` (`mechanic_id`,`starts_at`,`service_ticket_id`,`ends_at`);

CREATE INDEX `assignments_mechanic` ON `assignments` (`mechanic_id`,`service_ticket_id`);

CREATE UNIQUE INDEX `assignments_once` ON `assignments` (`service_ticket_id`,`mechanic_id`);

CREATE INDEX `audit_log_at` ON `audit_log` (`at`);

CREATE INDEX `audit_log_entity` ON `audit_log` (`entity`,`entity_id`);

CREATE INDEX `audit_log_entity_all` ON `audit_log` (`entity`);

CREATE INDEX `audit_log_user` ON `audit_log` (`user_id`);

CREATE INDEX `customers_created_at` ON `customers` (`created_at`);

CREATE UNIQUE INDEX `customers_email_unique` ON `customers` (`email`);

CREATE INDEX `customers_name` ON `customers` (lower("name"),`id`);

CREATE INDEX `customers_ticket_count` ON `customers` (`ticket_count`);

CREATE INDEX `idempotency_keys_at` ON `idempotency_keys` (`at`);

CREATE UNIQUE INDEX `idempotency_keys_one_open` ON `idempotency_keys` (`open`) WHERE "idempotency_keys"."open" is not null;

CREATE UNIQUE INDEX `idempotency_keys_scope_key` ON `idempotency_keys` (`scope`,`key`);

CREATE INDEX `mechanics_completed_count` ON `mechanics` (`completed_count`);

CREATE INDEX `mechanics_created_at` ON `mechanics` (`created_at`);

CREATE UNIQUE INDEX `mechanics_email_unique` ON `mechanics` (`email`);

CREATE INDEX `mechanics_leaderboard` ON `mechanics` (`completed_count`) WHERE "mechanics"."status" <> 'pending';

CREATE INDEX `mechanics_name` ON `mechanics` (lower("name"),`id`);

CREATE INDEX `mechanics_status` ON `mechanics` (`status`);

CREATE INDEX `mechanics_ticket_count` ON `mechanics` (`ticket_count`);

CREATE INDEX `parts_category` ON `parts` (`category`);

CREATE INDEX `parts_low_stock` ON `parts` (`id`) WHERE "parts"."quantity" <= "parts"."reorder_point";

CREATE INDEX `parts_name` ON `parts` (lower("name"),`id`);

CREATE INDEX `parts_price` ON `parts` (`price`);

CREATE INDEX `parts_quantity` ON `parts` (`quantity`);

CREATE INDEX `refresh_tokens_issued` ON `refresh_tokens` (`issued_at`);

CREATE INDEX `refresh_tokens_session` ON `refresh_tokens` (`session_id`);

CREATE INDEX `search_terms_entity` ON `search_terms` (`entity`,`entity_id`,`term`,`field`);

CREATE INDEX `service_tickets_created_at` ON `service_tickets` (`created_at`);

CREATE INDEX `service_tickets_customer` ON `service_tickets` (`customer_id`);

CREATE INDEX `service_tickets_customer_date` ON `service_tickets` (`customer_id`,`service_date`);

CREATE INDEX `service_tickets_date` ON `service_tickets` (`service_date`);

CREATE INDEX `service_tickets_status` ON `service_tickets` (`status`);

CREATE INDEX `service_tickets_status_date` ON `service_tickets` (`status`,`service_date`);

CREATE INDEX `service_tickets_vehicle` ON `service_tickets` (`vehicle_id`);

CREATE INDEX `service_tickets_vehicle_date` ON `service_tickets` (`vehicle_id`,`service_date`);

CREATE INDEX `sessions_expires` ON `sessions` (`expires_at`);

CREATE INDEX `sessions_user` ON `sessions` (`user_id`,`ended_at`);

CREATE INDEX `stock_movements_part` ON `stock_movements` (`inventory_id`,`id`);

CREATE UNIQUE INDEX `ticket_parts_one_line` ON `ticket_parts` (`service_ticket_id`,`inventory_id`);

CREATE INDEX `ticket_parts_part` ON `ticket_parts` (`inventory_id`);

CREATE UNIQUE INDEX `users_customer_id_unique` ON `users` (`customer_id`);

CREATE UNIQUE INDEX `users_email_role` ON `users` (`email`,`role`);

CREATE UNIQUE INDEX `users_mechanic_id_unique` ON `users` (`mechanic_id`);

CREATE INDEX `users_role_status` ON `users` (`role`,`status`);

CREATE INDEX `users_status` ON `users` (`status`);

CREATE INDEX `vehicles_created_at` ON `vehicles` (`created_at`);

CREATE INDEX `vehicles_customer` ON `vehicles` (`customer_id`);

CREATE UNIQUE INDEX `vehicles_vin_unique` ON `vehicles` (`vin`);

CREATE TABLE `assertions` (
	`code` text NOT NULL,
	`detail` text NOT NULL
);

CREATE TABLE `assignments` (
	`id` integer PRIMARY KEY NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`mechanic_id` integer NOT NULL,
	`starts_at` text,
	`ends_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`mechanic_id`) REFERENCES `mechanics`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "assignments_id_positive" CHECK("assignments"."id" > 0)
);

CREATE TABLE `audit_draft` (
	`slot` integer NOT NULL,
	`action` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` integer NOT NULL,
	`before` text
);

CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text NOT NULL,
	`user_id` integer,
	`role` text NOT NULL,
	`action` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` integer,
	`before` text,
	`after` text,
	`request_id` text,
	`address` text,
	CONSTRAINT "audit_log_id_positive" CHECK("audit_log"."id" > 0)
);

CREATE TABLE `audit_seals` (
	`id` integer PRIMARY KEY NOT NULL,
	`seal` text NOT NULL
);

CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);

CREATE TABLE `customers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`phone` text NOT NULL,
	`address` text,
	`ticket_count` integer DEFAULT 0 NOT NULL,
	`vehicle_count` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	CONSTRAINT "customers_id_positive" CHECK("customers"."id" > 0)
);

CREATE TABLE `idempotency_keys` (
	`id` integer PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`request_id` text NOT NULL,
	`user_id` integer,
	`session_id` integer,
	`role` text NOT NULL,
	`address` text,
	`at` text NOT NULL,
	`answer` text,
	`open` integer,
	CONSTRAINT "idempotency_keys_answered" CHECK("idempotency_keys"."open" is not null or "idempotency_keys"."answer" is not null)
);

CREATE TABLE `mechanics` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`phone` text NOT NULL,
	`address` text,
	`specialty` text,
	`salary` integer NOT NULL,
	`status` text NOT NULL,
	`ticket_count` integer DEFAULT 0 NOT NULL,
	`completed_count` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	CONSTRAINT "mechanics_id_positive" CHECK("mechanics"."id" > 0),
	CONSTRAINT "mechanics_status_known" CHECK("mechanics"."status" in ('active', 'pending', 'disabled')),
	CONSTRAINT "mechanics_salary_range" CHECK("mechanics"."salary" between 0 and 999999999)
);

CREATE TABLE `parts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`part_number` text,
	`category` text,
	`price` integer NOT NULL,
	`cost` integer,
	`quantity` integer DEFAULT 0 NOT NULL,
	`reorder_point` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	CONSTRAINT "parts_id_positive" CHECK("parts"."id" > 0),
	CONSTRAINT "parts_quantity_not_negative" CHECK("parts"."quantity" >= 0),
	CONSTRAINT "parts_price_range" CHECK("parts"."price" between 0 and 999999999),
	CONSTRAINT "parts_cost_range" CHECK("parts"."cost" between 0 and 999999999),
	CONSTRAINT "parts_reorder_point_not_negative" CHECK("parts"."reorder_point" >= 0)
);

CREATE TABLE `refresh_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`session_id` integer NOT NULL,
	`issued_at` text NOT NULL,
	`used_at` text,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE TABLE `revocations` (
	`user_id` integer NOT NULL,
	`gen` integer DEFAULT 0 NOT NULL,
	`session_id` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `gen`, `session_id`),
	CONSTRAINT "revocations_of_one_kind" CHECK(("revocations"."gen" = 0) <> ("revocations"."session_id" = 0))
);

CREATE TABLE `search_terms` (
	`entity` text NOT NULL,
	`term` text NOT NULL,
	`entity_id` integer NOT NULL,
	`field` text NOT NULL,
	PRIMARY KEY(`entity`, `term`, `entity_id`, `field`)
);

CREATE TABLE `service_tickets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`customer_id` integer NOT NULL,
	`vehicle_id` integer NOT NULL,
	`service_desc` text NOT NULL,
	`service_date` text NOT NULL,
	`status` text DEFAULT 'open' NOT NULL,
	`scheduled_start` text,
	`scheduled_end` text,
	`mileage` integer,
	`notes` text,
	`parts_total` integer DEFAULT 0 NOT NULL,
	`completed_at` text,
	`closed_at` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`vehicle_id`) REFERENCES `vehicles`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "service_tickets_id_positive" CHECK("service_tickets"."id" > 0),
	CONSTRAINT "service_tickets_status_known" CHECK("service_tickets"."status" in ('open', 'in_progress', 'completed', 'closed', 'cancelled')),
	CONSTRAINT "service_tickets_schedule" CHECK(("service_tickets"."scheduled_start" is null) = ("service_tickets"."scheduled_end" is null)
        and ("service_tickets"."scheduled_start" < "service_tickets"."scheduled_end") is not false
        and "service_tickets"."scheduled_start" is strftime('%Y-%m-%dT%H:%M:%fZ', "service_tickets"."scheduled_start", '+0 days') and "service_tickets"."scheduled_end" is strftime('%Y-%m-%dT%H:%M:%fZ', "service_tickets"."scheduled_end", '+0 days'))
);

CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` text NOT NULL,
	`last_used_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`address` text,
	`ended_at` text,
	`end_reason` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sessions_end_known" CHECK("sessions"."end_reason" in ('logout', 'removed', 'reused', 'voided')),
	CONSTRAINT "sessions_end_with_reason" CHECK(("sessions"."ended_at" is null) = ("sessions"."end_reason" is null))
);

CREATE TABLE `stock_movements` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`inventory_id` integer NOT NULL,
	`kind` text NOT NULL,
	`quantity` integer NOT NULL,
	`balance` integer NOT NULL,
	`service_ticket_id` integer,
	`reason` text,
	`user_id` integer,
	`role` text,
	CONSTRAINT "stock_movements_id_positive" CHECK("stock_movements"."id" > 0),
	CONSTRAINT "stock_movements_kind_known" CHECK("stock_movements"."kind" in ('taken', 'returned', 'received', 'corrected'))
);

CREATE TABLE `ticket_parts` (
	`id` integer PRIMARY KEY NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`inventory_id` integer NOT NULL,
	`quantity` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`unit_cost` integer,
	`held` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`inventory_id`) REFERENCES `parts`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "ticket_parts_id_positive" CHECK("ticket_parts"."id" > 0),
	CONSTRAINT "ticket_parts_quantity_positive" CHECK("ticket_parts"."quantity" between 1 and 1000000),
	CONSTRAINT "ticket_parts_held_known" CHECK("ticket_parts"."held" in (0, 1))
);

CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`status` text NOT NULL,
	`password_hash` text NOT NULL,
	`customer_id` integer,
	`mechanic_id` integer,
	`gen` integer DEFAULT 1 NOT NULL,
	`last_login_at` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`mechanic_id`) REFERENCES `mechanics`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "users_id_positive" CHECK("users"."id" > 0),
	CONSTRAINT "users_status_known" CHECK("users"."status" in ('active', 'pending', 'disabled')),
	CONSTRAINT "users_record_of_role" CHECK(("users"."role" = 'customer' and "users"."customer_id" is not null and "users"."mechanic_id" is null)
        or ("users"."role" = 'mechanic' and "users"."mechanic_id" is not null and "users"."customer_id" is null)
        or ("users"."role" = 'admin' and "users"."customer_id" is null))
);

CREATE TABLE `vehicles` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`vin` text NOT NULL,
	`make` text,
	`model` text,
	`year` integer,
	`color` text,
	`license_plate` text,
	`mileage` integer,
	`customer_id` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "vehicles_id_positive" CHECK("vehicles"."id" > 0),
	CONSTRAINT "vehicles_vin_format" CHECK(length("vehicles"."vin") = 17 and "vehicles"."vin" not glob '*[^A-HJ-NPR-Z0-9]*')
);

CREATE TRIGGER assertions_110_raise BEFORE INSERT ON assertions
BEGIN SELECT RAISE(ABORT, 'app:' || NEW.code || ':' || NEW.detail); END;

CREATE TRIGGER assignments_110_not_replaced BEFORE INSERT ON assignments
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM assignments WHERE id = NEW.id)) OR EXISTS
  (SELECT 1 FROM assignments WHERE service_ticket_id = NEW.service_ticket_id AND mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:already_assigned:{}'); END;

CREATE TRIGGER assignments_120_never_overlap_from_start BEFORE INSERT ON assignments
WHEN NEW.starts_at < (SELECT ends_at FROM assignments WHERE mechanic_id = NEW.mechanic_id AND starts_at < NEW.ends_at
  AND service_ticket_id <> NEW.service_ticket_id ORDER BY starts_at DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_double_booked:' || (SELECT json_object('mechanic_id', m.id, 'mechanic_name', m.name,
      'service_ticket_id', a.service_ticket_id, 'scheduled_start', a.starts_at, 'scheduled_end', a.ends_at)
    FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
    WHERE a.mechanic_id = NEW.mechanic_id AND a.starts_at < NEW.ends_at AND a.service_ticket_id <> NEW.service_ticket_id
    ORDER BY a.starts_at DESC LIMIT 1));
END;

CREATE TRIGGER assignments_210_keep_identity AFTER UPDATE ON assignments
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.mechanic_id <> OLD.mechanic_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"assignments_keep_identity"}'); END;

CREATE TRIGGER assignments_220_as_scheduled AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NOT EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id
  AND NEW.starts_at IS iif(status IN ('closed', 'cancelled'), NULL, scheduled_start)
  AND NEW.ends_at IS iif(status IN ('closed', 'cancelled'), NULL, scheduled_end))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"assignments_as_scheduled"}'); END;

CREATE TRIGGER assignments_230_never_overlap AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NEW.starts_at < (SELECT ends_at FROM assignments WHERE mechanic_id = NEW.mechanic_id AND starts_at < NEW.ends_at
  AND id <> NEW.id ORDER BY starts_at DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_double_booked:' || (SELECT json_object('mechanic_id', m.id, 'mechanic_name', m.name,
      'service_ticket_id', a.service_ticket_id, 'scheduled_start', a.starts_at, 'scheduled_end', a.ends_at)
    FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
    WHERE a.mechanic_id = NEW.mechanic_id AND a.starts_at < NEW.ends_at AND a.id <> NEW.id ORDER BY a.starts_at DESC LIMIT 1));
END;

CREATE TRIGGER assignments_510_count_added AFTER INSERT ON assignments
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'assignments';
  UPDATE mechanics SET ticket_count = ticket_count + 1, completed_count = completed_count +
    coalesce((SELECT status IN ('completed', 'closed') FROM service_tickets WHERE id = NEW.service_ticket_id), 0)
    WHERE id = NEW.mechanic_id AND status = 'active';
  SELECT RAISE(ABORT, coalesce(
    (SELECT 'app:mechanic_not_active:' || json_object('mechanic_id', id, 'name', name, 'mechanic_status', status)
      FROM mechanics WHERE id = NEW.mechanic_id),
    'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id))) WHERE changes() = 0;
END;

CREATE TRIGGER assignments_520_count_removed AFTER DELETE ON assignments
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'assignments';
  UPDATE mechanics SET ticket_count = ticket_count - 1, completed_count = completed_count -
    coalesce((SELECT status IN ('completed', 'closed') FROM service_tickets WHERE id = OLD.service_ticket_id), 0)
    WHERE id = OLD.mechanic_id;
END;

CREATE TRIGGER assignments_610_book AFTER INSERT ON assignments
BEGIN
  UPDATE service_tickets SET version = version + 1
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled')
      AND (coalesce(NEW.starts_at, NEW.ends_at) IS NULL OR (NEW.starts_at IS scheduled_start AND NEW.ends_at IS scheduled_end));
  SELECT RAISE(ABORT, coalesce(
    (SELECT iif(status IN ('closed', 'cancelled'), 'app:ticket_closed:{}', 'app:conflict:{"rule":"assignments_book"}')
      FROM service_tickets WHERE id = NEW.service_ticket_id),
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
  UPDATE assignments SET (starts_at, ends_at) = (SELECT scheduled_start, scheduled_end FROM service_tickets
      WHERE id = NEW.service_ticket_id)
    WHERE id = NEW.id AND NEW.starts_at IS NULL;
END;

CREATE TRIGGER assignments_620_release_booking AFTER DELETE ON assignments
BEGIN
  UPDATE service_tickets SET version = version + 1 WHERE id = OLD.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}')
    WHERE changes() = 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id);
END;

CREATE TRIGGER audit_log_110_not_replaced BEFORE INSERT ON audit_log
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_log_210_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_log_310_not_removed BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_log_510_count_added AFTER INSERT ON audit_log
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'audit_log'; END;

CREATE TRIGGER audit_seals_110_in_order BEFORE INSERT ON audit_seals
WHEN NEW.id <= (SELECT coalesce(max(id), 0) FROM audit_seals)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_seals_210_not_changed BEFORE UPDATE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_seals_310_not_removed BEFORE DELETE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER customers_110_start_uncounted BEFORE INSERT ON customers
WHEN NEW.ticket_count <> 0 OR NEW.vehicle_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_start_uncounted"}'); END;

CREATE TRIGGER customers_120_not_replaced BEFORE INSERT ON customers
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM customers WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER customers_210_not_replaced_by_update BEFORE UPDATE OF email ON customers
WHEN NEW.email <> OLD.email AND EXISTS (SELECT 1 FROM customers WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER customers_220_keep_identity AFTER UPDATE ON customers
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_keep_identity"}'); END;

CREATE TRIGGER customers_310_with_tickets_stay BEFORE DELETE ON customers
WHEN EXISTS (SELECT 1 FROM service_tickets WHERE customer_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:customer_has_tickets:{}'); END;

CREATE TRIGGER customers_320_with_vehicles_stay BEFORE DELETE ON customers
WHEN EXISTS (SELECT 1 FROM vehicles WHERE customer_id = OLD.id) AND NOT EXISTS (SELECT 1 FROM service_tickets WHERE customer_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_with_vehicles_stay"}'); END;

CREATE TRIGGER customers_510_count_added AFTER INSERT ON customers
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'customers'; END;

CREATE TRIGGER customers_520_count_removed AFTER DELETE ON customers
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'customers'; END;

CREATE TRIGGER customers_610_email_to_account AFTER UPDATE OF email ON customers
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE customer_id = NEW.id AND email <> NEW.email;
END;

CREATE TRIGGER customers_710_search_terms_insert AFTER INSERT ON customers
BEGIN INSERT INTO search_terms (entity, term, entity_id, field) VALUES ('customer', NEW.email, NEW.id, 'email'); END;

CREATE TRIGGER customers_720_search_terms_update AFTER UPDATE OF email ON customers
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE search_terms SET term = NEW.email
    WHERE entity = 'customer' AND entity_id = NEW.id AND field = 'email' AND term = OLD.email;
END;

CREATE TRIGGER customers_730_search_terms_delete AFTER DELETE ON customers
BEGIN DELETE FROM search_terms WHERE entity = 'customer' AND entity_id = OLD.id; END;

CREATE TRIGGER idempotency_keys_110_of_live_sessions BEFORE INSERT ON idempotency_keys
WHEN NEW.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = NEW.session_id AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'app:unauthenticated:{}'); END;

CREATE TRIGGER mechanics_110_start_uncounted BEFORE INSERT ON mechanics
WHEN NEW.ticket_count <> 0 OR NEW.completed_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mechanics_start_uncounted"}'); END;

CREATE TRIGGER mechanics_120_not_replaced BEFORE INSERT ON mechanics
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER mechanics_210_not_replaced_by_update BEFORE UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email AND EXISTS (SELECT 1 FROM mechanics WHERE email = NEW.email)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER mechanics_220_keep_identity AFTER UPDATE ON mechanics
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mechanics_keep_identity"}'); END;

CREATE TRIGGER mechanics_310_with_tickets_stay BEFORE DELETE ON mechanics
WHEN EXISTS (SELECT 1 FROM assignments WHERE mechanic_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:mechanic_has_tickets:{}'); END;

CREATE TRIGGER mechanics_510_count_added AFTER INSERT ON mechanics
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'mechanics'; END;

CREATE TRIGGER mechanics_520_count_removed AFTER DELETE ON mechanics
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'mechanics'; END;

CREATE TRIGGER mechanics_530_leaderboard_count_added AFTER INSERT ON mechanics
WHEN NEW.status <> 'pending'
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'leaderboard'; END;

CREATE TRIGGER mechanics_540_leaderboard_count_removed AFTER DELETE ON mechanics
WHEN OLD.status <> 'pending'
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'leaderboard'; END;

CREATE TRIGGER mechanics_550_leaderboard_count_moved AFTER UPDATE OF status ON mechanics
WHEN (OLD.status = 'pending') <> (NEW.status = 'pending')
BEGIN UPDATE counters SET value = value + iif(NEW.status = 'pending', -1, 1) WHERE name = 'leaderboard'; END;

CREATE TRIGGER mechanics_610_email_to_account AFTER UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE mechanic_id = NEW.id AND email <> NEW.email;
END;

CREATE TRIGGER mechanics_620_status_to_account AFTER UPDATE OF status ON mechanics
WHEN NEW.status <> OLD.status
BEGIN
  UPDATE users SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at
    WHERE mechanic_id = NEW.id AND status <> NEW.status;
END;

CREATE TRIGGER mechanics_710_search_terms_insert AFTER INSERT ON mechanics
BEGIN INSERT INTO search_terms (entity, term, entity_id, field) VALUES ('mechanic', NEW.email, NEW.id, 'email'); END;

CREATE TRIGGER mechanics_720_search_terms_update AFTER UPDATE OF email ON mechanics
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE search_terms SET term = NEW.email
    WHERE entity = 'mechanic' AND entity_id = NEW.id AND field = 'email' AND term = OLD.email;
END;

CREATE TRIGGER mechanics_730_search_terms_delete AFTER DELETE ON mechanics
BEGIN DELETE FROM search_terms WHERE entity = 'mechanic' AND entity_id = OLD.id; END;

CREATE TRIGGER parts_110_not_replaced BEFORE INSERT ON parts
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM parts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_not_replaced"}'); END;

CREATE TRIGGER parts_120_start_empty BEFORE INSERT ON parts
WHEN NEW.quantity <> 0 OR (NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE inventory_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_start_empty"}'); END;

CREATE TRIGGER parts_210_keep_identity AFTER UPDATE ON parts
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_keep_identity"}'); END;

CREATE TRIGGER parts_220_quantity_from_ledger AFTER UPDATE OF quantity ON parts
WHEN NEW.quantity IS NOT coalesce((SELECT balance FROM stock_movements WHERE inventory_id = NEW.id ORDER BY id DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_quantity_from_ledger"}'); END;

CREATE TRIGGER parts_310_on_tickets_stay BEFORE DELETE ON parts
WHEN EXISTS (SELECT 1 FROM ticket_parts WHERE inventory_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:part_in_use:{}'); END;

CREATE TRIGGER parts_510_count_added AFTER INSERT ON parts
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'inventory'; END;

CREATE TRIGGER parts_520_count_removed AFTER DELETE ON parts
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'inventory'; END;

CREATE TRIGGER parts_710_search_terms_delete AFTER DELETE ON parts
BEGIN DELETE FROM search_terms WHERE entity = 'part' AND entity_id = OLD.id; END;

CREATE TRIGGER refresh_tokens_110_not_replaced BEFORE INSERT ON refresh_tokens
WHEN EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"refresh_tokens_not_replaced"}'); END;

CREATE TRIGGER refresh_tokens_210_stay_used BEFORE UPDATE ON refresh_tokens
WHEN NEW.hash <> OLD.hash OR NEW.session_id <> OLD.session_id OR OLD.used_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"refresh_tokens_stay_used"}'); END;

CREATE TRIGGER service_tickets_110_not_replaced BEFORE INSERT ON service_tickets
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_not_replaced"}'); END;

CREATE TRIGGER service_tickets_120_start_open BEFORE INSERT ON service_tickets
WHEN NEW.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', NULL, 'to', NEW.status)); END;

CREATE TRIGGER service_tickets_130_start_without_past BEFORE INSERT ON service_tickets
WHEN NEW.parts_total <> 0 OR NEW.completed_at IS NOT NULL OR NEW.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_start_without_past"}'); END;

CREATE TRIGGER service_tickets_210_keep_identity AFTER UPDATE ON service_tickets
WHEN NEW.id <> OLD.id OR NEW.customer_id <> OLD.customer_id OR NEW.vehicle_id <> OLD.vehicle_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_identity"}'); END;

CREATE TRIGGER service_tickets_220_legal_steps BEFORE UPDATE OF status ON service_tickets
WHEN (OLD.status || '>' || NEW.status IN ('open>in_progress', 'in_progress>completed', 'completed>closed',
  'open>cancelled', 'in_progress>cancelled', 'closed>open', 'cancelled>open')) IS NOT TRUE
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', OLD.status, 'to', NEW.status)); END;

CREATE TRIGGER service_tickets_230_keep_dates AFTER UPDATE OF completed_at, closed_at ON service_tickets
WHEN NEW.status = OLD.status AND ((NEW.completed_at IS NULL) = (NEW.status IN ('completed', 'closed'))
  OR (NEW.closed_at IS NULL) = (NEW.status = 'closed') OR NEW.completed_at <> OLD.completed_at OR NEW.closed_at <> OLD.closed_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_dates"}'); END;

CREATE TRIGGER service_tickets_240_closed BEFORE UPDATE OF service_desc, service_date, scheduled_start, scheduled_end, mileage, notes,
  created_at ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

CREATE TRIGGER service_tickets_250_total_closed AFTER UPDATE OF parts_total ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

CREATE TRIGGER service_tickets_310_closed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'closed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

CREATE TRIGGER service_tickets_320_completed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'completed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_completed:{}'); END;

CREATE TRIGGER service_tickets_510_count_added AFTER INSERT ON service_tickets
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'service_tickets';
  UPDATE customers SET ticket_count = ticket_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

CREATE TRIGGER service_tickets_520_count_removed AFTER DELETE ON service_tickets
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'service_tickets';
  UPDATE customers SET ticket_count = ticket_count - 1 WHERE id = OLD.customer_id;
END;

CREATE TRIGGER service_tickets_530_completed_count_moved AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status IN ('completed', 'closed')) <> (NEW.status IN ('completed', 'closed'))
BEGIN
  UPDATE mechanics SET completed_count = completed_count + iif(NEW.status IN ('completed', 'closed'), 1, -1)
    WHERE id IN (SELECT mechanic_id FROM assignments WHERE service_ticket_id = NEW.id);
END;

CREATE TRIGGER service_tickets_610_stamp_dates AFTER UPDATE OF status ON service_tickets
BEGIN
  UPDATE service_tickets SET
    completed_at = iif(NEW.status = 'completed', w.at, iif(NEW.status = 'closed', OLD.completed_at, NULL)),
    closed_at = iif(NEW.status = 'closed', w.at, NULL)
  FROM (SELECT coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) AS at) w
  WHERE id = NEW.id;
END;

CREATE TRIGGER service_tickets_620_hold_parts AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status = 'cancelled') <> (NEW.status = 'cancelled')
BEGIN UPDATE ticket_parts SET held = NEW.status <> 'cancelled' WHERE service_ticket_id = NEW.id; END;

CREATE TRIGGER service_tickets_630_move_bookings AFTER UPDATE OF status, scheduled_start, scheduled_end ON service_tickets
BEGIN
  UPDATE assignments SET
    starts_at = iif(NEW.status IN ('closed', 'cancelled'), NULL, NEW.scheduled_start),
    ends_at = iif(NEW.status IN ('closed', 'cancelled'), NULL, NEW.scheduled_end)
  WHERE service_ticket_id = NEW.id;
END;

CREATE TRIGGER service_tickets_640_cascade_delete AFTER DELETE ON service_tickets
BEGIN
  DELETE FROM ticket_parts WHERE service_ticket_id = OLD.id;
  DELETE FROM assignments WHERE service_ticket_id = OLD.id;
END;

CREATE TRIGGER sessions_110_not_replaced BEFORE INSERT ON sessions
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM sessions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"sessions_not_replaced"}'); END;

CREATE TRIGGER sessions_210_stay_ended BEFORE UPDATE ON sessions
WHEN NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id
  OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.end_reason IS NOT OLD.end_reason))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"sessions_stay_ended"}'); END;

CREATE TRIGGER sessions_610_queue_revocation AFTER UPDATE OF ended_at ON sessions
WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.end_reason <> 'voided'
BEGIN INSERT INTO revocations (user_id, session_id) VALUES (NEW.user_id, NEW.id); END;

CREATE TRIGGER sessions_620_cascade_delete AFTER DELETE ON sessions
BEGIN DELETE FROM refresh_tokens WHERE session_id = OLD.id; END;

CREATE TRIGGER stock_movements_110_never_below_zero BEFORE INSERT ON stock_movements
WHEN NEW.balance < 0
BEGIN
  SELECT RAISE(ABORT, 'app:insufficient_stock:' || json_object('inventory_id', NEW.inventory_id,
    'name', (SELECT name FROM parts WHERE id = NEW.inventory_id), 'wanted', -NEW.quantity, 'available', NEW.balance - NEW.quantity));
END;

CREATE TRIGGER stock_movements_120_not_replaced BEFORE INSERT ON stock_movements
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER stock_movements_210_not_changed BEFORE UPDATE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER stock_movements_310_not_removed BEFORE DELETE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER stock_movements_610_applied AFTER INSERT ON stock_movements
BEGIN
  UPDATE parts SET quantity = NEW.balance, version = version + 1, updated_at = NEW.at
    WHERE id = NEW.inventory_id AND quantity + NEW.quantity = NEW.balance;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id), 'app:conflict:{"rule":"stock_movements_applied"}',
    'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))) WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_110_not_replaced BEFORE INSERT ON ticket_parts
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_parts WHERE id = NEW.id)) OR EXISTS
  (SELECT 1 FROM ticket_parts WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_not_replaced"}'); END;

CREATE TRIGGER ticket_parts_120_start_held BEFORE INSERT ON ticket_parts
WHEN NEW.held <> 1
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_start_held"}'); END;

CREATE TRIGGER ticket_parts_210_keep_identity AFTER UPDATE ON ticket_parts
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.inventory_id <> OLD.inventory_id
  OR NEW.unit_price <> OLD.unit_price OR NEW.unit_cost IS NOT OLD.unit_cost
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_keep_identity"}'); END;

CREATE TRIGGER ticket_parts_220_held_as_status AFTER UPDATE OF held ON ticket_parts
WHEN NEW.held IS NOT (SELECT status <> 'cancelled' FROM service_tickets WHERE id = NEW.service_ticket_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_held_as_status"}'); END;

CREATE TRIGGER ticket_parts_610_take_stock AFTER INSERT ON ticket_parts
WHEN NEW.held = 1
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id, 'taken', -NEW.quantity, p.quantity - NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1 WHERE p.id = NEW.inventory_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id)) WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_620_move_stock AFTER UPDATE OF quantity, held ON ticket_parts
WHEN OLD.held * OLD.quantity <> NEW.held * NEW.quantity
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id,
    iif(OLD.held * OLD.quantity < NEW.held * NEW.quantity, 'taken', 'returned'),
    OLD.held * OLD.quantity - NEW.held * NEW.quantity, p.quantity + OLD.held * OLD.quantity - NEW.held * NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1 WHERE p.id = NEW.inventory_id;
END;

CREATE TRIGGER ticket_parts_630_return_stock AFTER DELETE ON ticket_parts
WHEN OLD.held = 1
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id, 'returned', OLD.quantity, p.quantity + OLD.quantity,
    OLD.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1 WHERE p.id = OLD.inventory_id;
END;

CREATE TRIGGER ticket_parts_640_total_added AFTER INSERT ON ticket_parts
BEGIN
  UPDATE service_tickets SET parts_total = parts_total + NEW.quantity * NEW.unit_price, version = version + 1
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_650_total_moved AFTER UPDATE OF quantity ON ticket_parts
WHEN NEW.quantity <> OLD.quantity
BEGIN
  UPDATE service_tickets SET parts_total = parts_total + (NEW.quantity - OLD.quantity) * NEW.unit_price, version = version + 1
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_660_total_removed AFTER DELETE ON ticket_parts
BEGIN
  UPDATE service_tickets SET parts_total = parts_total - OLD.quantity * OLD.unit_price, version = version + 1
    WHERE id = OLD.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}')
    WHERE changes() = 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id);
END;

CREATE TRIGGER users_110_not_replaced BEFORE INSERT ON users
WHEN ((NEW.id > 0 AND EXISTS (SELECT 1 FROM users WHERE id = NEW.id))
    OR EXISTS (SELECT 1 FROM users WHERE email = NEW.email AND role = NEW.role))
  AND NOT EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.customer_id)
  AND NOT EXISTS (SELECT 1 FROM users WHERE mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER users_120_one_account_per_record BEFORE INSERT ON users
WHEN EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.customer_id) OR EXISTS (SELECT 1 FROM users WHERE mechanic_id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:account_exists:{}'); END;

CREATE TRIGGER users_210_not_replaced_by_update BEFORE UPDATE OF email, role ON users
WHEN (NEW.email <> OLD.email OR NEW.role <> OLD.role)
  AND EXISTS (SELECT 1 FROM users WHERE email = NEW.email AND role = NEW.role AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:email_taken:{}'); END;

CREATE TRIGGER users_220_keep_identity AFTER UPDATE ON users
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"users_keep_identity"}'); END;

CREATE TRIGGER users_230_keep_their_record BEFORE UPDATE OF customer_id, mechanic_id ON users
WHEN NEW.customer_id IS NOT OLD.customer_id OR NEW.mechanic_id IS NOT OLD.mechanic_id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"users_keep_their_record"}'); END;

CREATE TRIGGER users_240_keep_an_admin BEFORE UPDATE OF role, status ON users
WHEN OLD.role = 'admin' AND OLD.status = 'active' AND (NEW.role <> 'admin' OR NEW.status <> 'active')
  AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:last_admin:{}'); END;

CREATE TRIGGER users_250_generations_rise BEFORE UPDATE OF gen ON users
WHEN NEW.gen < OLD.gen
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"users_generations_rise"}'); END;

CREATE TRIGGER users_310_keep_an_admin_at_delete AFTER DELETE ON users
WHEN OLD.role = 'admin' AND OLD.status = 'active'
  AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND status = 'active' AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:last_admin:{}'); END;

CREATE TRIGGER users_510_count_added AFTER INSERT ON users
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'users'; END;

CREATE TRIGGER users_520_count_removed AFTER DELETE ON users
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'users'; END;

CREATE TRIGGER users_610_email_to_record AFTER UPDATE OF email ON users
WHEN NEW.email <> OLD.email
BEGIN
  UPDATE customers SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.customer_id AND email <> NEW.email;
  UPDATE mechanics SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.mechanic_id AND email <> NEW.email;
END;

CREATE TRIGGER users_620_status_to_mechanic_at_insert AFTER INSERT ON users
WHEN NEW.mechanic_id IS NOT NULL
BEGIN
  UPDATE mechanics SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.mechanic_id AND status <> NEW.status;
END;

CREATE TRIGGER users_630_status_to_mechanic AFTER UPDATE OF status ON users
WHEN NEW.mechanic_id IS NOT NULL
BEGIN
  UPDATE mechanics SET status = NEW.status, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.mechanic_id AND status <> NEW.status;
END;

CREATE TRIGGER users_640_void_tokens AFTER UPDATE OF role, status ON users
WHEN NEW.gen = OLD.gen AND (NEW.role <> OLD.role OR (NEW.status <> OLD.status AND NEW.status <> 'active'))
BEGIN UPDATE users SET gen = gen + 1 WHERE id = NEW.id; END;

CREATE TRIGGER users_650_end_sessions AFTER UPDATE OF gen ON users
WHEN NEW.gen > OLD.gen
BEGIN
  UPDATE sessions SET
    ended_at = coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    end_reason = 'voided'
  WHERE user_id = NEW.id AND ended_at IS NULL;
  INSERT INTO revocations (user_id, gen) VALUES (NEW.id, NEW.gen);
END;

CREATE TRIGGER users_660_cascade_delete AFTER DELETE ON users
BEGIN
  DELETE FROM sessions WHERE user_id = OLD.id;
  INSERT INTO revocations (user_id, gen) VALUES (OLD.id, OLD.gen + 1);
END;

CREATE TRIGGER vehicles_110_not_replaced BEFORE INSERT ON vehicles
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM vehicles WHERE id = NEW.id)) OR EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;

CREATE TRIGGER vehicles_210_not_replaced_by_update BEFORE UPDATE OF vin ON vehicles
WHEN NEW.vin <> OLD.vin AND EXISTS (SELECT 1 FROM vehicles WHERE vin = NEW.vin)
BEGIN SELECT RAISE(ABORT, 'app:vin_taken:{}'); END;

CREATE TRIGGER vehicles_220_keep_identity AFTER UPDATE ON vehicles
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"vehicles_keep_identity"}'); END;

CREATE TRIGGER vehicles_510_count_added AFTER INSERT ON vehicles
BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'vehicles';
  UPDATE customers SET vehicle_count = vehicle_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

CREATE TRIGGER vehicles_520_count_removed AFTER DELETE ON vehicles
BEGIN
  UPDATE counters SET value = value - 1 WHERE name = 'vehicles';
  UPDATE customers SET vehicle_count = vehicle_count - 1 WHERE id = OLD.customer_id;
END;

CREATE TRIGGER vehicles_530_count_moved AFTER UPDATE OF customer_id ON vehicles
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
  UPDATE customers SET vehicle_count = vehicle_count - 1 WHERE id = OLD.customer_id;
  UPDATE customers SET vehicle_count = vehicle_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;
