CREATE TABLE `mail_suppressions` (
	`email` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`at` text NOT NULL,
	CONSTRAINT "mail_suppressions_reason_known" CHECK(("mail_suppressions"."reason" = 'bounced' or "mail_suppressions"."reason" = 'complained'))
);
--> statement-breakpoint
-- `mails` is made again: mail can bounce, and tells of documents.
DROP TRIGGER mails_210_sent_once;
--> statement-breakpoint
CREATE TABLE old_mails AS SELECT * FROM mails;
--> statement-breakpoint
DROP TABLE mails;
--> statement-breakpoint
CREATE TABLE `mails` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`recipient` text NOT NULL,
	`params` text DEFAULT '{}' NOT NULL,
	`token_id` integer,
	`user_id` integer,
	`customer_id` integer,
	`service_ticket_id` integer,
	`estimate_id` integer,
	`invoice_id` integer,
	`payment_id` integer,
	`share_link_id` integer,
	`starts_at` text,
	`message` text,
	`state` text DEFAULT 'queued' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`next_attempt_at` text,
	`sent_at` text,
	`bounced_at` text,
	`failure` text,
	CONSTRAINT "mails_id_positive" CHECK("mails"."id" > 0),
	CONSTRAINT "mails_state_known" CHECK(("mails"."state" = 'queued' or "mails"."state" = 'sent' or "mails"."state" = 'failed' or "mails"."state" = 'suppressed' or "mails"."state" = 'bounced')),
	CONSTRAINT "mails_queued_are_due" CHECK(("mails"."state" = 'queued') = ("mails"."next_attempt_at" is not null)),
	CONSTRAINT "mails_sent_at_a_time" CHECK(("mails"."state" in ('sent', 'bounced')) = ("mails"."sent_at" is not null)),
	CONSTRAINT "mails_bounced_at_a_time" CHECK(("mails"."state" = 'bounced') = ("mails"."bounced_at" is not null)),
	CONSTRAINT "mails_about_something" CHECK((("mails"."kind" = 'estimate' or "mails"."kind" = 'invoice' or "mails"."kind" = 'receipt' or "mails"."kind" = 'appointment_reminder')) = ("mails"."service_ticket_id" is not null)
        and ("mails"."kind" = 'estimate') = ("mails"."estimate_id" is not null) and ("mails"."kind" = 'estimate') = ("mails"."share_link_id" is not null) and ("mails"."kind" in ('invoice', 'receipt')) = ("mails"."invoice_id" is not null)
        and ("mails"."kind" = 'receipt') = ("mails"."payment_id" is not null) and ("mails"."kind" = 'appointment_reminder') = ("mails"."starts_at" is not null))
);
--> statement-breakpoint
INSERT INTO mails (id, kind, recipient, params, token_id, user_id, customer_id, state, attempts, created_at, next_attempt_at, sent_at, failure)
  SELECT id, kind, recipient, params, token_id, user_id, customer_id, state, attempts, created_at, next_attempt_at, sent_at, failure FROM old_mails ORDER BY id;
--> statement-breakpoint
DROP TABLE old_mails;
--> statement-breakpoint
CREATE INDEX `mails_due` ON `mails` (`next_attempt_at`) WHERE "mails"."next_attempt_at" is not null;
--> statement-breakpoint
CREATE INDEX `mails_created` ON `mails` (`created_at`);
--> statement-breakpoint
CREATE INDEX `mails_user` ON `mails` (`user_id`);
--> statement-breakpoint
CREATE INDEX `mails_customer` ON `mails` (`customer_id`);
--> statement-breakpoint
CREATE INDEX `mails_ticket` ON `mails` (`service_ticket_id`,`id`) WHERE "mails"."service_ticket_id" is not null;
--> statement-breakpoint
CREATE INDEX `mails_of_shop` ON `mails` (`id`) WHERE "mails"."service_ticket_id" is not null;
--> statement-breakpoint
ALTER TABLE `customers` ADD `mail_documents` integer DEFAULT true NOT NULL;
--> statement-breakpoint
ALTER TABLE `customers` ADD `mail_receipts` integer;
--> statement-breakpoint
ALTER TABLE `customers` ADD `mail_reminders` integer DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE `shop` ADD `mail_receipts` integer DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE `shop` ADD `reminder_hours` integer CONSTRAINT "shop_reminder_hours_range" CHECK("reminder_hours" between 1 and 168);
--> statement-breakpoint
CREATE INDEX `shop_reminders` ON `shop` (`reminder_hours`) WHERE "shop"."reminder_hours" is not null;
--> statement-breakpoint
CREATE INDEX `service_tickets_appointments` ON `service_tickets` (`scheduled_start`) WHERE "service_tickets"."scheduled_start" is not null and "service_tickets"."status" = 'open';
--> statement-breakpoint
ALTER TABLE `share_links` ADD `nonce` text;
