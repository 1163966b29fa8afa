CREATE TABLE `audit_archives` (
	`id` integer PRIMARY KEY NOT NULL,
	`from_id` integer NOT NULL,
	`seal` text NOT NULL,
	`is_older` integer NOT NULL,
	`place` text NOT NULL,
	`at` text NOT NULL,
	`mac` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_witnesses` (
	`id` integer PRIMARY KEY NOT NULL,
	`salt` text,
	`digest` text NOT NULL,
	`mac` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refusals` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`hour` text NOT NULL,
	`what` text NOT NULL,
	`user_id` integer NOT NULL,
	`network` text NOT NULL,
	`nth` integer NOT NULL,
	`count` integer NOT NULL,
	`first_at` text NOT NULL,
	`last_at` text NOT NULL,
	CONSTRAINT "refusals_counted" CHECK("refusals"."count" > 0)
);
--> statement-breakpoint
CREATE INDEX `refusals_hour` ON `refusals` (`hour`);--> statement-breakpoint
CREATE UNIQUE INDEX `refusals_once` ON `refusals` (`hour`,`user_id`,`what`,`network`);--> statement-breakpoint
ALTER TABLE `audit_draft` ADD `customer_id` integer;--> statement-breakpoint
ALTER TABLE `audit_log` ADD `customer_id` integer;--> statement-breakpoint
ALTER TABLE `audit_log` ADD `mac` text;--> statement-breakpoint
CREATE INDEX `audit_log_customer` ON `audit_log` (`customer_id`) WHERE "audit_log"."customer_id" is not null;--> statement-breakpoint
ALTER TABLE `audit_seals` ADD `digest` text;--> statement-breakpoint
ALTER TABLE `audit_seals` ADD `salt` text;--> statement-breakpoint
ALTER TABLE `audit_seals` ADD `standing` text;--> statement-breakpoint
CREATE INDEX `audit_seals_flagged` ON `audit_seals` (`standing`,`id`) WHERE "audit_seals"."standing" in ('changed', 'foreign');