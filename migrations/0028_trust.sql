CREATE TABLE `email_tokens` (
	`id` integer PRIMARY KEY NOT NULL,
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
	`id` integer PRIMARY KEY NOT NULL,
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
