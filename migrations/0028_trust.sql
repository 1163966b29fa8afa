CREATE TABLE `email_tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`nonce` text NOT NULL,
	`hash` text NOT NULL,
	`email` text NOT NULL,
	`user_id` integer,
	`customer_id` integer,
	`mechanic_id` integer,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`used_at` text,
	CONSTRAINT "email_tokens_of_one" CHECK(("email_tokens"."user_id" is not null) + ("email_tokens"."customer_id" is not null) + ("email_tokens"."mechanic_id" is not null) = 1)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `email_tokens_hash_unique` ON `email_tokens` (`hash`);--> statement-breakpoint
CREATE INDEX `email_tokens_user` ON `email_tokens` (`user_id`,`kind`,`created_at`);--> statement-breakpoint
CREATE INDEX `email_tokens_customer` ON `email_tokens` (`customer_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `email_tokens_mechanic` ON `email_tokens` (`mechanic_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `email_tokens_expires` ON `email_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `mails` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`recipient` text NOT NULL,
	`params` text DEFAULT '{}' NOT NULL,
	`token_id` integer,
	`user_id` integer,
	`customer_id` integer,
	`state` text DEFAULT 'queued' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`next_attempt_at` text,
	`sent_at` text,
	`failure` text,
	CONSTRAINT "mails_state_known" CHECK("mails"."state" in ('queued', 'sent', 'failed', 'suppressed')),
	CONSTRAINT "mails_queued_are_due" CHECK(("mails"."state" = 'queued') = ("mails"."next_attempt_at" is not null)),
	CONSTRAINT "mails_sent_at_a_time" CHECK(("mails"."state" = 'sent') = ("mails"."sent_at" is not null))
);
--> statement-breakpoint
CREATE INDEX `mails_due` ON `mails` (`next_attempt_at`) WHERE "mails"."next_attempt_at" is not null;--> statement-breakpoint
CREATE INDEX `mails_created` ON `mails` (`created_at`);--> statement-breakpoint
CREATE INDEX `mails_user` ON `mails` (`user_id`);--> statement-breakpoint
CREATE INDEX `mails_customer` ON `mails` (`customer_id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`user_id` integer NOT NULL,
	`hash` text NOT NULL,
	`used_at` text,
	PRIMARY KEY(`user_id`, `hash`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `second_factors` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`created_at` text NOT NULL,
	`confirmed_at` text,
	`last_step` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `customers` ADD `staff_wrote` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `customers` ADD `erased_at` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `epoch` text DEFAULT '1' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `email_verified_at` text;--> statement-breakpoint
-- Accounts from before e-mails were proven keep what they see.
UPDATE users SET email_verified_at = created_at;
--> statement-breakpoint
-- A record that staff changes is no longer only what its login wrote.
-- Who writes stands in the open row; a write by hand counts as one of staff.
CREATE TRIGGER customers_620_staff_wrote AFTER UPDATE OF name, email, phone, address ON customers
WHEN NEW.staff_wrote = 0
  AND coalesce((SELECT role FROM idempotency_keys WHERE open = 1), 'admin') IN ('mechanic', 'admin')
BEGIN UPDATE customers SET staff_wrote = 1 WHERE id = NEW.id; END;
--> statement-breakpoint
-- A changed e-mail is not proven, unless the same change says so, and whoever is logged in logs in again.
CREATE TRIGGER users_670_email_unproven AFTER UPDATE OF email ON users
WHEN NEW.email <> OLD.email AND NEW.email_verified_at IS OLD.email_verified_at
BEGIN UPDATE users SET email_verified_at = NULL, gen = gen + 1 WHERE id = NEW.id; END;
--> statement-breakpoint
-- A removed account takes its second factor along.
CREATE TRIGGER users_680_cascade_second_factor AFTER DELETE ON users
BEGIN
  DELETE FROM recovery_codes WHERE user_id = OLD.id;
  DELETE FROM second_factors WHERE user_id = OLD.id;
END;
--> statement-breakpoint
-- A mailed token keeps what it is for, and is used once.
CREATE TRIGGER email_tokens_210_used_once BEFORE UPDATE ON email_tokens
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.hash <> OLD.hash OR NEW.email <> OLD.email OR NEW.user_id IS NOT OLD.user_id
  OR NEW.customer_id IS NOT OLD.customer_id OR NEW.mechanic_id IS NOT OLD.mechanic_id OR NEW.expires_at > OLD.expires_at
  OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"email_tokens_used_once"}'); END;
--> statement-breakpoint
-- A mail that has left is not sent again, and keeps what it said.
CREATE TRIGGER mails_210_sent_once BEFORE UPDATE ON mails
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.recipient <> OLD.recipient OR NEW.attempts < OLD.attempts
  OR (OLD.state <> 'queued' AND NEW.state <> OLD.state)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mails_sent_once"}'); END;
--> statement-breakpoint
-- A recovery code is good once.
CREATE TRIGGER recovery_codes_210_used_once BEFORE UPDATE ON recovery_codes
WHEN NEW.user_id <> OLD.user_id OR NEW.hash <> OLD.hash OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"recovery_codes_used_once"}'); END;
--> statement-breakpoint
-- A code by time is good once: the step of the last one only rises, until the factor is set up anew.
CREATE TRIGGER second_factors_210_steps_rise BEFORE UPDATE ON second_factors
WHEN NEW.user_id <> OLD.user_id OR (NEW.secret = OLD.secret AND NEW.last_step < OLD.last_step)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"second_factors_steps_rise"}'); END;
