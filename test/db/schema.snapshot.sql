CREATE INDEX `assignments_booking` ON `assignments` (`mechanic_id`,`starts_at`,`service_ticket_id`,`ends_at`);

CREATE INDEX `assignments_mechanic` ON `assignments` (`mechanic_id`,`service_ticket_id`);

CREATE UNIQUE INDEX `assignments_once` ON `assignments` (`service_ticket_id`,`mechanic_id`);

CREATE INDEX `audit_log_at` ON `audit_log` (`at`);

CREATE INDEX `audit_log_customer` ON `audit_log` (`customer_id`) WHERE "audit_log"."customer_id" is not null;

CREATE INDEX `audit_log_entity` ON `audit_log` (`entity`,`entity_id`);

CREATE INDEX `audit_log_entity_all` ON `audit_log` (`entity`);

CREATE INDEX `audit_log_entity_at` ON `audit_log` (`entity`,`at`);

CREATE INDEX `audit_log_user` ON `audit_log` (`user_id`);

CREATE INDEX `audit_log_user_at` ON `audit_log` (`user_id`,`at`);

CREATE INDEX `audit_log_user_entity_at` ON `audit_log` (`user_id`,`entity`,`at`);

CREATE INDEX `audit_seals_flagged` ON `audit_seals` (`standing`,`id`) WHERE "audit_seals"."standing" in ('changed', 'foreign');

CREATE INDEX `authorization_decisions_line` ON `authorization_decisions` (`line_id`,`id`);

CREATE UNIQUE INDEX `authorization_decisions_once` ON `authorization_decisions` (`authorization_id`,`line_id`);

CREATE INDEX `authorization_decisions_ticket` ON `authorization_decisions` (`service_ticket_id`,`id`);

CREATE INDEX `authorizations_estimate` ON `authorizations` (`estimate_id`);

CREATE INDEX `authorizations_ticket` ON `authorizations` (`service_ticket_id`,`id`);

CREATE INDEX `customer_balances_balance` ON `customer_balances` (`balance`,`customer_id`);

CREATE INDEX `customer_balances_due` ON `customer_balances` (`oldest_due`,`customer_id`);

CREATE INDEX `customers_created_at` ON `customers` (`created_at`);

CREATE INDEX `customers_email` ON `customers` (`email`);

CREATE INDEX `customers_name` ON `customers` ("search_terms" ->> 'name',`id`);

CREATE INDEX `customers_ticket_count` ON `customers` (`ticket_count`);

CREATE INDEX `daily_mechanics_date` ON `daily_mechanics` (`date`);

CREATE INDEX `email_tokens_customer` ON `email_tokens` (`customer_id`,`created_at`);

CREATE INDEX `email_tokens_expires` ON `email_tokens` (`expires_at`);

CREATE UNIQUE INDEX `email_tokens_hash_unique` ON `email_tokens` (`hash`);

CREATE INDEX `email_tokens_mechanic` ON `email_tokens` (`mechanic_id`,`created_at`);

CREATE INDEX `email_tokens_user` ON `email_tokens` (`user_id`,`kind`,`created_at`);

CREATE UNIQUE INDEX `epochs_epoch_unique` ON `epochs` (`epoch`);

CREATE INDEX `estimates_customer` ON `estimates` (`customer_id`,`id`);

CREATE INDEX `estimates_date` ON `estimates` (`date`,`id`);

CREATE UNIQUE INDEX `estimates_numbered_once` ON `estimates` (`year`,`sequence`);

CREATE INDEX `estimates_ticket` ON `estimates` (`service_ticket_id`,`id`);

CREATE INDEX `idempotency_keys_at` ON `idempotency_keys` (`at`);

CREATE UNIQUE INDEX `idempotency_keys_one_open` ON `idempotency_keys` (`open`) WHERE "idempotency_keys"."open" is not null;

CREATE UNIQUE INDEX `idempotency_keys_scope_key` ON `idempotency_keys` (`scope`,`key`);

CREATE INDEX `invoice_lines_date` ON `invoice_lines` (`date`,`id`);

CREATE INDEX `invoice_lines_kind` ON `invoice_lines` (`kind`,`date`,`id`);

CREATE INDEX `invoice_lines_mechanic` ON `invoice_lines` (`mechanic_id`,`date`,`id`) WHERE "invoice_lines"."mechanic_id" is not null;

CREATE UNIQUE INDEX `invoice_lines_once` ON `invoice_lines` (`invoice_id`,`line_id`);

CREATE INDEX `invoice_taxes_date` ON `invoice_taxes` (`date`,`id`);

CREATE UNIQUE INDEX `invoice_taxes_once` ON `invoice_taxes` (`invoice_id`,`position`);

CREATE INDEX `invoices_balance` ON `invoices` (`balance`,`id`);

CREATE INDEX `invoices_credits` ON `invoices` (`credits_id`,`id`) WHERE "invoices"."credits_id" is not null;

CREATE INDEX `invoices_customer` ON `invoices` (`customer_id`,`id`);

CREATE INDEX `invoices_date` ON `invoices` (`date`,`id`);

CREATE INDEX `invoices_due` ON `invoices` (`due_date`,`id`) WHERE "invoices"."balance" > 0;

CREATE UNIQUE INDEX `invoices_numbered_once` ON `invoices` (`kind`,`year`,`sequence`);

CREATE INDEX `invoices_owed_back` ON `invoices` (`customer_id`,`id`) WHERE "invoices"."refundable" > 0;

CREATE INDEX `invoices_owed_by` ON `invoices` (`customer_id`,`due_date`,`balance`) WHERE "invoices"."balance" > 0;

CREATE INDEX `invoices_refundable` ON `invoices` (`id`) WHERE "invoices"."refundable" > 0;

CREATE INDEX `invoices_ticket` ON `invoices` (`service_ticket_id`,`id`);

CREATE INDEX `invoices_vehicle` ON `invoices` (`vehicle_id`,`date`) WHERE "invoices"."vehicle_id" is not null and "invoices"."kind" = 'invoice';

CREATE UNIQUE INDEX `lost_numbers_series` ON `lost_numbers` (`kind`,`year`,`last`);

CREATE INDEX `mails_created` ON `mails` (`created_at`);

CREATE INDEX `mails_customer` ON `mails` (`customer_id`);

CREATE INDEX `mails_due` ON `mails` (`next_attempt_at`) WHERE "mails"."next_attempt_at" is not null;

CREATE INDEX `mails_of_shop` ON `mails` (`id`) WHERE "mails"."service_ticket_id" is not null;

CREATE INDEX `mails_ticket` ON `mails` (`service_ticket_id`,`id`) WHERE "mails"."service_ticket_id" is not null;

CREATE INDEX `mails_user` ON `mails` (`user_id`);

CREATE INDEX `mechanics_completed_count` ON `mechanics` (`completed_count`);

CREATE INDEX `mechanics_created_at` ON `mechanics` (`created_at`);

CREATE UNIQUE INDEX `mechanics_email_unique` ON `mechanics` (`email`);

CREATE INDEX `mechanics_leaderboard` ON `mechanics` (`completed_count`) WHERE "mechanics"."status" <> 'pending';

CREATE INDEX `mechanics_name` ON `mechanics` ("search_terms" ->> 'name',`id`);

CREATE INDEX `mechanics_status` ON `mechanics` (`status`);

CREATE INDEX `mechanics_ticket_count` ON `mechanics` (`ticket_count`);

CREATE INDEX `merged_records_into` ON `merged_records` (`entity`,`into_id`);

CREATE INDEX `parts_category` ON `parts` ("search_terms" ->> 'category');

CREATE INDEX `parts_in_use` ON `parts` (`id`) WHERE ifnull("retired_at", '') = '';

CREATE INDEX `parts_low_stock` ON `parts` (`id`) WHERE "quantity" <= "reorder_point" and "retired_at" is null;

CREATE INDEX `parts_name` ON `parts` ("search_terms" ->> 'name',`id`);

CREATE UNIQUE INDEX `parts_part_number_key_unique` ON `parts` (`part_number_key`);

CREATE INDEX `parts_price` ON `parts` (`price`);

CREATE INDEX `parts_quantity` ON `parts` (`quantity`);

CREATE INDEX `parts_retired` ON `parts` (`id`) WHERE "retired_at" is not null;

CREATE INDEX `payments_back` ON `payments` (`kind`,`id`) WHERE "payments"."kind" <> 'payment';

CREATE INDEX `payments_invoice` ON `payments` (`invoice_id`,`id`);

CREATE INDEX `payments_method` ON `payments` (`method`,`received_on`,`id`);

CREATE INDEX `payments_received` ON `payments` (`received_on`,`id`);

CREATE INDEX `payments_reference` ON `payments` (reference collate nocase,`method`) WHERE "payments"."reference" is not null;

CREATE UNIQUE INDEX `payments_reversed_once` ON `payments` (`reverses_id`) WHERE "payments"."reverses_id" is not null;

CREATE INDEX `refresh_tokens_issued` ON `refresh_tokens` (`issued_at`);

CREATE INDEX `refresh_tokens_session` ON `refresh_tokens` (`session_id`);

CREATE INDEX `refusals_hour` ON `refusals` (`hour`);

CREATE UNIQUE INDEX `refusals_once` ON `refusals` (`hour`,`user_id`,`what`,`network`);

CREATE INDEX `service_package_lines_package` ON `service_package_lines` (`service_package_id`,`position`);

CREATE INDEX `service_package_lines_part` ON `service_package_lines` (`inventory_id`) WHERE "service_package_lines"."inventory_id" is not null;

CREATE INDEX `service_packages_category` ON `service_packages` ("search_terms" ->> 'category');

CREATE INDEX `service_packages_name` ON `service_packages` ("search_terms" ->> 'name',`id`);

CREATE INDEX `service_tickets_appointments` ON `service_tickets` (`scheduled_start`) WHERE "service_tickets"."scheduled_start" is not null and "service_tickets"."status" = 'open';

CREATE INDEX `service_tickets_created_at` ON `service_tickets` (`created_at`);

CREATE INDEX `service_tickets_customer` ON `service_tickets` (`customer_id`);

CREATE INDEX `service_tickets_customer_date` ON `service_tickets` (`customer_id`,`service_date`);

CREATE INDEX `service_tickets_customer_status` ON `service_tickets` (`customer_id`,`status`);

CREATE INDEX `service_tickets_date` ON `service_tickets` (`service_date`);

CREATE INDEX `service_tickets_status` ON `service_tickets` (`status`);

CREATE INDEX `service_tickets_status_date` ON `service_tickets` (`status`,`service_date`);

CREATE INDEX `service_tickets_unbilled` ON `service_tickets` (`id`,`unbilled_net`) WHERE "service_tickets"."unbilled_net" > 0;

CREATE INDEX `service_tickets_vehicle` ON `service_tickets` (`vehicle_id`);

CREATE INDEX `service_tickets_vehicle_date` ON `service_tickets` (`vehicle_id`,`service_date`);

CREATE INDEX `sessions_expires` ON `sessions` (`expires_at`);

CREATE INDEX `sessions_user` ON `sessions` (`user_id`,`ended_at`);

CREATE UNIQUE INDEX `share_links_hash_unique` ON `share_links` (`hash`);

CREATE INDEX `share_links_ticket` ON `share_links` (`service_ticket_id`,`id`);

CREATE INDEX `shop_authorization` ON `shop` (`authorization`);

CREATE INDEX `shop_reminders` ON `shop` (`reminder_hours`) WHERE "shop"."reminder_hours" is not null;

CREATE INDEX `stock_movements_part` ON `stock_movements` (`inventory_id`,`id`);

CREATE INDEX `ticket_jobs_mechanic` ON `ticket_jobs` (`mechanic_id`) WHERE "ticket_jobs"."mechanic_id" is not null;

CREATE INDEX `ticket_jobs_ticket` ON `ticket_jobs` (`service_ticket_id`,`position`);

CREATE INDEX `ticket_lines_decided` ON `ticket_lines` (`service_ticket_id`) WHERE "ticket_lines"."decision" <> 'open';

CREATE INDEX `ticket_lines_job` ON `ticket_lines` (`job_id`) WHERE "ticket_lines"."job_id" is not null;

CREATE INDEX `ticket_lines_mechanic` ON `ticket_lines` (`mechanic_id`) WHERE "ticket_lines"."mechanic_id" is not null;

CREATE UNIQUE INDEX `ticket_lines_one_automatic` ON `ticket_lines` (`service_ticket_id`,`inventory_id`) WHERE "ticket_lines"."automatic" = 1;

CREATE INDEX `ticket_lines_part` ON `ticket_lines` (`inventory_id`,`service_ticket_id`,`automatic`) WHERE "ticket_lines"."inventory_id" is not null;

CREATE INDEX `ticket_lines_ticket` ON `ticket_lines` (`service_ticket_id`,`automatic`);

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
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`mechanic_id` integer NOT NULL,
	`starts_at` text,
	`ends_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`mechanic_id`) REFERENCES `mechanics`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "assignments_id_positive" CHECK("id" > 0)
);

CREATE TABLE `audit_archives` (
	`id` integer PRIMARY KEY NOT NULL,
	`from_id` integer NOT NULL,
	`seal` text NOT NULL,
	`is_older` integer NOT NULL,
	`place` text NOT NULL,
	`at` text NOT NULL,
	`mac` text NOT NULL
);

CREATE TABLE `audit_draft` (
	`slot` integer NOT NULL,
	`action` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` integer NOT NULL,
	`before` text
, `customer_id` integer);

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
	`address` text, `customer_id` integer, `mac` text,
	CONSTRAINT "audit_log_id_positive" CHECK("audit_log"."id" > 0)
);

CREATE TABLE `audit_seals` (
	`id` integer PRIMARY KEY NOT NULL,
	`seal` text NOT NULL
, `digest` text, `salt` text, `standing` text);

CREATE TABLE `audit_witnesses` (
	`id` integer PRIMARY KEY NOT NULL,
	`salt` text,
	`digest` text NOT NULL,
	`mac` text NOT NULL
);

CREATE TABLE `authorization_decisions` (
	`id` integer PRIMARY KEY NOT NULL,
	`authorization_id` integer NOT NULL,
	`position` integer NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`decision` text NOT NULL,
	`net` integer NOT NULL,
	`words` text NOT NULL,
	`description` text NOT NULL,
	`at` text NOT NULL,
	FOREIGN KEY (`authorization_id`) REFERENCES `authorizations`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "authorization_decisions_id_positive" CHECK("authorization_decisions"."id" > 0),
	CONSTRAINT "authorization_decisions_known" CHECK("authorization_decisions"."decision" = 'approved' or "authorization_decisions"."decision" = 'declined')
);

CREATE TABLE `authorizations` (
	`id` integer PRIMARY KEY NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`estimate_id` integer NOT NULL,
	`at` text NOT NULL,
	`date` text NOT NULL,
	`channel` text NOT NULL,
	`person_name` text NOT NULL,
	`capacity` text NOT NULL,
	`contact` text,
	`staff_user_id` integer,
	`customer_user_id` integer,
	`share_link_id` integer,
	`address` text,
	`replaced_parts` text,
	`note` text,
	`additional_net` integer NOT NULL,
	`authorized_net_before` integer NOT NULL,
	`authorized_net_after` integer NOT NULL,
	`total_after` integer NOT NULL,
	`decisions` text NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`estimate_id`) REFERENCES `estimates`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "authorizations_id_positive" CHECK("authorizations"."id" > 0),
	CONSTRAINT "authorizations_channel_known" CHECK(("authorizations"."channel" = 'portal' or "authorizations"."channel" = 'link' or "authorizations"."channel" = 'in_person' or "authorizations"."channel" = 'phone' or "authorizations"."channel" = 'text' or "authorizations"."channel" = 'email') and ("authorizations"."capacity" = 'owner' or "authorizations"."capacity" = 'designee')),
	CONSTRAINT "authorizations_parts_known" CHECK(("authorizations"."replaced_parts" = 'return' or "authorizations"."replaced_parts" = 'show' or "authorizations"."replaced_parts" = 'none')),
	CONSTRAINT "authorizations_by_one" CHECK(("authorizations"."staff_user_id" is not null) + ("authorizations"."customer_user_id" is not null) + ("authorizations"."share_link_id" is not null) = 1
        and ("authorizations"."channel" = 'portal') = ("authorizations"."customer_user_id" is not null) and ("authorizations"."channel" = 'link') = ("authorizations"."share_link_id" is not null)),
	CONSTRAINT "authorizations_reached_somebody" CHECK(not ("authorizations"."channel" = 'phone' or "authorizations"."channel" = 'text' or "authorizations"."channel" = 'email') or "authorizations"."contact" is not null),
	CONSTRAINT "authorizations_decide_something" CHECK(json_array_length("authorizations"."decisions") > 0)
);

CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);

CREATE TABLE `customer_balances` (
	`customer_id` integer PRIMARY KEY NOT NULL,
	`invoices` integer DEFAULT 0 NOT NULL,
	`balance` integer DEFAULT 0 NOT NULL,
	`refundable` integer DEFAULT 0 NOT NULL,
	`oldest_due` text DEFAULT '9999-12-31' NOT NULL,
	CONSTRAINT "customer_balances_not_negative" CHECK(min("customer_balances"."invoices", "customer_balances"."balance", "customer_balances"."refundable") >= 0)
);

CREATE TABLE `customers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`phone` text NOT NULL,
	`address` text,
	`ticket_count` integer DEFAULT 0 NOT NULL,
	`vehicle_count` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL, email text, search_terms text NOT NULL DEFAULT '{}', `staff_wrote` integer DEFAULT 1 NOT NULL, `erased_at` text, `tax_exempt_reason` text, `tax_exempt_certificate` text, `tax_exempt_until` text, `mail_documents` integer DEFAULT true NOT NULL, `mail_receipts` integer, `mail_reminders` integer DEFAULT false NOT NULL,
	CONSTRAINT "customers_id_positive" CHECK("customers"."id" > 0)
);

CREATE VIRTUAL TABLE customers_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

CREATE TABLE 'customers_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'customers_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'customers_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'customers_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE `daily_due` (
	`due_date` text PRIMARY KEY NOT NULL,
	`invoices` integer DEFAULT 0 NOT NULL,
	`balance` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "daily_due_not_negative" CHECK("daily_due"."invoices" >= 0 and "daily_due"."balance" >= 0)
);

CREATE TABLE `daily_estimates` (
	`date` text PRIMARY KEY NOT NULL,
	`presented` integer DEFAULT 0 NOT NULL,
	`presented_net` integer DEFAULT 0 NOT NULL,
	`approved` integer DEFAULT 0 NOT NULL,
	`approved_net` integer DEFAULT 0 NOT NULL
);

CREATE TABLE `daily_mechanics` (
	`date` text NOT NULL,
	`mechanic_id` integer NOT NULL,
	`hours` integer DEFAULT 0 NOT NULL,
	`labor` integer DEFAULT 0 NOT NULL,
	`tickets` integer DEFAULT 0 NOT NULL,
	`promised` integer DEFAULT 0 NOT NULL,
	`on_time` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`mechanic_id`, `date`)
);

CREATE TABLE `daily_payments` (
	`date` text PRIMARY KEY NOT NULL,
	`cash_amount` integer DEFAULT 0 NOT NULL,
	`card_amount` integer DEFAULT 0 NOT NULL,
	`check_amount` integer DEFAULT 0 NOT NULL,
	`bank_transfer_amount` integer DEFAULT 0 NOT NULL,
	`other_amount` integer DEFAULT 0 NOT NULL,
	`cash_entries` integer DEFAULT 0 NOT NULL,
	`card_entries` integer DEFAULT 0 NOT NULL,
	`check_entries` integer DEFAULT 0 NOT NULL,
	`bank_transfer_entries` integer DEFAULT 0 NOT NULL,
	`other_entries` integer DEFAULT 0 NOT NULL
);

CREATE TABLE `daily_sales` (
	`date` text PRIMARY KEY NOT NULL,
	`invoices` integer DEFAULT 0 NOT NULL,
	`cars` integer DEFAULT 0 NOT NULL,
	`labor` integer DEFAULT 0 NOT NULL,
	`part` integer DEFAULT 0 NOT NULL,
	`sublet` integer DEFAULT 0 NOT NULL,
	`fee` integer DEFAULT 0 NOT NULL,
	`discounts` integer DEFAULT 0 NOT NULL,
	`part_cost` integer DEFAULT 0 NOT NULL,
	`sublet_cost` integer DEFAULT 0 NOT NULL,
	`part_without_cost` integer DEFAULT 0 NOT NULL,
	`sublet_without_cost` integer DEFAULT 0 NOT NULL,
	`lines_without_cost` integer DEFAULT 0 NOT NULL,
	`hours` integer DEFAULT 0 NOT NULL,
	`tax` integer DEFAULT 0 NOT NULL
);

CREATE TABLE `daily_taxes` (
	`date` text NOT NULL,
	`name` text NOT NULL,
	`rate` integer NOT NULL,
	`base` integer DEFAULT 0 NOT NULL,
	`amount` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`date`, `name`, `rate`)
);

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

CREATE TABLE `epochs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`epoch` text NOT NULL,
	`began_at` text NOT NULL
);

CREATE TABLE `estimates` (
	`id` integer PRIMARY KEY NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`customer_id` integer NOT NULL,
	`year` integer NOT NULL,
	`sequence` integer NOT NULL,
	`number` text GENERATED ALWAYS AS (printf('E%d-%06d', year, sequence)) STORED NOT NULL,
	`at` text NOT NULL,
	`date` text NOT NULL,
	`valid_until` text NOT NULL,
	`message` text,
	`lines_net` integer NOT NULL,
	`discount_amount` integer NOT NULL,
	`net` integer NOT NULL,
	`tax` integer NOT NULL,
	`total` integer NOT NULL,
	`content` text NOT NULL, `authorized_net` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "estimates_id_positive" CHECK("estimates"."id" > 0),
	CONSTRAINT "estimates_sequence_positive" CHECK("estimates"."sequence" > 0),
	CONSTRAINT "estimates_add_up" CHECK("estimates"."net" = "estimates"."lines_net" - "estimates"."discount_amount" and "estimates"."total" = "estimates"."net" + "estimates"."tax"
        and min("estimates"."lines_net", "estimates"."discount_amount", "estimates"."net", "estimates"."tax") >= 0),
	CONSTRAINT "estimates_within_bounds" CHECK("estimates"."lines_net" <= 999999999),
	CONSTRAINT "estimates_end_after_start" CHECK("estimates"."valid_until" >= "estimates"."date")
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

CREATE TABLE `invoice_lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`invoice_id` integer NOT NULL,
	`line_id` integer NOT NULL,
	`document_kind` text NOT NULL,
	`date` text NOT NULL,
	`kind` text NOT NULL,
	`description` text NOT NULL,
	`mechanic_id` integer,
	`quantity` integer NOT NULL,
	`net` integer NOT NULL,
	`discount` integer NOT NULL,
	`cost` integer,
	CONSTRAINT "invoice_lines_id_positive" CHECK("invoice_lines"."id" > 0),
	CONSTRAINT "invoice_lines_whole_cents" CHECK(typeof(ifnull("invoice_lines"."net", 0) + ifnull("invoice_lines"."discount", 0) + ifnull("invoice_lines"."cost", 0)) = 'integer'),
	CONSTRAINT "invoice_lines_known" CHECK(("invoice_lines"."document_kind" = 'invoice' or "invoice_lines"."document_kind" = 'credit_note') and ("invoice_lines"."kind" = 'labor' or "invoice_lines"."kind" = 'part' or "invoice_lines"."kind" = 'sublet' or "invoice_lines"."kind" = 'fee'))
);

CREATE TABLE `invoice_taxes` (
	`id` integer PRIMARY KEY NOT NULL,
	`invoice_id` integer NOT NULL,
	`position` integer NOT NULL,
	`document_kind` text NOT NULL,
	`date` text NOT NULL,
	`name` text NOT NULL,
	`rate` integer NOT NULL,
	`base` integer NOT NULL,
	`amount` integer NOT NULL,
	CONSTRAINT "invoice_taxes_id_positive" CHECK("invoice_taxes"."id" > 0),
	CONSTRAINT "invoice_taxes_whole_cents" CHECK(typeof(ifnull("invoice_taxes"."base", 0) + ifnull("invoice_taxes"."amount", 0)) = 'integer'),
	CONSTRAINT "invoice_taxes_kind_known" CHECK(("invoice_taxes"."document_kind" = 'invoice' or "invoice_taxes"."document_kind" = 'credit_note'))
);

CREATE TABLE `invoices` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`customer_id` integer NOT NULL,
	`vehicle_id` integer,
	`credits_id` integer,
	`year` integer NOT NULL,
	`sequence` integer NOT NULL,
	`number` text GENERATED ALWAYS AS (iif(kind = 'invoice', printf('%d-%06d', year, sequence), printf('C%d-%06d', year, sequence))) STORED NOT NULL,
	`at` text NOT NULL,
	`date` text NOT NULL,
	`supplied_on` text NOT NULL,
	`due_date` text,
	`lines_net` integer NOT NULL,
	`discount_amount` integer NOT NULL,
	`net` integer NOT NULL,
	`tax` integer NOT NULL,
	`total` integer NOT NULL,
	`labor` integer NOT NULL,
	`part` integer NOT NULL,
	`sublet` integer NOT NULL,
	`fee` integer NOT NULL,
	`reason` text,
	`text` text,
	`staff_user_id` integer,
	`content` text NOT NULL,
	`credited` integer DEFAULT 0 NOT NULL,
	`is_credited` integer DEFAULT false NOT NULL,
	`paid` integer DEFAULT 0 NOT NULL,
	`balance` integer GENERATED ALWAYS AS (iif(kind = 'invoice', max(0, total - credited - paid), 0)) STORED NOT NULL,
	`refundable` integer GENERATED ALWAYS AS (iif(kind = 'invoice', max(0, credited + paid - total), 0)) STORED NOT NULL,
	`status` text GENERATED ALWAYS AS (iif(kind = 'credit_note', null, iif(is_credited, 'credited', iif(total <= credited + paid, 'paid', iif(paid > 0, 'partly_paid', 'unpaid'))))) STORED,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "invoices_id_positive" CHECK("invoices"."id" > 0),
	CONSTRAINT "invoices_kind_known" CHECK(("invoices"."kind" = 'invoice' or "invoices"."kind" = 'credit_note')),
	CONSTRAINT "invoices_sequence_positive" CHECK("invoices"."sequence" > 0),
	CONSTRAINT "invoices_whole_cents" CHECK(typeof(ifnull("invoices"."lines_net", 0) + ifnull("invoices"."discount_amount", 0) + ifnull("invoices"."net", 0) + ifnull("invoices"."tax", 0) + ifnull("invoices"."total", 0) + ifnull("invoices"."labor", 0) + ifnull("invoices"."part", 0) + ifnull("invoices"."sublet", 0) + ifnull("invoices"."fee", 0) + ifnull("invoices"."credited", 0) + ifnull("invoices"."paid", 0)) = 'integer'),
	CONSTRAINT "invoices_fields_of_kind" CHECK(("invoices"."kind" = 'credit_note') = ("invoices"."credits_id" is not null) and ("invoices"."kind" = 'credit_note') = ("invoices"."reason" is not null)
        and ("invoices"."kind" = 'invoice') = ("invoices"."due_date" is not null) and ("invoices"."kind" = 'invoice' or "invoices"."paid" = 0)),
	CONSTRAINT "invoices_add_up" CHECK("invoices"."net" = "invoices"."lines_net" - "invoices"."discount_amount" and "invoices"."total" = "invoices"."net" + "invoices"."tax"
        and "invoices"."net" = "invoices"."labor" + "invoices"."part" + "invoices"."sublet" + "invoices"."fee"
        and min("invoices"."lines_net", "invoices"."discount_amount", "invoices"."net", "invoices"."tax", "invoices"."labor", "invoices"."part", "invoices"."sublet", "invoices"."fee") >= 0),
	CONSTRAINT "invoices_within_bounds" CHECK("invoices"."lines_net" <= 999999999),
	CONSTRAINT "invoices_due_after_date" CHECK("invoices"."due_date" >= "invoices"."date"),
	CONSTRAINT "invoices_ledgers_in_bounds" CHECK(min("invoices"."credited", "invoices"."paid") >= 0 and "invoices"."paid" <= "invoices"."total"),
	CONSTRAINT "invoices_credited_at_most_all" CHECK("invoices"."kind" = 'credit_note' or "invoices"."credited" <= "invoices"."total")
);

CREATE TABLE `lost_ids` (
	`name` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL
);

CREATE TABLE `lost_numbers` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`year` integer NOT NULL,
	`first` integer NOT NULL,
	`last` integer NOT NULL,
	`at` text NOT NULL,
	CONSTRAINT "lost_numbers_kind_known" CHECK(("lost_numbers"."kind" = 'invoice' or "lost_numbers"."kind" = 'credit_note')),
	CONSTRAINT "lost_numbers_range" CHECK("lost_numbers"."first" between 1 and "lost_numbers"."last")
);

CREATE TABLE `mail_suppressions` (
	`email` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`at` text NOT NULL,
	CONSTRAINT "mail_suppressions_reason_known" CHECK(("mail_suppressions"."reason" = 'bounced' or "mail_suppressions"."reason" = 'complained'))
);

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
	`updated_at` text NOT NULL, search_terms text NOT NULL DEFAULT '{}',
	CONSTRAINT "mechanics_id_positive" CHECK("mechanics"."id" > 0),
	CONSTRAINT "mechanics_status_known" CHECK("mechanics"."status" in ('active', 'pending', 'disabled')),
	CONSTRAINT "mechanics_salary_range" CHECK("mechanics"."salary" between 0 and 999999999)
);

CREATE VIRTUAL TABLE mechanics_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

CREATE TABLE 'mechanics_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'mechanics_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'mechanics_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'mechanics_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE `merged_records` (
	`entity` text NOT NULL,
	`id` integer NOT NULL,
	`into_id` integer NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`entity`, `id`)
);

CREATE TABLE `parts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`part_number` text,
	`part_number_key` text,
	`unit` text DEFAULT 'each' NOT NULL,
	`category` text,
	`price` integer NOT NULL,
	`cost` integer,
	`quantity` integer DEFAULT 0 NOT NULL,
	`reorder_point` integer,
	`retired_at` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`search_terms` text DEFAULT '{}' NOT NULL,
	CONSTRAINT "parts_id_positive" CHECK("id" > 0),
	CONSTRAINT "parts_quantity_not_negative" CHECK("quantity" >= 0),
	CONSTRAINT "parts_price_range" CHECK("price" between 0 and 999999999),
	CONSTRAINT "parts_cost_range" CHECK("cost" between 0 and 999999999),
	CONSTRAINT "parts_unit_known" CHECK("unit" in ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll', 'l', 'ml', 'qt', 'pt', 'gal', 'fl_oz', 'kg', 'g', 'lb', 'oz', 'm', 'cm', 'ft', 'in', 'h')),
	CONSTRAINT "parts_whole_units" CHECK(("quantity" % 1000 = 0 and ifnull("reorder_point" % 1000, 0) = 0) or "unit" in ('l', 'ml', 'qt', 'pt', 'gal', 'fl_oz', 'kg', 'g', 'lb', 'oz', 'm', 'cm', 'ft', 'in', 'h')),
	CONSTRAINT "parts_reorder_point_not_negative" CHECK("reorder_point" >= 0)
);

CREATE VIRTUAL TABLE parts_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

CREATE TABLE 'parts_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'parts_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'parts_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'parts_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE `payments` (
	`id` integer PRIMARY KEY NOT NULL,
	`invoice_id` integer NOT NULL,
	`kind` text NOT NULL,
	`amount` integer NOT NULL,
	`method` text NOT NULL,
	`reference` text,
	`received_on` text NOT NULL,
	`reverses_id` integer,
	`note` text,
	`staff_user_id` integer,
	`created_at` text NOT NULL,
	`effect` integer NOT NULL,
	`paid_after` integer NOT NULL,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "payments_id_positive" CHECK("payments"."id" > 0),
	CONSTRAINT "payments_kind_known" CHECK(("payments"."kind" = 'payment' or "payments"."kind" = 'refund' or "payments"."kind" = 'reversal')),
	CONSTRAINT "payments_method_known" CHECK(("payments"."method" = 'cash' or "payments"."method" = 'card' or "payments"."method" = 'check' or "payments"."method" = 'bank_transfer' or "payments"."method" = 'other')),
	CONSTRAINT "payments_amount_range" CHECK("payments"."amount" between 1 and 1999999998),
	CONSTRAINT "payments_whole_cents" CHECK(typeof(ifnull("payments"."amount", 0) + ifnull("payments"."effect", 0) + ifnull("payments"."paid_after", 0)) = 'integer'),
	CONSTRAINT "payments_reversal_of_one" CHECK(("payments"."kind" = 'reversal') = ("payments"."reverses_id" is not null)),
	CONSTRAINT "payments_effect_of_kind" CHECK(abs("payments"."effect") = "payments"."amount" and ("payments"."kind" <> 'payment' or "payments"."effect" > 0) and ("payments"."kind" <> 'refund' or "payments"."effect" < 0)),
	CONSTRAINT "payments_paid_not_negative" CHECK("payments"."paid_after" >= 0)
);

CREATE TABLE `recovery_codes` (
	`user_id` integer NOT NULL,
	`hash` text NOT NULL,
	`used_at` text,
	PRIMARY KEY(`user_id`, `hash`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE TABLE `refresh_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`session_id` integer NOT NULL,
	`issued_at` text NOT NULL,
	`used_at` text,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE no action
);

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

CREATE TABLE `revocations` (
	`user_id` integer NOT NULL,
	`gen` integer DEFAULT 0 NOT NULL,
	`session_id` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `gen`, `session_id`),
	CONSTRAINT "revocations_of_one_kind" CHECK(("revocations"."gen" = 0) <> ("revocations"."session_id" = 0))
);

CREATE TABLE `second_factors` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`created_at` text NOT NULL,
	`confirmed_at` text,
	`last_step` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);

CREATE TABLE `service_package_lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`service_package_id` integer NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`description` text,
	`inventory_id` integer,
	`part_number` text,
	`condition` text,
	`fee_kind` text,
	`provider` text,
	`quantity` integer NOT NULL,
	`unit_price` integer,
	`flat_amount` integer,
	`unit_cost` integer,
	`discount_percent` integer,
	`discount_value` integer,
	`taxable` integer DEFAULT true NOT NULL,
	FOREIGN KEY (`service_package_id`) REFERENCES `service_packages`(`id`) ON UPDATE restrict ON DELETE cascade,
	FOREIGN KEY (`inventory_id`) REFERENCES `parts`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "service_package_lines_id_positive" CHECK("service_package_lines"."id" > 0),
	CONSTRAINT "service_package_lines_kind_known" CHECK(("service_package_lines"."kind" = 'labor' or "service_package_lines"."kind" = 'part' or "service_package_lines"."kind" = 'sublet' or "service_package_lines"."kind" = 'fee')),
	CONSTRAINT "service_package_lines_quantity_range" CHECK("service_package_lines"."quantity" between 1 and 1000000000),
	CONSTRAINT "service_package_lines_one_price" CHECK("service_package_lines"."unit_price" is null or "service_package_lines"."flat_amount" is null),
	CONSTRAINT "service_package_lines_one_discount" CHECK("service_package_lines"."discount_percent" is null or "service_package_lines"."discount_value" is null),
	CONSTRAINT "service_package_lines_condition_known" CHECK(("service_package_lines"."condition" = 'new' or "service_package_lines"."condition" = 'used' or "service_package_lines"."condition" = 'rebuilt' or "service_package_lines"."condition" = 'reconditioned' or "service_package_lines"."condition" = 'oem_crash' or "service_package_lines"."condition" = 'non_oem_crash' or "service_package_lines"."condition" = 'customer_supplied')),
	CONSTRAINT "service_package_lines_fee_known" CHECK(("service_package_lines"."fee_kind" = 'shop_supplies' or "service_package_lines"."fee_kind" = 'hazardous_waste' or "service_package_lines"."fee_kind" = 'environmental' or "service_package_lines"."fee_kind" = 'storage' or "service_package_lines"."fee_kind" = 'towing' or "service_package_lines"."fee_kind" = 'other'))
);

CREATE TABLE `service_packages` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`category` text,
	`note` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`search_terms` text DEFAULT '{}' NOT NULL,
	CONSTRAINT "service_packages_id_positive" CHECK("service_packages"."id" > 0)
);

CREATE VIRTUAL TABLE service_packages_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

CREATE TABLE 'service_packages_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'service_packages_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'service_packages_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'service_packages_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE `service_tickets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`customer_id` integer NOT NULL,
	`vehicle_id` integer,
	`service_desc` text NOT NULL,
	`service_date` text NOT NULL,
	`status` text DEFAULT 'open' NOT NULL,
	`scheduled_start` text,
	`scheduled_end` text,
	`mileage` integer,
	`notes` text,
	`internal_notes` text,
	`parts_total` integer DEFAULT 0 NOT NULL,
	`completed_at` text,
	`closed_at` text,
	`closed_words` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`search_terms` text DEFAULT '{}' NOT NULL, `lines_gross` integer DEFAULT 0 NOT NULL, `lines_count` integer DEFAULT 0 NOT NULL, `discount_percent` integer, `discount_value` integer, `discount_reason` text, `mileage_out` integer, `promised_at` text, `po_number` text, `invoice_id` integer, `unbilled_net` integer,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`vehicle_id`) REFERENCES `vehicles`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "service_tickets_id_positive" CHECK("id" > 0),
	CONSTRAINT "service_tickets_status_known" CHECK("status" in ('open', 'in_progress', 'completed', 'closed', 'cancelled')),
	CONSTRAINT "service_tickets_schedule" CHECK(("scheduled_start" is null) = ("scheduled_end" is null)
        and ("scheduled_start" < "scheduled_end") is not false
        and "scheduled_start" is strftime('%Y-%m-%dT%H:%M:%fZ', "scheduled_start", '+0 days') and "scheduled_end" is strftime('%Y-%m-%dT%H:%M:%fZ', "scheduled_end", '+0 days'))
);

CREATE VIRTUAL TABLE service_tickets_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

CREATE TABLE 'service_tickets_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'service_tickets_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'service_tickets_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'service_tickets_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` text NOT NULL,
	`last_used_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`address` text,
	`ended_at` text,
	`end_reason` text, `epoch` text DEFAULT '1' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sessions_end_known" CHECK("sessions"."end_reason" in ('logout', 'removed', 'reused', 'voided')),
	CONSTRAINT "sessions_end_with_reason" CHECK(("sessions"."ended_at" is null) = ("sessions"."end_reason" is null))
);

CREATE TABLE `share_links` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`may` text NOT NULL,
	`sent_to` text,
	`hash` text NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`revoked_at` text,
	`last_used_at` text,
	`uses` integer DEFAULT 0 NOT NULL, `nonce` text,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE restrict ON DELETE cascade,
	CONSTRAINT "share_links_id_positive" CHECK("share_links"."id" > 0),
	CONSTRAINT "share_links_may_known" CHECK(("share_links"."may" = 'view' or "share_links"."may" = 'decide')),
	CONSTRAINT "share_links_hash_is_one" CHECK(length("share_links"."hash") = 64 and "share_links"."hash" not glob '*[^0-9a-f]*'),
	CONSTRAINT "share_links_end" CHECK("share_links"."expires_at" > "share_links"."created_at")
);

CREATE TABLE `shop` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`legal_name` text,
	`address` text,
	`phone` text,
	`email` text,
	`registration_number` text,
	`tax_number` text,
	`epa_number` text,
	`time_zone` text DEFAULT 'UTC' NOT NULL,
	`currency` text DEFAULT 'USD' NOT NULL,
	`labor_rate` integer DEFAULT 7500 NOT NULL,
	`payment_terms_days` integer DEFAULT 0 NOT NULL,
	`estimate_valid_days` integer DEFAULT 30 NOT NULL,
	`authorization` text DEFAULT 'posting' NOT NULL,
	`estimate_text` text,
	`invoice_text` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL, `paper` text DEFAULT 'letter' NOT NULL CONSTRAINT "shop_paper_known" CHECK(("paper" = 'a4' or "paper" = 'letter')), `locale` text DEFAULT 'en-US' NOT NULL, `mail_receipts` integer DEFAULT false NOT NULL, `reminder_hours` integer CONSTRAINT "shop_reminder_hours_range" CHECK("reminder_hours" between 1 and 168),
	CONSTRAINT "shop_one_row" CHECK("shop"."id" = 1),
	CONSTRAINT "shop_labor_rate_range" CHECK("shop"."labor_rate" between 0 and 999999999),
	CONSTRAINT "shop_days_range" CHECK("shop"."payment_terms_days" between 0 and 365 and "shop"."estimate_valid_days" between 1 and 365),
	CONSTRAINT "shop_authorization_known" CHECK(("shop"."authorization" = 'posting' or "shop"."authorization" = 'work' or "shop"."authorization" = 'none'))
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
	CONSTRAINT "stock_movements_id_positive" CHECK("id" > 0),
	CONSTRAINT "stock_movements_kind_known" CHECK("kind" in ('taken', 'returned', 'received', 'corrected'))
);

CREATE TABLE `taxes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`rate` integer NOT NULL,
	`applies_to` text NOT NULL,
	`valid_from` text NOT NULL,
	`valid_until` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	CONSTRAINT "taxes_rate_range" CHECK("taxes"."rate" between 1 and 1000000),
	CONSTRAINT "taxes_end_after_start" CHECK("taxes"."valid_until" >= "taxes"."valid_from"),
	CONSTRAINT "taxes_fall_on_something" CHECK(json_array_length("taxes"."applies_to") > 0)
);

CREATE TABLE `ticket_jobs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`title` text NOT NULL,
	`position` integer NOT NULL,
	`by_line` integer DEFAULT false NOT NULL,
	`mechanic_id` integer,
	`concern` text,
	`correction` text,
	`note` text,
	`internal_note` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`mechanic_id`) REFERENCES `mechanics`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "ticket_jobs_id_positive" CHECK("ticket_jobs"."id" > 0),
	CONSTRAINT "ticket_jobs_position_range" CHECK("ticket_jobs"."position" between 1 and 1000)
);

CREATE TABLE `ticket_lines` (
	`id` integer PRIMARY KEY NOT NULL,
	`service_ticket_id` integer NOT NULL,
	`job_id` integer,
	`kind` text NOT NULL,
	`description` text NOT NULL,
	`inventory_id` integer,
	`part_number` text,
	`condition` text,
	`fee_kind` text,
	`provider` text,
	`mechanic_id` integer,
	`quantity` integer NOT NULL,
	`unit_price` integer,
	`flat_amount` integer,
	`unit_cost` integer,
	`discount_percent` integer,
	`discount_value` integer,
	`taxable` integer DEFAULT true NOT NULL,
	`gross` integer GENERATED ALWAYS AS (coalesce(flat_amount, (quantity * unit_price + 500) / 1000)) STORED NOT NULL,
	`discount_amount` integer GENERATED ALWAYS AS (iif(discount_percent is null, coalesce(discount_value, 0), (gross * discount_percent + 500000) / 1000000)) STORED NOT NULL,
	`net` integer GENERATED ALWAYS AS (gross - discount_amount) STORED NOT NULL,
	`words` text GENERATED ALWAYS AS (json_array(kind, description, inventory_id, part_number, condition, fee_kind, provider)) STORED NOT NULL,
	`decision` text DEFAULT 'open' NOT NULL,
	`authorized_net` integer,
	`automatic` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`job_id`) REFERENCES `ticket_jobs`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`mechanic_id`) REFERENCES `mechanics`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "ticket_lines_id_positive" CHECK("ticket_lines"."id" > 0),
	CONSTRAINT "ticket_lines_kind_known" CHECK(("ticket_lines"."kind" = 'labor' or "ticket_lines"."kind" = 'part' or "ticket_lines"."kind" = 'sublet' or "ticket_lines"."kind" = 'fee')),
	CONSTRAINT "ticket_lines_quantity_range" CHECK("ticket_lines"."quantity" between 1 and 1000000000),
	CONSTRAINT "ticket_lines_price_or_flat" CHECK(("ticket_lines"."unit_price" is null) <> ("ticket_lines"."flat_amount" is null) and ifnull("ticket_lines"."unit_price", 0) between 0 and 999999999
        and ifnull("ticket_lines"."flat_amount", 0) between 0 and 999999999 and ifnull("ticket_lines"."unit_cost", 0) between 0 and 999999999),
	CONSTRAINT "ticket_lines_gross_range" CHECK("ticket_lines"."gross" between 0 and 999999999),
	CONSTRAINT "ticket_lines_one_discount" CHECK(("ticket_lines"."discount_percent" is null or "ticket_lines"."discount_value" is null) and ifnull("ticket_lines"."discount_percent", 0) between 0 and 1000000
        and ifnull("ticket_lines"."discount_value", 0) >= 0),
	CONSTRAINT "ticket_lines_discount_fits" CHECK("ticket_lines"."net" >= 0),
	CONSTRAINT "ticket_lines_fields_of_kind" CHECK(("ticket_lines"."kind" = 'part') = ("ticket_lines"."condition" is not null) and ("ticket_lines"."kind" = 'fee') = ("ticket_lines"."fee_kind" is not null)
        and ("ticket_lines"."kind" = 'part' or ("ticket_lines"."inventory_id" is null and "ticket_lines"."part_number" is null))
        and ("ticket_lines"."kind" = 'sublet' or "ticket_lines"."provider" is null) and ("ticket_lines"."kind" = 'labor' or "ticket_lines"."mechanic_id" is null)
        and ("ticket_lines"."kind" = 'part' or "ticket_lines"."kind" = 'sublet' or "ticket_lines"."unit_cost" is null)),
	CONSTRAINT "ticket_lines_condition_known" CHECK(("ticket_lines"."condition" = 'new' or "ticket_lines"."condition" = 'used' or "ticket_lines"."condition" = 'rebuilt' or "ticket_lines"."condition" = 'reconditioned' or "ticket_lines"."condition" = 'oem_crash' or "ticket_lines"."condition" = 'non_oem_crash' or "ticket_lines"."condition" = 'customer_supplied')),
	CONSTRAINT "ticket_lines_supplied_not_stocked" CHECK("ticket_lines"."condition" is not 'customer_supplied' or "ticket_lines"."inventory_id" is null),
	CONSTRAINT "ticket_lines_fee_known" CHECK(("ticket_lines"."fee_kind" = 'shop_supplies' or "ticket_lines"."fee_kind" = 'hazardous_waste' or "ticket_lines"."fee_kind" = 'environmental' or "ticket_lines"."fee_kind" = 'storage' or "ticket_lines"."fee_kind" = 'towing' or "ticket_lines"."fee_kind" = 'other')),
	CONSTRAINT "ticket_lines_decision_known" CHECK(("ticket_lines"."decision" = 'open' or "ticket_lines"."decision" = 'approved' or "ticket_lines"."decision" = 'declined') and ("ticket_lines"."decision" = 'approved') = ("ticket_lines"."authorized_net" is not null)),
	CONSTRAINT "ticket_lines_automatic_are_stocked" CHECK("ticket_lines"."automatic" = 0 or "ticket_lines"."inventory_id" is not null)
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
	CONSTRAINT "ticket_parts_id_positive" CHECK("id" > 0),
	CONSTRAINT "ticket_parts_quantity_positive" CHECK("quantity" between 1 and 1000000000),
	CONSTRAINT "ticket_parts_held_known" CHECK("held" in (0, 1))
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
	`updated_at` text NOT NULL, `email_verified_at` text,
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
	`vin` text,
	`serial_number` text,
	`make` text,
	`model` text,
	`year` integer,
	`color` text,
	`license_plate` text,
	`description` text,
	`mileage` integer,
	`stated_mileage` integer,
	`customer_id` integer NOT NULL,
	`claimed` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`search_terms` text DEFAULT '{}' NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "vehicles_id_positive" CHECK("id" > 0),
	CONSTRAINT "vehicles_identified" CHECK(coalesce("vin", "serial_number", "license_plate", "description") is not null),
	CONSTRAINT "vehicles_claimed_known" CHECK("claimed" in (0, 1)),
	CONSTRAINT "vehicles_vin_format" CHECK(length("vin") = 17 and "vin" not glob '*[^A-HJ-NPR-Z0-9]*')
);

CREATE VIRTUAL TABLE vehicles_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');

CREATE TABLE 'vehicles_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'vehicles_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'vehicles_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'vehicles_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

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
WHEN NOT EXISTS (SELECT 1 FROM booked_times WHERE id = NEW.service_ticket_id AND NEW.starts_at IS starts_at AND NEW.ends_at IS ends_at)
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

CREATE TRIGGER assignments_240_only_the_active AFTER UPDATE OF starts_at, ends_at ON assignments
WHEN NEW.starts_at IS NOT NULL AND (OLD.starts_at IS NULL OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at > OLD.ends_at)
  AND EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id AND status <> 'active')
BEGIN
  SELECT RAISE(ABORT, 'app:mechanic_not_active:' || json_object('mechanic_id', id, 'name', name, 'mechanic_status', status))
    FROM mechanics WHERE id = NEW.mechanic_id;
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
      AND (coalesce(NEW.starts_at, NEW.ends_at) IS NULL
        OR EXISTS (SELECT 1 FROM booked_times b WHERE b.id = service_tickets.id AND NEW.starts_at IS b.starts_at AND NEW.ends_at IS b.ends_at));
  SELECT RAISE(ABORT, coalesce(
    (SELECT iif(status IN ('closed', 'cancelled'), 'app:ticket_closed:{}', 'app:conflict:{"rule":"assignments_book"}')
      FROM service_tickets WHERE id = NEW.service_ticket_id),
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
  UPDATE assignments SET (starts_at, ends_at) = (SELECT starts_at, ends_at FROM booked_times WHERE id = NEW.service_ticket_id)
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
WHEN NEW.before IS NOT NULL OR NEW.after IS NOT NULL OR NEW.address IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at
  OR NEW.user_id IS NOT OLD.user_id OR NEW.role <> OLD.role OR NEW.action <> OLD.action OR NEW.entity <> OLD.entity
  OR NEW.entity_id IS NOT OLD.entity_id OR NEW.request_id IS NOT OLD.request_id OR NEW.customer_id IS NOT OLD.customer_id
  OR NEW.mac IS NOT OLD.mac OR NOT EXISTS (SELECT 1 FROM audit_log e
    WHERE e.entity = 'customer' AND e.entity_id = OLD.customer_id AND e.action = 'customer.erased' AND e.id >= OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_log_310_not_removed BEFORE DELETE ON audit_log
WHEN NOT EXISTS (SELECT 1 FROM audit_archives WHERE id >= OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_log_510_count_added AFTER INSERT ON audit_log
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'audit_log'; END;

CREATE TRIGGER audit_log_520_count_removed AFTER DELETE ON audit_log
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'audit_log'; END;

CREATE TRIGGER audit_seals_110_in_order BEFORE INSERT ON audit_seals
WHEN NEW.id <= (SELECT coalesce(max(id), 0) FROM audit_seals)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_seals_210_not_changed BEFORE UPDATE ON audit_seals
WHEN NEW.salt IS NOT NULL OR NEW.id <> OLD.id OR NEW.seal <> OLD.seal OR NEW.digest IS NOT OLD.digest OR NEW.standing IS NOT OLD.standing
  OR NOT EXISTS (SELECT 1 FROM audit_log l JOIN audit_log e ON e.entity = 'customer' AND e.entity_id = l.customer_id
    WHERE l.id = OLD.id AND e.action = 'customer.erased' AND e.id >= l.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER audit_seals_310_not_removed BEFORE DELETE ON audit_seals
WHEN NOT EXISTS (SELECT 1 FROM audit_archives WHERE id >= OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER authorization_decisions_110_as_said BEFORE INSERT ON authorization_decisions
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM authorization_decisions))
  OR EXISTS (SELECT 1 FROM authorization_decisions WHERE authorization_id = NEW.authorization_id AND line_id = NEW.line_id)
  OR NOT EXISTS (SELECT 1 FROM (SELECT a.service_ticket_id, a.at, a.decisions -> ('$[' || NEW.position || ']') AS said
      FROM authorizations a WHERE a.id = NEW.authorization_id)
    WHERE (service_ticket_id, at, said ->> 'line_id', said ->> 'decision', said ->> 'net', said ->> 'words', said ->> 'description') IS
      (NEW.service_ticket_id, NEW.at, NEW.line_id, NEW.decision, NEW.net, NEW.words, NEW.description))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER authorization_decisions_120_whole_cents BEFORE INSERT ON authorization_decisions
WHEN typeof(ifnull(NEW.net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorization_decisions_whole_cents"}'); END;

CREATE TRIGGER authorization_decisions_210_append_only BEFORE UPDATE ON authorization_decisions
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER authorization_decisions_310_append_only BEFORE DELETE ON authorization_decisions
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER authorization_decisions_610_reach_line AFTER INSERT ON authorization_decisions
BEGIN
  UPDATE ticket_lines SET decision = NEW.decision, authorized_net = iif(NEW.decision = 'approved', NEW.net, NULL)
    WHERE id = NEW.line_id AND service_ticket_id = NEW.service_ticket_id;
END;

CREATE TRIGGER authorizations_110_decidable BEFORE INSERT ON authorizations
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM authorizations);
  SELECT RAISE(ABORT, 'app:link_ended:{}') WHERE NEW.share_link_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM share_links
    WHERE id = NEW.share_link_id AND service_ticket_id = NEW.service_ticket_id AND may = 'decide' AND revoked_at IS NULL AND expires_at > NEW.at);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'estimate', 'id', NEW.estimate_id))
    WHERE NOT EXISTS (SELECT 1 FROM estimates WHERE id = NEW.estimate_id AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', invoice_id)) FROM service_tickets
    WHERE id = NEW.service_ticket_id AND invoice_id IS NOT NULL;
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') FROM service_tickets WHERE id = NEW.service_ticket_id AND status IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:estimate_superseded:' || json_object('estimate_id', max(id))) FROM estimates
    WHERE service_ticket_id = NEW.service_ticket_id HAVING max(id) <> NEW.estimate_id;
  SELECT RAISE(ABORT, 'app:estimate_expired:' || json_object('valid_until', valid_until)) FROM estimates
    WHERE id = NEW.estimate_id AND valid_until < NEW.date;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_decidable"}')
    WHERE (NEW.date BETWEEN date(NEW.at, '-1 day') AND date(NEW.at, '+1 day')) IS NOT 1;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_decidable"}') WHERE EXISTS
      (SELECT value ->> 'line_id', value ->> 'job_id', value ->> 'net', value ->> 'words', value ->> 'description' FROM json_each(NEW.decisions)
        EXCEPT SELECT l.value ->> 'id', l.value ->> 'job_id', l.value ->> 'net', l.value ->> 'words', l.value ->> 'description'
          FROM estimates e, json_each(e.content, '$.lines') l WHERE e.id = NEW.estimate_id)
    OR (SELECT count(*) > count(DISTINCT value ->> 'line_id') FROM json_each(NEW.decisions));
  SELECT RAISE(ABORT, 'app:decide_whole_job:' || json_object('job_id', j.value ->> 'id', 'job_title', j.value ->> 'title'))
  FROM estimates e, json_each(e.content, '$.jobs') j,
    (SELECT value ->> 'job_id' AS job_id, count(*) AS lines, count(DISTINCT value ->> 'decision') AS decisions FROM json_each(NEW.decisions)
      WHERE value ->> 'job_id' IS NOT NULL GROUP BY 1) d
  WHERE e.id = NEW.estimate_id AND NOT j.value ->> 'by_line' AND d.job_id = j.value ->> 'id' AND (d.decisions > 1 OR d.lines <
    (SELECT count(*) FROM json_each(e.content, '$.lines') l WHERE l.value ->> 'job_id' = d.job_id));
  SELECT RAISE(ABORT, 'app:line_changed:' || json_object('line_id', d.value ->> 'line_id', 'description', d.value ->> 'description'))
  FROM json_each(NEW.decisions) d LEFT JOIN ticket_lines l ON l.id = d.value ->> 'line_id' AND +l.service_ticket_id = NEW.service_ticket_id
  WHERE l.words IS NOT d.value ->> 'words';
  SELECT RAISE(ABORT, 'app:part_drawn:{}') FROM ticket_lines l
  WHERE l.id IN (SELECT value ->> 'line_id' FROM json_each(NEW.decisions) WHERE value ->> 'decision' = 'declined')
    AND l.inventory_id IS NOT NULL AND l.decision <> 'declined'
    AND (SELECT p.held * p.quantity FROM ticket_parts p WHERE p.service_ticket_id = NEW.service_ticket_id AND p.inventory_id = l.inventory_id) >
      (SELECT coalesce(sum(o.quantity), 0) FROM ticket_lines o WHERE o.service_ticket_id = NEW.service_ticket_id
        AND +o.inventory_id = l.inventory_id AND o.automatic = 0 AND o.decision <> 'declined'
        AND o.id NOT IN (SELECT value ->> 'line_id' FROM json_each(NEW.decisions) WHERE value ->> 'decision' = 'declined'));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_decidable"}') WHERE NEW.authorized_net_before IS NOT
      (SELECT coalesce(sum(authorized_net), 0) FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id)
    OR NEW.authorized_net_after IS NOT NEW.authorized_net_before + (SELECT sum(iif(d.value ->> 'decision' = 'approved', d.value ->> 'net', 0)
      - ifnull((SELECT authorized_net FROM ticket_lines WHERE id = d.value ->> 'line_id'), 0)) FROM json_each(NEW.decisions) d)
    OR NEW.additional_net IS NOT max(0, NEW.authorized_net_after - NEW.authorized_net_before) OR NEW.total_after < 0;
END;

CREATE TRIGGER authorizations_120_whole_cents BEFORE INSERT ON authorizations
WHEN typeof(ifnull(NEW.additional_net, 0) + ifnull(NEW.authorized_net_before, 0) + ifnull(NEW.authorized_net_after, 0) + ifnull(NEW.total_after, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_whole_cents"}'); END;

CREATE TRIGGER authorizations_210_append_only BEFORE UPDATE ON authorizations
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER authorizations_310_append_only BEFORE DELETE ON authorizations
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER authorizations_610_decisions AFTER INSERT ON authorizations
BEGIN
  INSERT INTO authorization_decisions (authorization_id, position, service_ticket_id, line_id, decision, net, words, description, at)
  SELECT NEW.id, key, NEW.service_ticket_id, value ->> 'line_id', value ->> 'decision', value ->> 'net', value ->> 'words',
    value ->> 'description', NEW.at FROM json_each(NEW.decisions);
END;

CREATE TRIGGER authorizations_620_reach_estimate AFTER INSERT ON authorizations
BEGIN
  UPDATE estimates SET authorized_net = NEW.authorized_net_after WHERE id = NEW.estimate_id AND authorized_net <> NEW.authorized_net_after;
END;

CREATE TRIGGER customers_110_start_uncounted BEFORE INSERT ON customers
WHEN NEW.ticket_count <> 0 OR NEW.vehicle_count <> 0
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_start_uncounted"}'); END;

CREATE TRIGGER customers_120_not_replaced BEFORE INSERT ON customers
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_not_replaced"}'); END;

CREATE TRIGGER customers_210_keep_the_email_of_a_login BEFORE UPDATE OF email ON customers
WHEN NEW.email IS NULL AND EXISTS (SELECT 1 FROM users WHERE customer_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:email_needed:{}'); END;

CREATE TRIGGER customers_220_keep_identity AFTER UPDATE ON customers
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"customers_keep_identity"}'); END;

CREATE TRIGGER customers_230_stay_erased AFTER UPDATE ON customers
WHEN OLD.erased_at IS NOT NULL AND (NEW.name <> OLD.name OR NEW.email IS NOT OLD.email OR NEW.phone <> OLD.phone
  OR NEW.address IS NOT OLD.address OR NEW.erased_at IS NOT OLD.erased_at OR NEW.search_terms <> OLD.search_terms
  OR NEW.ticket_count > OLD.ticket_count OR NEW.vehicle_count > OLD.vehicle_count)
BEGIN SELECT RAISE(ABORT, 'app:customer_erased:{}'); END;

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
WHEN NEW.email IS NOT OLD.email
BEGIN
  UPDATE users SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE customer_id = NEW.id AND email <> NEW.email;
END;

CREATE TRIGGER customers_620_staff_wrote AFTER UPDATE OF name, email, phone, address, vehicle_count, ticket_count ON customers
WHEN NEW.staff_wrote = 0
  AND coalesce((SELECT role FROM idempotency_keys WHERE open = 1), 'admin') IN ('mechanic', 'admin')
BEGIN UPDATE customers SET staff_wrote = 1 WHERE id = NEW.id; END;

CREATE TRIGGER customers_630_tickets_forget_the_name AFTER UPDATE OF erased_at ON customers
WHEN NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL
BEGIN
  UPDATE service_tickets SET closed_words = json_set(closed_words, '$.customer', NEW.name)
    WHERE customer_id = NEW.id AND closed_words IS NOT NULL;
END;

CREATE TRIGGER customers_710_found AFTER INSERT ON customers
BEGIN
  INSERT INTO customers_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER customers_720_found_by_changes AFTER UPDATE OF search_terms, email ON customers
WHEN NEW.search_terms <> OLD.search_terms OR NEW.email IS NOT OLD.email
BEGIN
  REPLACE INTO customers_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER customers_730_tickets_found_by_name AFTER UPDATE OF search_terms ON customers
WHEN NEW.search_terms ->> 'name' IS NOT OLD.search_terms ->> 'name'
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT t.id, concat_ws(' ', t.search_terms ->> 'service_desc', NEW.search_terms ->> 'name', v.search_terms ->> 'license_plate')
  FROM service_tickets t LEFT JOIN vehicles v ON v.id = t.vehicle_id WHERE t.customer_id = NEW.id AND t.status <> 'closed';
END;

CREATE TRIGGER customers_740_not_found AFTER DELETE ON customers
BEGIN DELETE FROM customers_search WHERE rowid = OLD.id; END;

CREATE TRIGGER email_tokens_210_used_once BEFORE UPDATE ON email_tokens
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.hash <> OLD.hash OR NEW.email <> OLD.email OR NEW.user_id IS NOT OLD.user_id
  OR NEW.customer_id IS NOT OLD.customer_id OR NEW.mechanic_id IS NOT OLD.mechanic_id OR NEW.expires_at > OLD.expires_at
  OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"email_tokens_used_once"}'); END;

CREATE TRIGGER epochs_110_never_return BEFORE INSERT ON epochs
WHEN EXISTS (SELECT 1 FROM epochs WHERE epoch = NEW.epoch OR id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"epochs_never_return"}'); END;

CREATE TRIGGER epochs_210_not_changed BEFORE UPDATE ON epochs
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"epochs_not_changed"}'); END;

CREATE TRIGGER epochs_310_not_removed BEFORE DELETE ON epochs
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"epochs_not_removed"}'); END;

CREATE TRIGGER estimates_110_presentable BEFORE INSERT ON estimates
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE (NEW.id > 0 AND EXISTS (SELECT 1 FROM estimates WHERE id = NEW.id))
    OR EXISTS (SELECT 1 FROM estimates WHERE year = NEW.year AND sequence = NEW.sequence);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))
    WHERE NOT EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', invoice_id)) FROM service_tickets
    WHERE id = NEW.service_ticket_id AND invoice_id IS NOT NULL;
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') FROM service_tickets WHERE id = NEW.service_ticket_id AND status IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:document_too_large:{}') WHERE length(CAST(NEW.content AS BLOB)) > 1000000;
  SELECT RAISE(ABORT, 'app:nothing_to_estimate:{}') WHERE ifnull(json_array_length(NEW.content, '$.lines'), 0) = 0;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_presentable"}') WHERE EXISTS
      (SELECT id, words, net FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id AND decision <> 'declined'
        EXCEPT SELECT value ->> 'id', value ->> 'words', value ->> 'net' FROM json_each(NEW.content, '$.lines'))
    OR json_array_length(NEW.content, '$.lines') <>
      (SELECT count(*) FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id AND decision <> 'declined');
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_presentable"}') WHERE (NEW.lines_net, NEW.discount_amount) IS NOT
      (SELECT sum(value ->> 'net'), sum(value ->> 'share') FROM json_each(NEW.content, '$.lines'))
    OR NEW.tax IS NOT (SELECT coalesce(sum(value ->> 'amount'), 0) FROM json_each(NEW.content, '$.taxes'));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_presentable"}') FROM service_tickets
    WHERE id = NEW.service_ticket_id AND customer_id IS NOT NEW.customer_id;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_presentable"}') WHERE (NEW.id > 0 AND NEW.id < (SELECT max(id) FROM estimates))
    OR NEW.sequence IS NOT 1 + (SELECT coalesce(max(sequence), 0) FROM estimates WHERE year = NEW.year)
    OR NEW.year IS NOT CAST(substr(NEW.date, 1, 4) AS INTEGER) OR NEW.date < (SELECT date FROM estimates WHERE id = (SELECT max(id) FROM estimates));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_presentable"}') WHERE NEW.authorized_net IS NOT
    (SELECT coalesce(sum(authorized_net), 0) FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_presentable"}')
    WHERE date(NEW.date) IS NOT NEW.date OR date(NEW.valid_until) IS NOT NEW.valid_until;
END;

CREATE TRIGGER estimates_120_whole_cents BEFORE INSERT ON estimates
WHEN typeof(ifnull(NEW.lines_net, 0) + ifnull(NEW.discount_amount, 0)
    + ifnull(NEW.net, 0) + ifnull(NEW.tax, 0) + ifnull(NEW.total, 0) + ifnull(NEW.authorized_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_whole_cents"}'); END;

CREATE TRIGGER estimates_210_append_only BEFORE UPDATE ON estimates
WHEN (NEW.id, NEW.service_ticket_id, NEW.year, NEW.sequence, NEW.at, NEW.date, NEW.valid_until, NEW.message, NEW.lines_net, NEW.discount_amount,
    NEW.net, NEW.tax, NEW.total, NEW.content) IS NOT (OLD.id, OLD.service_ticket_id, OLD.year, OLD.sequence, OLD.at, OLD.date, OLD.valid_until,
    OLD.message, OLD.lines_net, OLD.discount_amount, OLD.net, OLD.tax, OLD.total, OLD.content)
  OR ((NEW.customer_id <> OLD.customer_id OR NEW.authorized_net = OLD.authorized_net)
    AND (NEW.customer_id IS NOT (SELECT customer_id FROM service_tickets WHERE id = OLD.service_ticket_id)
      OR NOT EXISTS (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id)))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER estimates_220_authorized_by_customer BEFORE UPDATE OF authorized_net ON estimates
WHEN NEW.authorized_net <> OLD.authorized_net AND NEW.authorized_net IS NOT (SELECT authorized_net_after FROM authorizations WHERE estimate_id = OLD.id ORDER BY id DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER estimates_310_append_only BEFORE DELETE ON estimates
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER estimates_510_count_added AFTER INSERT ON estimates
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'estimates'; END;

CREATE TRIGGER estimates_520_count_removed AFTER DELETE ON estimates
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'estimates'; END;

CREATE TRIGGER estimates_610_presented AFTER INSERT ON estimates
BEGIN
  UPDATE daily_estimates SET presented = presented - 1, presented_net = presented_net - e.lines_net,
      approved = approved - (e.authorized_net > 0), approved_net = approved_net - e.authorized_net
    FROM (SELECT date, lines_net, authorized_net FROM estimates WHERE service_ticket_id = NEW.service_ticket_id AND id < NEW.id
      ORDER BY id DESC LIMIT 1) e WHERE daily_estimates.date = e.date;
  INSERT INTO daily_estimates (date, presented, presented_net, approved, approved_net)
  VALUES (NEW.date, 1, NEW.lines_net, NEW.authorized_net > 0, NEW.authorized_net)
  ON CONFLICT (date) DO UPDATE SET presented = presented + 1, presented_net = presented_net + excluded.presented_net,
    approved = approved + excluded.approved, approved_net = approved_net + excluded.approved_net;
END;

CREATE TRIGGER estimates_620_approved AFTER UPDATE OF authorized_net ON estimates
WHEN NEW.authorized_net <> OLD.authorized_net
BEGIN
  UPDATE daily_estimates SET approved = approved + (NEW.authorized_net > 0) - (OLD.authorized_net > 0),
      approved_net = approved_net + NEW.authorized_net - OLD.authorized_net WHERE date = NEW.date;
END;

CREATE TRIGGER idempotency_keys_110_of_live_sessions BEFORE INSERT ON idempotency_keys
WHEN NEW.session_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = NEW.session_id AND user_id = NEW.user_id AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'app:unauthenticated:{}'); END;

CREATE TRIGGER invoice_lines_110_as_posted BEFORE INSERT ON invoice_lines
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM invoice_lines))
  OR (NEW.document_kind = 'credit_note' AND max(NEW.net, NEW.quantity, NEW.discount, ifnull(NEW.cost, 0)) <= 0)
  OR EXISTS (SELECT 1 FROM invoice_lines WHERE invoice_id = NEW.invoice_id AND line_id = NEW.line_id)
  OR NOT EXISTS (SELECT 1 FROM (SELECT i.kind, i.date, i.content -> ('$.lines[' || (
        coalesce((SELECT id FROM invoice_lines WHERE invoice_id = i.credits_id AND line_id = NEW.line_id), (SELECT max(id) + 1 FROM invoice_lines), 1)
        - coalesce((SELECT id FROM invoice_lines WHERE invoice_id = coalesce(i.credits_id, i.id) ORDER BY line_id LIMIT 1),
          (SELECT max(id) + 1 FROM invoice_lines), 1)) || ']') AS line
      FROM invoices i WHERE i.id = NEW.invoice_id LIMIT 1)
    WHERE (kind, date, line ->> 'id', line ->> 'kind', line ->> 'description', line ->> 'mechanic_id', line ->> 'quantity',
      (line ->> 'net') - ifnull(line ->> 'share', 0),
      iif(kind = 'invoice', (line ->> 'discount_amount') + (line ->> 'share'), line ->> 'discount'), line ->> 'cost') IS
      (NEW.document_kind, NEW.date, NEW.line_id, NEW.kind, NEW.description, NEW.mechanic_id, NEW.quantity, NEW.net, NEW.discount, NEW.cost))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoice_lines_210_append_only BEFORE UPDATE ON invoice_lines
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoice_lines_310_append_only BEFORE DELETE ON invoice_lines
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoice_lines_520_count_removed AFTER DELETE ON invoice_lines
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'invoice_lines'; END;

CREATE TRIGGER invoice_taxes_110_as_posted BEFORE INSERT ON invoice_taxes
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM invoice_taxes))
  OR NEW.base <= 0
  OR EXISTS (SELECT 1 FROM invoice_taxes WHERE invoice_id = NEW.invoice_id AND position = NEW.position)
  OR NOT EXISTS (SELECT 1 FROM (SELECT kind, date, content -> ('$.taxes[' || NEW.position || ']') AS tax FROM invoices WHERE id = NEW.invoice_id)
    WHERE (kind, date, tax ->> 'name', tax ->> 'rate', tax ->> 'base', tax ->> 'amount') IS
      (NEW.document_kind, NEW.date, NEW.name, NEW.rate, NEW.base, NEW.amount))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoice_taxes_210_append_only BEFORE UPDATE ON invoice_taxes
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoice_taxes_310_append_only BEFORE DELETE ON invoice_taxes
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoice_taxes_510_count_added AFTER INSERT ON invoice_taxes
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'invoice_taxes'; END;

CREATE TRIGGER invoice_taxes_520_count_removed AFTER DELETE ON invoice_taxes
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'invoice_taxes'; END;

CREATE TRIGGER invoices_110_numbered BEFORE INSERT ON invoices
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM invoices))
    OR EXISTS (SELECT 1 FROM invoices WHERE kind = NEW.kind AND year = NEW.year AND sequence = NEW.sequence);
  SELECT RAISE(ABORT, 'app:document_too_large:{}') WHERE length(CAST(NEW.content AS BLOB)) > 1000000;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_numbered"}') WHERE NEW.sequence IS NOT 1 + max(
      coalesce((SELECT max(sequence) FROM invoices WHERE kind = NEW.kind AND year = NEW.year), 0),
      coalesce((SELECT max(last) FROM lost_numbers WHERE kind = NEW.kind AND year = NEW.year), 0))
    OR NEW.year IS NOT CAST(substr(NEW.date, 1, 4) AS INTEGER)
    OR NEW.date < (SELECT date FROM invoices WHERE kind = NEW.kind ORDER BY year DESC, sequence DESC LIMIT 1);
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_numbered"}') WHERE date(NEW.date) IS NOT NEW.date
    OR (NEW.kind = 'invoice' AND date(NEW.due_date) IS NOT NEW.due_date) OR date(NEW.supplied_on) IS NOT NEW.supplied_on
    OR NEW.date < date(NEW.at, '-1 day') OR (NEW.date > date(NEW.at, '+1 day')
      AND NEW.date IS NOT (SELECT date FROM invoices WHERE kind = NEW.kind ORDER BY year DESC, sequence DESC LIMIT 1));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_numbered"}')
    WHERE NEW.customer_id IS NOT (SELECT customer_id FROM service_tickets WHERE id = NEW.service_ticket_id);
END;

CREATE TRIGGER invoices_120_postable BEFORE INSERT ON invoices
WHEN NEW.kind = 'invoice'
BEGIN
  SELECT RAISE(ABORT, 'app:already_invoiced:' || json_object('invoice_id', i.id, 'number', i.number))
    FROM service_tickets t JOIN invoices i ON i.id = t.invoice_id WHERE t.id = NEW.service_ticket_id;
  SELECT RAISE(ABORT, 'app:not_postable:' || json_object('unmet', json_group_array(json(unmet))))
    FROM unmet_for_invoice WHERE service_ticket_id = NEW.service_ticket_id HAVING count(*) > 0;
  SELECT RAISE(ABORT, 'app:amount_too_large:{}') WHERE NEW.lines_net > 999999999;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_postable"}') FROM (SELECT
      json_group_array(json_array(value ->> 'id', value ->> 'words', value ->> 'net', value ->> 'quantity', value ->> 'discount_amount',
        value ->> 'unit_cost', value ->> 'mechanic_id') ORDER BY value ->> 'id') AS lines,
      sum(value ->> 'net') AS net, sum(value ->> 'share') AS share, sum(iif(value ->> 'kind' = 'labor', (value ->> 'net') - (value ->> 'share'), 0)) AS labor,
      sum(iif(value ->> 'kind' = 'part', (value ->> 'net') - (value ->> 'share'), 0)) AS part,
      sum(iif(value ->> 'kind' = 'sublet', (value ->> 'net') - (value ->> 'share'), 0)) AS sublet,
      sum(iif(value ->> 'kind' = 'fee', (value ->> 'net') - (value ->> 'share'), 0)) AS fee FROM json_each(NEW.content, '$.lines')) d
    WHERE (NEW.lines_net, NEW.discount_amount, NEW.labor, NEW.part, NEW.sublet, NEW.fee) IS NOT (d.net, d.share, d.labor, d.part, d.sublet, d.fee)
      OR d.lines IS NOT (SELECT json_group_array(json_array(l.id, l.words || '', l.net, l.quantity, l.discount_amount, l.unit_cost,
          iif(l.kind = 'labor', coalesce(l.mechanic_id, (SELECT mechanic_id FROM ticket_jobs WHERE id = l.job_id)), NULL)) ORDER BY l.id)
        FROM ticket_lines l WHERE l.service_ticket_id = NEW.service_ticket_id AND l.decision <> 'declined');
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_postable"}')
    WHERE NEW.tax IS NOT (SELECT coalesce(sum(value ->> 'amount'), 0) FROM json_each(NEW.content, '$.taxes'))
      OR NEW.vehicle_id IS NOT (SELECT vehicle_id FROM service_tickets WHERE id = NEW.service_ticket_id)
      OR NEW.credited <> 0 OR NEW.is_credited <> 0 OR NEW.paid <> 0;
END;

CREATE TRIGGER invoices_130_creditable BEFORE INSERT ON invoices
WHEN NEW.kind = 'credit_note'
BEGIN
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'invoice', 'id', NEW.credits_id)) WHERE NOT EXISTS
    (SELECT 1 FROM invoices WHERE id = NEW.credits_id AND kind = 'invoice' AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:credit_exceeds:{"left":0}') FROM invoices WHERE id = NEW.credits_id AND is_credited;
  SELECT RAISE(ABORT, 'app:credit_exceeds:' || json_object('line_id', l.value ->> 'id', 'left',
      ((l.value ->> 'net') - (l.value ->> 'share') - ifnull(p.content ->> ('$.lines[' || l.key || '].credited_net'), 0)) / 100.0))
    FROM invoices i JOIN json_each(i.content, '$.lines') l
    LEFT JOIN invoices p ON p.id = (SELECT max(id) FROM invoices WHERE credits_id = NEW.credits_id)
    WHERE i.id = NEW.credits_id AND NEW.content ->> ('$.lines[' || l.key || '].credited_net') > (l.value ->> 'net') - (l.value ->> 'share');
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_creditable"}')
    FROM invoices i JOIN json_each(i.content, '$.lines') l
    LEFT JOIN invoices p ON p.id = (SELECT max(id) FROM invoices WHERE credits_id = NEW.credits_id)
    WHERE i.id = NEW.credits_id AND (SELECT n ->> 'id' IS NOT l.value ->> 'id' OR n ->> 'kind' IS NOT l.value ->> 'kind'
        OR n ->> 'mechanic_id' IS NOT l.value ->> 'mechanic_id' OR (n ->> 'net' >= 0) IS NOT 1
        OR n ->> 'credited_net' IS NOT (n ->> 'net') + ifnull(o ->> 'credited_net', 0)
        OR n ->> 'credited_quantity' IS NOT (n ->> 'quantity') + ifnull(o ->> 'credited_quantity', 0)
        OR n ->> 'credited_discount' IS NOT (n ->> 'discount') + ifnull(o ->> 'credited_discount', 0)
        OR (l.value ->> 'cost' IS NOT NULL AND n ->> 'credited_cost' IS NOT (n ->> 'cost') + ifnull(o ->> 'credited_cost', 0))
        OR (l.value ->> 'cost' IS NULL AND n ->> 'cost' IS NOT NULL)
        OR min(n ->> 'quantity', n ->> 'discount', ifnull(n ->> 'cost', 0)) < 0
        OR (NEW.is_credited AND (n ->> 'credited_net', n ->> 'credited_quantity', n ->> 'credited_discount', n ->> 'credited_cost') IS NOT
          ((l.value ->> 'net') - (l.value ->> 'share'), l.value ->> 'quantity', (l.value ->> 'discount_amount') + (l.value ->> 'share'), l.value ->> 'cost'))
      FROM (SELECT NEW.content -> ('$.lines[' || l.key || ']') AS n, p.content -> ('$.lines[' || l.key || ']') AS o));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_creditable"}')
    FROM invoices i JOIN json_each(i.content, '$.taxes') x
    LEFT JOIN invoices p ON p.id = (SELECT max(id) FROM invoices WHERE credits_id = NEW.credits_id)
    WHERE i.id = NEW.credits_id AND (SELECT n ->> 'name' IS NOT x.value ->> 'name' OR n ->> 'rate' IS NOT x.value ->> 'rate'
        OR n ->> 'base' IS NOT (SELECT sum(m.value ->> 'net') FROM json_each(NEW.content, '$.lines') m
          WHERE EXISTS (SELECT 1 FROM json_each(m.value, '$.taxes') WHERE value = x.value ->> 'id'))
        OR n ->> 'credited_base' IS NOT (n ->> 'base') + ifnull(o ->> 'credited_base', 0)
        OR n ->> 'credited_amount' IS NOT (2 * (x.value ->> 'amount') * (n ->> 'credited_base') + (x.value ->> 'base')) / (2 * (x.value ->> 'base'))
        OR n ->> 'amount' IS NOT (n ->> 'credited_amount') - ifnull(o ->> 'credited_amount', 0)
      FROM (SELECT NEW.content -> ('$.taxes[' || x.key || ']') AS n, p.content -> ('$.taxes[' || x.key || ']') AS o));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_creditable"}') FROM invoices i WHERE i.id = NEW.credits_id AND (
      json_array_length(NEW.content, '$.lines') IS NOT json_array_length(i.content, '$.lines')
      OR json_array_length(NEW.content, '$.taxes') IS NOT json_array_length(i.content, '$.taxes')
      OR (NEW.net = 0 AND i.net > 0) OR NEW.discount_amount <> 0 OR NEW.vehicle_id IS NOT i.vehicle_id
      OR (NEW.net, NEW.labor, NEW.part, NEW.sublet, NEW.fee) IS NOT (SELECT sum(net), sum(iif(kind = 'labor', net, 0)), sum(iif(kind = 'part', net, 0)),
          sum(iif(kind = 'sublet', net, 0)), sum(iif(kind = 'fee', net, 0))
        FROM (SELECT value ->> 'kind' AS kind, value ->> 'net' AS net FROM json_each(NEW.content, '$.lines')))
      OR NEW.tax IS NOT (SELECT coalesce(sum(value ->> 'amount'), 0) FROM json_each(NEW.content, '$.taxes'))
      OR NEW.credited IS NOT i.credited + NEW.total
      OR NEW.is_credited IS NOT (i.net = (SELECT sum(value ->> 'credited_net') FROM json_each(NEW.content, '$.lines'))));
END;

CREATE TRIGGER invoices_210_append_only BEFORE UPDATE ON invoices
WHEN (NEW.id, NEW.kind, NEW.service_ticket_id, NEW.vehicle_id, NEW.credits_id, NEW.year, NEW.sequence, NEW.at, NEW.date, NEW.supplied_on, NEW.due_date,
    NEW.lines_net, NEW.discount_amount, NEW.net, NEW.tax, NEW.total, NEW.labor, NEW.part, NEW.sublet, NEW.fee, NEW.reason, NEW.text, NEW.staff_user_id,
    NEW.content) IS NOT (OLD.id, OLD.kind, OLD.service_ticket_id, OLD.vehicle_id, OLD.credits_id, OLD.year, OLD.sequence, OLD.at, OLD.date, OLD.supplied_on,
    OLD.due_date, OLD.lines_net, OLD.discount_amount, OLD.net, OLD.tax, OLD.total, OLD.labor, OLD.part, OLD.sublet, OLD.fee, OLD.reason, OLD.text,
    OLD.staff_user_id, OLD.content)
  OR ((NEW.customer_id <> OLD.customer_id OR (NEW.credited, NEW.is_credited, NEW.paid) IS (OLD.credited, OLD.is_credited, OLD.paid))
    AND (NEW.customer_id IS NOT (SELECT customer_id FROM service_tickets WHERE id = OLD.service_ticket_id)
      OR NOT EXISTS (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id)))
  OR ((NEW.credited, NEW.is_credited) IS NOT (OLD.credited, OLD.is_credited) AND (NEW.credited, NEW.is_credited) IS NOT
    (SELECT credited, is_credited FROM invoices WHERE credits_id = OLD.id ORDER BY id DESC LIMIT 1))
  OR (NEW.paid <> OLD.paid AND NEW.paid IS NOT (SELECT paid_after FROM payments WHERE invoice_id = OLD.id ORDER BY id DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoices_310_append_only BEFORE DELETE ON invoices
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER invoices_510_count_added AFTER INSERT ON invoices
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'invoices'; END;

CREATE TRIGGER invoices_520_count_removed AFTER DELETE ON invoices
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'invoices'; END;

CREATE TRIGGER invoices_530_sum_refundable AFTER UPDATE OF credited, paid ON invoices
WHEN NEW.refundable <> OLD.refundable
BEGIN UPDATE counters SET value = value + NEW.refundable - OLD.refundable WHERE name = 'refundable'; END;

CREATE TRIGGER invoices_610_bill_ticket AFTER INSERT ON invoices
BEGIN
  UPDATE service_tickets SET invoice_id = NEW.id, unbilled_net = NULL, version = version + 1, updated_at = NEW.at
    WHERE id = NEW.service_ticket_id AND NEW.kind = 'invoice';
  UPDATE invoices SET credited = NEW.credited, is_credited = NEW.is_credited WHERE id = NEW.credits_id;
  UPDATE service_tickets SET invoice_id = NULL, version = version + 1, updated_at = NEW.at
    WHERE id = NEW.service_ticket_id AND NEW.kind = 'credit_note' AND NEW.is_credited;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id)
    WHERE id = NEW.service_ticket_id AND NEW.kind = 'credit_note' AND NEW.is_credited;
END;

CREATE TRIGGER invoices_620_rows AFTER INSERT ON invoices
BEGIN
  INSERT INTO invoice_lines (invoice_id, line_id, document_kind, date, kind, description, mechanic_id, quantity, net, discount, cost)
  SELECT NEW.id, value ->> 'id', NEW.kind, NEW.date, value ->> 'kind', value ->> 'description', value ->> 'mechanic_id', value ->> 'quantity',
    (value ->> 'net') - ifnull(value ->> 'share', 0), iif(NEW.kind = 'invoice', (value ->> 'discount_amount') + (value ->> 'share'), value ->> 'discount'),
    value ->> 'cost'
  FROM json_each(NEW.content, '$.lines')
  WHERE NEW.kind = 'invoice' OR max(value ->> 'net', value ->> 'quantity', value ->> 'discount', ifnull(value ->> 'cost', 0)) > 0;
  UPDATE counters SET value = value + changes() WHERE name = 'invoice_lines';
  INSERT INTO invoice_taxes (invoice_id, position, document_kind, date, name, rate, base, amount)
  SELECT NEW.id, key, NEW.kind, NEW.date, value ->> 'name', value ->> 'rate', value ->> 'base', value ->> 'amount'
  FROM json_each(NEW.content, '$.taxes') WHERE (value ->> 'base') > 0;
END;

CREATE TRIGGER invoices_630_daily_sales AFTER INSERT ON invoices
BEGIN
  INSERT INTO daily_sales (date, invoices, cars, labor, part, sublet, fee, discounts, part_cost, sublet_cost, part_without_cost, sublet_without_cost,
    lines_without_cost, hours, tax)
  SELECT NEW.date, iif(sign = 1, 1, -NEW.is_credited), sign = 1 AND NEW.vehicle_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoices
      WHERE vehicle_id = NEW.vehicle_id AND kind = 'invoice' AND date = NEW.date AND id < NEW.id),
    sign * NEW.labor, sign * NEW.part, sign * NEW.sublet, sign * NEW.fee, sign * discounts, sign * part_cost, sign * sublet_cost,
    sign * part_without_cost, sign * sublet_without_cost, iif(sign = 1, lines_without_cost, 0), sign * hours, sign * NEW.tax
  FROM (SELECT iif(NEW.kind = 'invoice', 1, -1) AS sign, sum(discount) AS discounts,
      sum(iif(kind = 'part', ifnull(cost, 0), 0)) AS part_cost, sum(iif(kind = 'sublet', ifnull(cost, 0), 0)) AS sublet_cost,
      sum(iif(kind = 'part' AND cost IS NULL, net, 0)) AS part_without_cost, sum(iif(kind = 'sublet' AND cost IS NULL, net, 0)) AS sublet_without_cost,
      sum((kind = 'part' OR kind = 'sublet') AND cost IS NULL) AS lines_without_cost, sum(iif(kind = 'labor', quantity, 0)) AS hours
    FROM (SELECT value ->> 'kind' AS kind, value ->> 'cost' AS cost, value ->> 'quantity' AS quantity,
        (value ->> 'net') - ifnull(value ->> 'share', 0) AS net,
        iif(NEW.kind = 'invoice', (value ->> 'discount_amount') + (value ->> 'share'), value ->> 'discount') AS discount
      FROM json_each(NEW.content, '$.lines'))) WHERE true
  ON CONFLICT (date) DO UPDATE SET invoices = invoices + excluded.invoices, cars = cars + excluded.cars, labor = labor + excluded.labor,
    part = part + excluded.part, sublet = sublet + excluded.sublet, fee = fee + excluded.fee, discounts = discounts + excluded.discounts,
    part_cost = part_cost + excluded.part_cost, sublet_cost = sublet_cost + excluded.sublet_cost,
    part_without_cost = part_without_cost + excluded.part_without_cost, sublet_without_cost = sublet_without_cost + excluded.sublet_without_cost,
    lines_without_cost = lines_without_cost + excluded.lines_without_cost, hours = hours + excluded.hours, tax = tax + excluded.tax;
  INSERT INTO daily_taxes (date, name, rate, base, amount)
  SELECT NEW.date, value ->> 'name', value ->> 'rate', iif(NEW.kind = 'invoice', 1, -1) * sum(value ->> 'base'),
    iif(NEW.kind = 'invoice', 1, -1) * sum(value ->> 'amount')
  FROM json_each(NEW.content, '$.taxes') WHERE (value ->> 'base') > 0 GROUP BY 2, 3
  ON CONFLICT (date, name, rate) DO UPDATE SET base = base + excluded.base, amount = amount + excluded.amount;
END;

CREATE TRIGGER invoices_640_daily_mechanics AFTER INSERT ON invoices
BEGIN
  INSERT INTO daily_mechanics (date, mechanic_id, hours, labor, tickets, promised, on_time)
  SELECT NEW.date, m.id, sign * coalesce(sum(l.value ->> 'quantity'), 0),
    sign * coalesce(sum((l.value ->> 'net') - ifnull(l.value ->> 'share', 0)), 0),
    counts, counts * (promised_at IS NOT NULL), counts * ifnull(completed_at <= promised_at, 0)
  FROM (SELECT value ->> 'id' AS id, iif(NEW.kind = 'invoice', 1, -1) AS sign, iif(NEW.kind = 'invoice', 1, -NEW.is_credited) AS counts,
      NEW.content ->> '$.promised_at' AS promised_at, NEW.content ->> '$.completed_at' AS completed_at FROM json_each(NEW.content, '$.mechanics')) m
    LEFT JOIN json_each(NEW.content, '$.lines') l ON l.value ->> 'mechanic_id' = m.id
  WHERE true GROUP BY m.id
  ON CONFLICT (mechanic_id, date) DO UPDATE SET hours = hours + excluded.hours, labor = labor + excluded.labor, tickets = tickets + excluded.tickets,
    promised = promised + excluded.promised, on_time = on_time + excluded.on_time;
END;

CREATE TRIGGER invoices_650_due AFTER INSERT ON invoices
WHEN NEW.kind = 'invoice' AND NEW.total > 0
BEGIN
  INSERT INTO daily_due (due_date, invoices, balance) VALUES (NEW.due_date, 1, NEW.total)
  ON CONFLICT (due_date) DO UPDATE SET invoices = invoices + 1, balance = balance + excluded.balance;
END;

CREATE TRIGGER invoices_660_due_moved AFTER UPDATE OF credited, paid ON invoices
WHEN NEW.balance <> OLD.balance
BEGIN
  INSERT INTO daily_due (due_date, invoices, balance) VALUES (NEW.due_date, 0, 0) ON CONFLICT (due_date) DO NOTHING;
  UPDATE daily_due SET invoices = invoices + (NEW.balance > 0) - (OLD.balance > 0), balance = balance + NEW.balance - OLD.balance
    WHERE due_date = NEW.due_date;
  DELETE FROM daily_due WHERE due_date = NEW.due_date AND invoices = 0;
END;

CREATE TRIGGER invoices_670_customer_owes AFTER INSERT ON invoices
WHEN NEW.kind = 'invoice' AND NEW.total > 0
BEGIN
  INSERT INTO customer_balances (customer_id, invoices, balance, oldest_due) VALUES (NEW.customer_id, 1, NEW.total, NEW.due_date)
  ON CONFLICT (customer_id) DO UPDATE SET invoices = invoices + 1, balance = balance + excluded.balance,
    oldest_due = min(oldest_due, excluded.oldest_due);
END;

CREATE TRIGGER invoices_680_customer_owes_less AFTER UPDATE OF credited, paid ON invoices
WHEN NEW.customer_id = OLD.customer_id AND (NEW.balance <> OLD.balance OR NEW.refundable <> OLD.refundable)
BEGIN
  INSERT INTO customer_balances (customer_id) VALUES (NEW.customer_id) ON CONFLICT (customer_id) DO NOTHING;
  UPDATE customer_balances SET invoices = invoices + (NEW.balance > 0) - (OLD.balance > 0), balance = balance + NEW.balance - OLD.balance,
    refundable = refundable + NEW.refundable - OLD.refundable,
    oldest_due = ifnull((SELECT min(due_date) FROM invoices WHERE customer_id = NEW.customer_id AND balance > 0), '9999-12-31')
    WHERE customer_id = NEW.customer_id;
  DELETE FROM customer_balances WHERE customer_id = NEW.customer_id AND invoices = 0 AND refundable = 0;
END;

CREATE TRIGGER invoices_690_customers_are_one AFTER UPDATE OF customer_id ON invoices
WHEN NEW.customer_id <> OLD.customer_id AND (NEW.balance > 0 OR NEW.refundable > 0)
BEGIN
  INSERT INTO customer_balances (customer_id) VALUES (NEW.customer_id) ON CONFLICT (customer_id) DO NOTHING;
  UPDATE customer_balances SET invoices = invoices + (NEW.balance > 0), balance = balance + NEW.balance, refundable = refundable + NEW.refundable,
    oldest_due = min(oldest_due, iif(NEW.balance > 0, NEW.due_date, oldest_due)) WHERE customer_id = NEW.customer_id;
  UPDATE customer_balances SET invoices = invoices - (OLD.balance > 0), balance = balance - OLD.balance, refundable = refundable - OLD.refundable,
    oldest_due = ifnull((SELECT min(due_date) FROM invoices WHERE customer_id = OLD.customer_id AND balance > 0), '9999-12-31')
    WHERE customer_id = OLD.customer_id;
  DELETE FROM customer_balances WHERE customer_id = OLD.customer_id AND invoices = 0 AND refundable = 0;
END;

CREATE TRIGGER lost_numbers_110_after_the_last BEFORE INSERT ON lost_numbers
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM lost_numbers)) OR NEW.first IS NOT 1 + max(
  coalesce((SELECT max(sequence) FROM invoices WHERE kind = NEW.kind AND year = NEW.year), 0),
  coalesce((SELECT max(last) FROM lost_numbers WHERE kind = NEW.kind AND year = NEW.year), 0))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER lost_numbers_210_append_only BEFORE UPDATE ON lost_numbers
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER lost_numbers_310_append_only BEFORE DELETE ON lost_numbers
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER mails_110_ids_once AFTER INSERT ON mails
WHEN NEW.id <= (SELECT last FROM lost_ids WHERE name = 'mails')
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mails_ids_once"}'); END;

CREATE TRIGGER mails_210_sent_once BEFORE UPDATE ON mails
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.recipient <> OLD.recipient OR NEW.attempts < OLD.attempts
  OR NEW.service_ticket_id IS NOT OLD.service_ticket_id OR NEW.estimate_id IS NOT OLD.estimate_id OR NEW.invoice_id IS NOT OLD.invoice_id
  OR NEW.payment_id IS NOT OLD.payment_id OR NEW.share_link_id IS NOT OLD.share_link_id OR NEW.starts_at IS NOT OLD.starts_at OR NEW.message IS NOT OLD.message
  OR (OLD.state <> 'queued' AND NEW.state <> OLD.state AND NOT (OLD.state = 'sent' AND NEW.state = 'bounced'))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"mails_sent_once"}'); END;

CREATE TRIGGER mails_610_highest_remembered AFTER DELETE ON mails
WHEN OLD.id > coalesce((SELECT max(id) FROM mails), 0)
BEGIN
  INSERT INTO lost_ids (name, last) VALUES ('mails', OLD.id) ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last);
END;

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

CREATE TRIGGER mechanics_710_found AFTER INSERT ON mechanics
BEGIN
  INSERT INTO mechanics_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER mechanics_720_found_by_changes AFTER UPDATE OF search_terms, email ON mechanics
WHEN NEW.search_terms <> OLD.search_terms OR NEW.email <> OLD.email
BEGIN
  REPLACE INTO mechanics_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', group_concat(value, ' '), NEW.email) FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER mechanics_730_not_found AFTER DELETE ON mechanics
BEGIN DELETE FROM mechanics_search WHERE rowid = OLD.id; END;

CREATE TRIGGER parts_110_not_replaced BEFORE INSERT ON parts
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM parts WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_not_replaced"}'); END;

CREATE TRIGGER parts_120_start_empty BEFORE INSERT ON parts
WHEN NEW.quantity <> 0 OR (NEW.id > 0 AND EXISTS (SELECT 1 FROM stock_movements WHERE inventory_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_start_empty"}'); END;

CREATE TRIGGER parts_130_number_taken BEFORE INSERT ON parts
WHEN EXISTS (SELECT 1 FROM parts WHERE part_number_key = NEW.part_number_key)
BEGIN
  SELECT RAISE(ABORT, 'app:part_number_taken:' || json_object('inventory_id', id)) FROM parts WHERE part_number_key = NEW.part_number_key;
END;

CREATE TRIGGER parts_140_whole_cents BEFORE INSERT ON parts
WHEN typeof(ifnull(NEW.price, 0) + ifnull(NEW.cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_whole_cents"}'); END;

CREATE TRIGGER parts_210_keep_identity AFTER UPDATE ON parts
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_keep_identity"}'); END;

CREATE TRIGGER parts_220_quantity_from_ledger AFTER UPDATE OF quantity ON parts
WHEN NEW.quantity IS NOT coalesce((SELECT balance FROM stock_movements WHERE inventory_id = NEW.id ORDER BY id DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_quantity_from_ledger"}'); END;

CREATE TRIGGER parts_230_number_taken_by_update BEFORE UPDATE OF part_number_key ON parts
WHEN EXISTS (SELECT 1 FROM parts WHERE part_number_key = NEW.part_number_key AND id <> OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'app:part_number_taken:' || json_object('inventory_id', id)) FROM parts WHERE part_number_key = NEW.part_number_key;
END;

CREATE TRIGGER parts_240_unit_fits_lines AFTER UPDATE OF unit ON parts
WHEN NEW.unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll')
  AND (EXISTS (SELECT 1 FROM ticket_parts WHERE inventory_id = NEW.id AND quantity % 1000 <> 0)
    OR EXISTS (SELECT 1 FROM ticket_lines WHERE inventory_id = NEW.id AND quantity % 1000 <> 0)
    OR EXISTS (SELECT 1 FROM service_package_lines WHERE inventory_id = NEW.id AND quantity % 1000 <> 0))
BEGIN SELECT RAISE(ABORT, 'app:whole_units_only:{}'); END;

CREATE TRIGGER parts_250_still_whole_cents AFTER UPDATE OF price, cost ON parts
WHEN typeof(ifnull(NEW.price, 0) + ifnull(NEW.cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"parts_still_whole_cents"}'); END;

CREATE TRIGGER parts_310_on_tickets_stay BEFORE DELETE ON parts
WHEN EXISTS (SELECT 1 FROM ticket_parts WHERE inventory_id = OLD.id) OR EXISTS (SELECT 1 FROM ticket_lines WHERE inventory_id = OLD.id)
  OR EXISTS (SELECT 1 FROM service_package_lines WHERE inventory_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:part_in_use:{}'); END;

CREATE TRIGGER parts_510_count_added AFTER INSERT ON parts
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'inventory'; END;

CREATE TRIGGER parts_520_count_removed AFTER DELETE ON parts
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'inventory'; END;

CREATE TRIGGER parts_710_found AFTER INSERT ON parts
BEGIN INSERT INTO parts_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms); END;

CREATE TRIGGER parts_720_found_by_changes AFTER UPDATE OF search_terms ON parts
WHEN NEW.search_terms <> OLD.search_terms
BEGIN REPLACE INTO parts_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms); END;

CREATE TRIGGER parts_730_not_found AFTER DELETE ON parts
BEGIN DELETE FROM parts_search WHERE rowid = OLD.id; END;

CREATE TRIGGER parts_beyond_lines_610_automatic_line INSTEAD OF INSERT ON parts_beyond_lines
BEGIN
  DELETE FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id AND automatic = 1
    AND (NEW.quantity <= 0 OR (NEW.quantity * NEW.unit_price + 500) / 1000 > 999999999);
  INSERT INTO ticket_lines (service_ticket_id, kind, description, inventory_id, part_number, condition, quantity, unit_price, unit_cost, automatic)
  SELECT NEW.service_ticket_id, 'part', p.name, p.id, p.part_number, 'new', NEW.quantity, NEW.unit_price, NEW.unit_cost, 1
  FROM parts p WHERE p.id = NEW.inventory_id AND NEW.quantity > 0 AND (NEW.quantity * NEW.unit_price + 500) / 1000 <= 999999999
  ON CONFLICT (service_ticket_id, inventory_id) WHERE automatic = 1 DO UPDATE SET quantity = excluded.quantity WHERE quantity <> excluded.quantity;
END;

CREATE TRIGGER payments_110_recordable BEFORE INSERT ON payments
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM payments);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'invoice', 'id', NEW.invoice_id))
    WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE id = NEW.invoice_id AND kind = 'invoice');
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"payments_recordable"}') FROM (SELECT r.* FROM (SELECT 1) LEFT JOIN payments r ON r.id = NEW.reverses_id)
    WHERE NEW.kind = 'reversal' AND (id IS NULL OR kind = 'reversal' OR (invoice_id, method, amount, -effect) IS NOT
      (NEW.invoice_id, NEW.method, NEW.amount, NEW.effect) OR NEW.reference IS NOT NULL);
  SELECT RAISE(ABORT, 'app:already_reversed:' || json_object('payment_id', id)) FROM payments WHERE reverses_id = NEW.reverses_id;
  SELECT RAISE(ABORT, 'app:reference_taken:' || json_object('payment_id', p.id)) FROM payments p
    WHERE p.reference = NEW.reference COLLATE NOCASE AND p.method = NEW.method AND p.kind = NEW.kind
      AND NOT EXISTS (SELECT 1 FROM payments r WHERE r.reverses_id = p.id);
  SELECT RAISE(ABORT, 'app:overpaid:' || json_object('balance', balance / 100.0)) FROM invoices
    WHERE id = NEW.invoice_id AND NEW.kind = 'payment' AND NEW.amount > balance;
  SELECT RAISE(ABORT, 'app:nothing_to_refund:' || json_object('refundable', refundable / 100.0)) FROM invoices
    WHERE id = NEW.invoice_id AND NEW.kind = 'refund' AND NEW.amount > refundable;
  SELECT RAISE(ABORT, iif(NEW.effect < 0, 'app:payment_refunded:{}', 'app:overpaid:' || json_object('balance', balance / 100.0))) FROM invoices
    WHERE id = NEW.invoice_id AND NEW.kind = 'reversal' AND paid + NEW.effect NOT BETWEEN 0 AND total;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"payments_recordable"}') FROM invoices
    WHERE id = NEW.invoice_id AND NEW.paid_after IS NOT paid + NEW.effect;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"payments_recordable"}')
    WHERE date(NEW.received_on) IS NOT NEW.received_on OR NEW.received_on > date(NEW.created_at, '+1 day');
END;

CREATE TRIGGER payments_210_append_only BEFORE UPDATE ON payments
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER payments_310_append_only BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER payments_510_count_added AFTER INSERT ON payments
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'payments'; END;

CREATE TRIGGER payments_520_count_removed AFTER DELETE ON payments
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'payments'; END;

CREATE TRIGGER payments_610_pay_invoice AFTER INSERT ON payments
BEGIN
  UPDATE invoices SET paid = NEW.paid_after WHERE id = NEW.invoice_id;
  INSERT INTO daily_payments (date, cash_amount, card_amount, check_amount, bank_transfer_amount, other_amount,
    cash_entries, card_entries, check_entries, bank_transfer_entries, other_entries)
  VALUES (NEW.received_on, NEW.effect * (NEW.method = 'cash'), NEW.effect * (NEW.method = 'card'), NEW.effect * (NEW.method = 'check'),
    NEW.effect * (NEW.method = 'bank_transfer'), NEW.effect * (NEW.method = 'other'),
    NEW.method = 'cash', NEW.method = 'card', NEW.method = 'check', NEW.method = 'bank_transfer', NEW.method = 'other')
  ON CONFLICT (date) DO UPDATE SET cash_amount = cash_amount + excluded.cash_amount,
    card_amount = card_amount + excluded.card_amount,
    check_amount = check_amount + excluded.check_amount,
    bank_transfer_amount = bank_transfer_amount + excluded.bank_transfer_amount,
    other_amount = other_amount + excluded.other_amount,
    cash_entries = cash_entries + excluded.cash_entries,
    card_entries = card_entries + excluded.card_entries,
    check_entries = check_entries + excluded.check_entries,
    bank_transfer_entries = bank_transfer_entries + excluded.bank_transfer_entries,
    other_entries = other_entries + excluded.other_entries;
END;

CREATE TRIGGER recovery_codes_210_used_once BEFORE UPDATE ON recovery_codes
WHEN NEW.user_id <> OLD.user_id OR NEW.hash <> OLD.hash OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"recovery_codes_used_once"}'); END;

CREATE TRIGGER refresh_tokens_110_not_replaced BEFORE INSERT ON refresh_tokens
WHEN EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"refresh_tokens_not_replaced"}'); END;

CREATE TRIGGER refresh_tokens_210_stay_used BEFORE UPDATE ON refresh_tokens
WHEN NEW.hash <> OLD.hash OR NEW.session_id <> OLD.session_id OR OLD.used_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"refresh_tokens_stay_used"}'); END;

CREATE TRIGGER second_factors_210_steps_rise BEFORE UPDATE ON second_factors
WHEN NEW.user_id <> OLD.user_id OR (NEW.secret = OLD.secret AND NEW.last_step < OLD.last_step)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"second_factors_steps_rise"}'); END;

CREATE TRIGGER service_package_lines_110_not_replaced BEFORE INSERT ON service_package_lines
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_package_lines WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_not_replaced"}'); END;

CREATE TRIGGER service_package_lines_120_name_what_is_there BEFORE INSERT ON service_package_lines
WHEN NEW.inventory_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id)); END;

CREATE TRIGGER service_package_lines_130_whole_units BEFORE INSERT ON service_package_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.quantity % 1000 <> 0
BEGIN
  SELECT RAISE(ABORT, 'app:whole_units_only:{}') FROM parts WHERE id = NEW.inventory_id
    AND unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll');
END;

CREATE TRIGGER service_package_lines_140_amount_fits BEFORE INSERT ON service_package_lines
WHEN coalesce(NEW.flat_amount, (NEW.quantity * NEW.unit_price + 500) / 1000) > 999999999
BEGIN SELECT RAISE(ABORT, 'app:amount_too_large:{}'); END;

CREATE TRIGGER service_package_lines_150_discount_fits BEFORE INSERT ON service_package_lines
WHEN NEW.discount_value > coalesce(NEW.flat_amount, (NEW.quantity * NEW.unit_price + 500) / 1000)
BEGIN SELECT RAISE(ABORT, 'app:discount_too_large:{}'); END;

CREATE TRIGGER service_package_lines_160_fields_of_kind BEFORE INSERT ON service_package_lines
WHEN NOT ((NEW.kind = 'part') = (NEW.condition IS NOT NULL) AND (NEW.kind = 'fee') = (NEW.fee_kind IS NOT NULL)
  AND (NEW.kind = 'part' OR (NEW.inventory_id IS NULL AND NEW.part_number IS NULL)) AND (NEW.kind = 'sublet' OR NEW.provider IS NULL)
  AND (NEW.kind IN ('part', 'sublet') OR NEW.unit_cost IS NULL) AND (NEW.condition IS NOT 'customer_supplied' OR NEW.inventory_id IS NULL)
  AND (NEW.description IS NOT NULL OR NEW.inventory_id IS NOT NULL)
  AND (NEW.unit_price IS NOT NULL OR NEW.flat_amount IS NOT NULL OR NEW.kind = 'labor' OR NEW.inventory_id IS NOT NULL)
  AND min(ifnull(NEW.unit_price, 0), ifnull(NEW.flat_amount, 0), ifnull(NEW.unit_cost, 0), ifnull(NEW.discount_value, 0)) >= 0
  AND ifnull(NEW.discount_percent, 0) BETWEEN 0 AND 1000000 AND max(ifnull(NEW.unit_price, 0), ifnull(NEW.unit_cost, 0)) <= 999999999)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_fields_of_kind"}'); END;

CREATE TRIGGER service_package_lines_170_not_too_many BEFORE INSERT ON service_package_lines
WHEN (SELECT count(*) FROM service_package_lines WHERE service_package_id = NEW.service_package_id) >= 50
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_not_too_many"}'); END;

CREATE TRIGGER service_package_lines_180_whole_cents BEFORE INSERT ON service_package_lines
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.flat_amount, 0) + ifnull(NEW.unit_cost, 0) + ifnull(NEW.discount_value, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_whole_cents"}'); END;

CREATE TRIGGER service_package_lines_210_never_change BEFORE UPDATE ON service_package_lines
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_package_lines_never_change"}'); END;

CREATE TRIGGER service_packages_110_not_replaced BEFORE INSERT ON service_packages
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_packages WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_packages_not_replaced"}'); END;

CREATE TRIGGER service_packages_210_keep_identity AFTER UPDATE ON service_packages
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_packages_keep_identity"}'); END;

CREATE TRIGGER service_packages_510_count_added AFTER INSERT ON service_packages
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'service_packages'; END;

CREATE TRIGGER service_packages_520_count_removed AFTER DELETE ON service_packages
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'service_packages'; END;

CREATE TRIGGER service_packages_710_found AFTER INSERT ON service_packages
BEGIN
  INSERT INTO service_packages_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER service_packages_720_found_by_changes AFTER UPDATE OF search_terms ON service_packages
WHEN NEW.search_terms <> OLD.search_terms
BEGIN
  REPLACE INTO service_packages_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER service_packages_730_not_found AFTER DELETE ON service_packages
BEGIN DELETE FROM service_packages_search WHERE rowid = OLD.id; END;

CREATE TRIGGER service_tickets_110_not_replaced BEFORE INSERT ON service_tickets
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_not_replaced"}'); END;

CREATE TRIGGER service_tickets_120_start_open BEFORE INSERT ON service_tickets
WHEN NEW.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', NULL, 'to', NEW.status)); END;

CREATE TRIGGER service_tickets_130_start_without_past BEFORE INSERT ON service_tickets
WHEN NEW.parts_total <> 0 OR NEW.completed_at IS NOT NULL OR NEW.closed_at IS NOT NULL OR NEW.invoice_id IS NOT NULL OR NEW.unbilled_net IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_start_without_past"}'); END;

CREATE TRIGGER service_tickets_140_mileage_out BEFORE INSERT ON service_tickets
WHEN NEW.mileage_out < NEW.mileage
BEGIN SELECT RAISE(ABORT, 'app:mileage_out_too_low:' || json_object('mileage', NEW.mileage)); END;

CREATE TRIGGER service_tickets_150_whole_cents BEFORE INSERT ON service_tickets
WHEN typeof(ifnull(NEW.parts_total, 0) + ifnull(NEW.lines_gross, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.unbilled_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_whole_cents"}'); END;

CREATE TRIGGER service_tickets_210_keep_identity AFTER UPDATE ON service_tickets
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_identity"}'); END;

CREATE TRIGGER service_tickets_220_legal_steps BEFORE UPDATE OF status ON service_tickets
WHEN (OLD.status || '>' || NEW.status IN ('open>in_progress', 'in_progress>completed', 'completed>closed',
  'in_progress>open', 'completed>in_progress', 'open>cancelled', 'in_progress>cancelled', 'closed>open', 'cancelled>open')) IS NOT TRUE
BEGIN SELECT RAISE(ABORT, 'app:illegal_status:' || json_object('from', OLD.status, 'to', NEW.status)); END;

CREATE TRIGGER service_tickets_225_start_authorized BEFORE UPDATE OF status ON service_tickets
WHEN OLD.status = 'open' AND NEW.status = 'in_progress' AND EXISTS (SELECT 1 FROM shop WHERE authorization = 'work')
BEGIN
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', l.description)) FROM ticket_lines l
    LEFT JOIN ticket_jobs j ON j.id = l.job_id
    WHERE l.service_ticket_id = NEW.id AND (l.decision = 'open' OR (l.net > l.authorized_net AND j.by_line IS NOT 0));
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', j.title)) FROM ticket_jobs j
    WHERE j.service_ticket_id = NEW.id AND j.by_line = 0 AND (SELECT sum(net - authorized_net) > 0 FROM ticket_lines WHERE job_id = j.id);
END;

CREATE TRIGGER service_tickets_227_invoiced BEFORE UPDATE OF status ON service_tickets
WHEN OLD.invoice_id IS NOT NULL AND NEW.status NOT IN ('completed', 'closed')
BEGIN SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', OLD.invoice_id)); END;

CREATE TRIGGER service_tickets_230_keep_dates AFTER UPDATE OF completed_at, closed_at ON service_tickets
WHEN NEW.status = OLD.status AND ((NEW.completed_at IS NULL) = (NEW.status IN ('completed', 'closed'))
  OR (NEW.closed_at IS NULL) = (NEW.status = 'closed') OR NEW.completed_at <> OLD.completed_at OR NEW.closed_at <> OLD.closed_at)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_dates"}'); END;

CREATE TRIGGER service_tickets_240_closed BEFORE UPDATE OF service_desc, service_date, scheduled_start, scheduled_end, mileage, notes,
  internal_notes, mileage_out, promised_at, po_number, discount_percent, discount_value, discount_reason, created_at ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled') AND (NEW.status <> 'open' OR NEW.service_desc <> OLD.service_desc
  OR NEW.service_date <> OLD.service_date OR NEW.mileage IS NOT OLD.mileage OR NEW.notes IS NOT OLD.notes
  OR NEW.internal_notes IS NOT OLD.internal_notes OR NEW.mileage_out IS NOT OLD.mileage_out
  OR NEW.promised_at IS NOT OLD.promised_at OR NEW.po_number IS NOT OLD.po_number OR NEW.discount_percent IS NOT OLD.discount_percent
  OR NEW.discount_value IS NOT OLD.discount_value OR NEW.discount_reason IS NOT OLD.discount_reason OR NEW.created_at <> OLD.created_at)
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

CREATE TRIGGER service_tickets_250_total_closed AFTER UPDATE OF parts_total ON service_tickets
WHEN OLD.status = 'closed' OR (OLD.status = 'cancelled' AND NEW.parts_total IS NOT
  (SELECT coalesce(sum((quantity * unit_price + 500) / 1000), 0) FROM ticket_parts WHERE service_ticket_id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

CREATE TRIGGER service_tickets_260_keep_whose BEFORE UPDATE OF customer_id, vehicle_id ON service_tickets
WHEN OLD.status IN ('closed', 'cancelled')
  AND ((NEW.customer_id <> OLD.customer_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
    OR (NEW.vehicle_id IS NOT OLD.vehicle_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'vehicle' AND id = OLD.vehicle_id AND into_id = NEW.vehicle_id)))
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

CREATE TRIGGER service_tickets_265_keep_whose_estimate BEFORE UPDATE OF customer_id, vehicle_id ON service_tickets
WHEN EXISTS (SELECT 1 FROM estimates WHERE service_ticket_id = OLD.id)
  AND ((NEW.customer_id <> OLD.customer_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
    OR (NEW.vehicle_id IS NOT OLD.vehicle_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'vehicle' AND id = OLD.vehicle_id AND into_id = NEW.vehicle_id)))
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_estimates:{}'); END;

CREATE TRIGGER service_tickets_267_keep_whose_invoice BEFORE UPDATE OF customer_id, vehicle_id ON service_tickets
WHEN EXISTS (SELECT 1 FROM invoices WHERE service_ticket_id = OLD.id)
  AND ((NEW.customer_id <> OLD.customer_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
    OR (NEW.vehicle_id IS NOT OLD.vehicle_id AND NOT EXISTS
      (SELECT 1 FROM merged_records WHERE entity = 'vehicle' AND id = OLD.vehicle_id AND into_id = NEW.vehicle_id)))
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_invoices:{}'); END;

CREATE TRIGGER service_tickets_270_keep_words AFTER UPDATE OF closed_words ON service_tickets
WHEN (NEW.closed_words IS NOT OLD.closed_words AND (NEW.closed_words IS NOT NULL) = (OLD.closed_words IS NOT NULL)
    AND NOT (json_remove(NEW.closed_words, '$.customer') IS json_remove(OLD.closed_words, '$.customer')
      AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.customer_id AND erased_at IS NOT NULL AND name = NEW.closed_words ->> 'customer')))
  OR (NEW.closed_words IS NULL) = (NEW.status = 'closed')
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_keep_words"}'); END;

CREATE TRIGGER service_tickets_280_discount_known AFTER UPDATE OF discount_percent, discount_value, discount_reason ON service_tickets
WHEN (NEW.discount_percent IS NOT NULL AND NEW.discount_value IS NOT NULL)
  OR (NEW.discount_reason IS NULL) <> (coalesce(NEW.discount_percent, NEW.discount_value) IS NULL)
  OR NEW.discount_percent NOT BETWEEN 0 AND 1000000 OR NEW.discount_value NOT BETWEEN 0 AND 999999999
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_discount_known"}'); END;

CREATE TRIGGER service_tickets_289_still_whole_cents AFTER UPDATE OF parts_total, lines_gross, discount_value, unbilled_net ON service_tickets
WHEN typeof(ifnull(NEW.parts_total, 0) + ifnull(NEW.lines_gross, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.unbilled_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_still_whole_cents"}'); END;

CREATE TRIGGER service_tickets_290_lines_within_bounds AFTER UPDATE OF lines_gross, lines_count ON service_tickets
WHEN NEW.lines_gross > 999999999 OR NEW.lines_count > 300
BEGIN SELECT RAISE(ABORT, iif(NEW.lines_count > 300, 'app:too_many_lines:{}', 'app:amount_too_large:{}')); END;

CREATE TRIGGER service_tickets_293_invoiced AFTER UPDATE OF parts_total, lines_gross, lines_count, discount_percent, discount_value, discount_reason
  ON service_tickets
WHEN OLD.invoice_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', OLD.invoice_id)); END;

CREATE TRIGGER service_tickets_295_invoice_of_ledger AFTER UPDATE OF invoice_id ON service_tickets
WHEN NEW.invoice_id IS NOT (SELECT iif(is_credited, NULL, id) FROM invoices
  WHERE service_ticket_id = NEW.id AND kind = 'invoice' ORDER BY id DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_invoice_of_ledger"}'); END;

CREATE TRIGGER service_tickets_297_unbilled_from_lines AFTER UPDATE OF unbilled_net ON service_tickets
WHEN NEW.unbilled_net IS NOT OLD.unbilled_net AND NEW.unbilled_net IS NOT (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"service_tickets_unbilled_from_lines"}'); END;

CREATE TRIGGER service_tickets_299_mileage_out AFTER UPDATE OF mileage, mileage_out ON service_tickets
WHEN NEW.mileage_out < NEW.mileage
BEGIN SELECT RAISE(ABORT, 'app:mileage_out_too_low:' || json_object('mileage', NEW.mileage)); END;

CREATE TRIGGER service_tickets_310_closed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'closed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_closed:{}'); END;

CREATE TRIGGER service_tickets_320_completed_stay BEFORE DELETE ON service_tickets
WHEN OLD.status = 'completed'
BEGIN SELECT RAISE(ABORT, 'app:ticket_completed:{}'); END;

CREATE TRIGGER service_tickets_330_estimates_stay BEFORE DELETE ON service_tickets
WHEN OLD.status NOT IN ('closed', 'completed') AND EXISTS (SELECT 1 FROM estimates WHERE service_ticket_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_estimates:{}'); END;

CREATE TRIGGER service_tickets_340_invoices_stay BEFORE DELETE ON service_tickets
WHEN OLD.status NOT IN ('closed', 'completed') AND EXISTS (SELECT 1 FROM invoices WHERE service_ticket_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'app:ticket_has_invoices:{}'); END;

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

CREATE TRIGGER service_tickets_525_count_moved AFTER UPDATE OF customer_id ON service_tickets
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
  UPDATE customers SET ticket_count = ticket_count - 1 WHERE id = OLD.customer_id;
  UPDATE customers SET ticket_count = ticket_count + 1 WHERE id = NEW.customer_id;
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'customer', 'id', NEW.customer_id)) WHERE changes() = 0;
END;

CREATE TRIGGER service_tickets_530_completed_count_moved AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status IN ('completed', 'closed')) <> (NEW.status IN ('completed', 'closed'))
BEGIN
  UPDATE mechanics SET completed_count = completed_count + iif(NEW.status IN ('completed', 'closed'), 1, -1)
    WHERE id IN (SELECT mechanic_id FROM assignments WHERE service_ticket_id = NEW.id);
END;

CREATE TRIGGER service_tickets_535_sum_unbilled AFTER UPDATE OF unbilled_net ON service_tickets
WHEN NEW.unbilled_net IS NOT OLD.unbilled_net
BEGIN
  UPDATE counters SET value = value + iif(name = 'unbilled', (ifnull(NEW.unbilled_net, 0) > 0) - (ifnull(OLD.unbilled_net, 0) > 0),
    ifnull(NEW.unbilled_net, 0) - ifnull(OLD.unbilled_net, 0)) WHERE name = 'unbilled' OR name = 'unbilled_net';
END;

CREATE TRIGGER service_tickets_610_stamp_dates AFTER UPDATE OF status ON service_tickets
BEGIN
  UPDATE service_tickets SET
    completed_at = iif(NEW.status = 'completed', w.at, iif(NEW.status = 'closed', OLD.completed_at, NULL)),
    closed_at = iif(NEW.status = 'closed', w.at, NULL),
    unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.id)
  FROM (SELECT coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) AS at) w
  WHERE id = NEW.id;
END;

CREATE TRIGGER service_tickets_620_hold_parts AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status = 'cancelled') <> (NEW.status = 'cancelled')
BEGIN UPDATE ticket_parts SET held = NEW.status <> 'cancelled' WHERE service_ticket_id = NEW.id; END;

CREATE TRIGGER service_tickets_630_move_bookings AFTER UPDATE OF status, scheduled_start, scheduled_end, completed_at ON service_tickets
BEGIN
  UPDATE assignments SET (starts_at, ends_at) = (SELECT starts_at, ends_at FROM booked_times WHERE id = NEW.id)
  WHERE service_ticket_id = NEW.id;
END;

CREATE TRIGGER service_tickets_640_cascade_delete AFTER DELETE ON service_tickets
BEGIN
  DELETE FROM ticket_parts WHERE service_ticket_id = OLD.id;
  DELETE FROM ticket_lines WHERE service_ticket_id = OLD.id;
  DELETE FROM ticket_jobs WHERE service_ticket_id = OLD.id;
  DELETE FROM assignments WHERE service_ticket_id = OLD.id;
END;

CREATE TRIGGER service_tickets_650_write_down_words AFTER UPDATE OF status ON service_tickets
WHEN (OLD.status = 'closed') <> (NEW.status = 'closed')
BEGIN
  UPDATE service_tickets SET closed_words = iif(NEW.status <> 'closed', NULL, json_object(
    'VIN', (SELECT vin FROM vehicles WHERE id = NEW.vehicle_id), 'customer', (SELECT name FROM customers WHERE id = NEW.customer_id),
    'mechanics', json((SELECT json_group_object(m.id, m.name) FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
      WHERE a.service_ticket_id = NEW.id)),
    'parts', json((SELECT json_group_object(p.id, json_object('name', p.name, 'part_number', p.part_number)) FROM ticket_parts l
      JOIN parts p ON p.id = l.inventory_id WHERE l.service_ticket_id = NEW.id))))
  WHERE id = NEW.id;
END;

CREATE TRIGGER service_tickets_660_mileage_read AFTER INSERT ON service_tickets
WHEN NEW.mileage IS NOT NULL AND NEW.vehicle_id IS NOT NULL
BEGIN
  UPDATE vehicles SET mileage = NEW.mileage, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.vehicle_id AND (mileage IS NULL OR mileage < NEW.mileage);
END;

CREATE TRIGGER service_tickets_670_mileage_corrected AFTER UPDATE OF mileage, vehicle_id ON service_tickets
WHEN NEW.mileage IS NOT OLD.mileage OR NEW.vehicle_id IS NOT OLD.vehicle_id
BEGIN
  UPDATE vehicles SET version = version + 1, updated_at = NEW.updated_at, mileage = nullif(max(coalesce(stated_mileage, -1),
      coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1)), -1)
    WHERE id = OLD.vehicle_id AND mileage = OLD.mileage AND mileage > coalesce(stated_mileage, -1)
      AND mileage > coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1);
  UPDATE vehicles SET mileage = NEW.mileage, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.vehicle_id AND (mileage IS NULL OR mileage < NEW.mileage);
END;

CREATE TRIGGER service_tickets_680_mileage_removed AFTER DELETE ON service_tickets
WHEN OLD.mileage IS NOT NULL AND OLD.vehicle_id IS NOT NULL
BEGIN
  UPDATE vehicles SET version = version + 1,
    updated_at = coalesce((SELECT at FROM idempotency_keys WHERE open = 1), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), mileage = nullif(max(coalesce(stated_mileage, -1),
      coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1)), -1)
    WHERE id = OLD.vehicle_id AND mileage = OLD.mileage AND mileage > coalesce(stated_mileage, -1)
      AND mileage > coalesce((SELECT max(mileage) FROM service_tickets WHERE vehicle_id = vehicles.id), -1);
END;

CREATE TRIGGER service_tickets_690_open_lines AFTER UPDATE OF status ON service_tickets
WHEN NEW.status = 'cancelled' AND OLD.status <> 'cancelled'
BEGIN UPDATE ticket_lines SET decision = 'open', authorized_net = NULL WHERE service_ticket_id = NEW.id AND decision <> 'open'; END;

CREATE TRIGGER service_tickets_695_move_documents AFTER UPDATE OF customer_id ON service_tickets
WHEN NEW.customer_id <> OLD.customer_id
BEGIN
  UPDATE estimates SET customer_id = NEW.customer_id WHERE service_ticket_id = NEW.id;
  UPDATE invoices SET customer_id = NEW.customer_id WHERE service_ticket_id = NEW.id;
END;

CREATE TRIGGER service_tickets_710_found AFTER INSERT ON service_tickets
BEGIN
  INSERT INTO service_tickets_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', NEW.search_terms ->> 'service_desc', (SELECT search_terms ->> 'name' FROM customers WHERE id = NEW.customer_id),
    (SELECT search_terms ->> 'license_plate' FROM vehicles WHERE id = NEW.vehicle_id));
END;

CREATE TRIGGER service_tickets_720_found_by_changes AFTER UPDATE OF search_terms, customer_id, vehicle_id ON service_tickets
WHEN NEW.search_terms <> OLD.search_terms OR NEW.customer_id <> OLD.customer_id OR NEW.vehicle_id IS NOT OLD.vehicle_id
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', NEW.search_terms ->> 'service_desc', (SELECT search_terms ->> 'name' FROM customers WHERE id = NEW.customer_id),
    (SELECT search_terms ->> 'license_plate' FROM vehicles WHERE id = NEW.vehicle_id));
END;

CREATE TRIGGER service_tickets_725_not_found_by_erased_name AFTER UPDATE OF closed_words ON service_tickets
WHEN NEW.closed_words IS NOT NULL AND OLD.closed_words IS NOT NULL
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT NEW.id, concat_ws(' ', NEW.search_terms ->> 'service_desc', (SELECT search_terms ->> 'name' FROM customers WHERE id = NEW.customer_id),
    (SELECT search_terms ->> 'license_plate' FROM vehicles WHERE id = NEW.vehicle_id));
END;

CREATE TRIGGER service_tickets_730_not_found AFTER DELETE ON service_tickets
BEGIN DELETE FROM service_tickets_search WHERE rowid = OLD.id; END;

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

CREATE TRIGGER share_links_110_begin_unused BEFORE INSERT ON share_links
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE EXISTS (SELECT 1 FROM share_links WHERE id = NEW.id OR hash = NEW.hash);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))
    WHERE NOT EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:customer_erased:{}') FROM service_tickets t JOIN customers c ON c.id = t.customer_id
    WHERE t.id = NEW.service_ticket_id AND c.erased_at IS NOT NULL;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"share_links_begin_unused"}')
    WHERE (NEW.revoked_at IS NULL AND NEW.last_used_at IS NULL AND NEW.uses = 0
      AND NEW.expires_at <= strftime('%Y-%m-%dT%H:%M:%fZ', NEW.created_at, '+720 hours')) IS NOT 1;
END;

CREATE TRIGGER share_links_210_frozen BEFORE UPDATE ON share_links
WHEN (NEW.id, NEW.service_ticket_id, NEW.may, NEW.hash, NEW.nonce, NEW.created_by, NEW.created_at, NEW.expires_at) IS NOT
    (OLD.id, OLD.service_ticket_id, OLD.may, OLD.hash, OLD.nonce, OLD.created_by, OLD.created_at, OLD.expires_at)
  OR (NEW.sent_to IS NOT OLD.sent_to AND (NEW.sent_to IS NOT NULL OR NEW.revoked_at IS NULL))
  OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)
  OR ((NEW.uses, NEW.last_used_at) IS NOT (OLD.uses, OLD.last_used_at)
    AND (OLD.revoked_at IS NULL AND NEW.revoked_at IS NULL AND NEW.uses = OLD.uses + 1 AND NEW.last_used_at < OLD.expires_at
      AND NEW.last_used_at >= coalesce(OLD.last_used_at, OLD.created_at)) IS NOT 1)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER share_links_310_with_ticket BEFORE DELETE ON share_links
WHEN EXISTS (SELECT 1 FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

CREATE TRIGGER shop_110_not_replaced BEFORE INSERT ON shop
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM shop WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_not_replaced"}'); END;

CREATE TRIGGER shop_120_whole_cents BEFORE INSERT ON shop
WHEN typeof(ifnull(NEW.labor_rate, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_whole_cents"}'); END;

CREATE TRIGGER shop_210_keep_zone_and_currency BEFORE UPDATE OF time_zone, currency ON shop
WHEN (NEW.time_zone <> OLD.time_zone OR NEW.currency <> OLD.currency) AND (SELECT max(id) FROM invoices) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'app:shop_has_invoices:{}'); END;

CREATE TRIGGER shop_220_still_whole_cents AFTER UPDATE OF labor_rate ON shop
WHEN typeof(ifnull(NEW.labor_rate, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_still_whole_cents"}'); END;

CREATE TRIGGER shop_310_stays BEFORE DELETE ON shop
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"shop_stays"}'); END;

CREATE TRIGGER stock_movements_110_never_below_zero BEFORE INSERT ON stock_movements
WHEN NEW.balance < 0
BEGIN
  SELECT RAISE(ABORT, 'app:insufficient_stock:' || json_object('inventory_id', NEW.inventory_id,
    'name', (SELECT name FROM parts WHERE id = NEW.inventory_id), 'wanted', -NEW.quantity / 1000.0,
    'available', (NEW.balance - NEW.quantity) / 1000.0));
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

CREATE TRIGGER taxes_110_not_replaced BEFORE INSERT ON taxes
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM taxes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_not_replaced"}'); END;

CREATE TRIGGER taxes_120_not_too_many BEFORE INSERT ON taxes
WHEN (SELECT value FROM counters WHERE name = 'taxes') >= 50
BEGIN SELECT RAISE(ABORT, 'app:too_many_taxes:{}'); END;

CREATE TRIGGER taxes_130_kinds_known BEFORE INSERT ON taxes
WHEN EXISTS (SELECT 1 FROM json_each(NEW.applies_to) GROUP BY value HAVING count(*) > 1 OR value NOT IN ('labor', 'part', 'sublet', 'fee'))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_kinds_known"}'); END;

CREATE TRIGGER taxes_210_keep_identity AFTER UPDATE ON taxes
WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_keep_identity"}'); END;

CREATE TRIGGER taxes_220_kinds_known BEFORE UPDATE OF applies_to ON taxes
WHEN EXISTS (SELECT 1 FROM json_each(NEW.applies_to) GROUP BY value HAVING count(*) > 1 OR value NOT IN ('labor', 'part', 'sublet', 'fee'))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"taxes_kinds_known"}'); END;

CREATE TRIGGER taxes_510_count_added AFTER INSERT ON taxes
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'taxes'; END;

CREATE TRIGGER taxes_520_count_removed AFTER DELETE ON taxes
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'taxes'; END;

CREATE TRIGGER ticket_jobs_110_not_replaced BEFORE INSERT ON ticket_jobs
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_jobs WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_jobs_not_replaced"}'); END;

CREATE TRIGGER ticket_jobs_120_ticket_changeable BEFORE INSERT ON ticket_jobs
WHEN (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = NEW.service_ticket_id) IS NOT 0
BEGIN
  SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', invoice_id)) FROM service_tickets
    WHERE id = NEW.service_ticket_id AND invoice_id IS NOT NULL;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id)));
END;

CREATE TRIGGER ticket_jobs_130_mechanic_is_there BEFORE INSERT ON ticket_jobs
WHEN NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id)); END;

CREATE TRIGGER ticket_jobs_140_within_bounds AFTER INSERT ON ticket_jobs
BEGIN
  SELECT RAISE(ABORT, 'app:too_many_lines:{}') WHERE (SELECT count(*) FROM ticket_jobs WHERE service_ticket_id = NEW.service_ticket_id) > 100;
END;

CREATE TRIGGER ticket_jobs_210_keep_identity AFTER UPDATE ON ticket_jobs
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_jobs_keep_identity"}'); END;

CREATE TRIGGER ticket_jobs_220_ticket_changeable BEFORE UPDATE ON ticket_jobs
WHEN (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;

CREATE TRIGGER ticket_jobs_230_mechanic_is_there BEFORE UPDATE OF mechanic_id ON ticket_jobs
WHEN NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id)
BEGIN SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id)); END;

CREATE TRIGGER ticket_jobs_310_ticket_changeable BEFORE DELETE ON ticket_jobs
WHEN (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;

CREATE TRIGGER ticket_lines_110_not_replaced BEFORE INSERT ON ticket_lines
WHEN NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_lines WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_not_replaced"}'); END;

CREATE TRIGGER ticket_lines_120_start_open BEFORE INSERT ON ticket_lines
WHEN NEW.decision <> 'open'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_start_open"}'); END;

CREATE TRIGGER ticket_lines_130_ticket_changeable BEFORE INSERT ON ticket_lines
WHEN NEW.automatic = 0 AND (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets
  WHERE id = NEW.service_ticket_id) IS NOT 0
BEGIN
  SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', invoice_id)) FROM service_tickets
    WHERE id = NEW.service_ticket_id AND invoice_id IS NOT NULL;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id)));
END;

CREATE TRIGGER ticket_lines_140_name_what_is_there BEFORE INSERT ON ticket_lines
WHEN NEW.automatic = 0 AND coalesce(NEW.job_id, NEW.inventory_id, NEW.mechanic_id) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'job', 'id', NEW.job_id))
    WHERE NEW.job_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_jobs WHERE id = NEW.job_id AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))
    WHERE NEW.inventory_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id))
    WHERE NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id);
END;

CREATE TRIGGER ticket_lines_150_whole_units BEFORE INSERT ON ticket_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.quantity % 1000 <> 0
BEGIN
  SELECT RAISE(ABORT, 'app:whole_units_only:{}') FROM parts WHERE id = NEW.inventory_id
    AND unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll');
END;

CREATE TRIGGER ticket_lines_160_waste_with_epa_number BEFORE INSERT ON ticket_lines
WHEN NEW.fee_kind = 'hazardous_waste' AND (SELECT epa_number FROM shop WHERE id = 1) IS NULL
BEGIN SELECT RAISE(ABORT, 'app:epa_number_missing:{}'); END;

CREATE TRIGGER ticket_lines_170_automatic_as_drawn AFTER INSERT ON ticket_lines
WHEN NEW.automatic = 1 AND (SELECT quantity >= NEW.quantity FROM ticket_parts
  WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id) IS NOT 1
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_automatic_as_drawn"}'); END;

CREATE TRIGGER ticket_lines_180_whole_cents BEFORE INSERT ON ticket_lines
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.flat_amount, 0) + ifnull(NEW.unit_cost, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.authorized_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_whole_cents"}'); END;

CREATE TRIGGER ticket_lines_210_keep_identity AFTER UPDATE ON ticket_lines
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.automatic <> OLD.automatic
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_keep_identity"}'); END;

CREATE TRIGGER ticket_lines_220_ticket_changeable AFTER UPDATE ON ticket_lines
WHEN (OLD.automatic = 0 OR NEW.quantity = OLD.quantity) AND (SELECT invoice_id IS NOT NULL OR status = 'closed' OR (status = 'cancelled'
  AND (NEW.decision <> 'open' OR OLD.decision = 'open')) FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;

CREATE TRIGGER ticket_lines_230_automatic_as_drawn AFTER UPDATE ON ticket_lines
WHEN NEW.automatic = 1 AND (NEW.words <> OLD.words OR (NEW.quantity <> OLD.quantity AND NEW.quantity IS NOT
  (SELECT quantity FROM parts_beyond_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id)))
BEGIN SELECT RAISE(ABORT, 'app:part_drawn:{}'); END;

CREATE TRIGGER ticket_lines_240_decided_by_customer AFTER UPDATE ON ticket_lines
WHEN NEW.decision <> 'open' AND (NEW.decision <> OLD.decision OR NEW.authorized_net IS NOT OLD.authorized_net) AND NOT EXISTS
  (SELECT 1 FROM (SELECT decision, net, words FROM authorization_decisions WHERE line_id = NEW.id AND service_ticket_id = NEW.service_ticket_id ORDER BY id DESC LIMIT 1) d
    WHERE d.decision = NEW.decision AND d.words = NEW.words AND NEW.authorized_net IS iif(d.decision = 'approved', d.net, NULL))
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_decided_by_customer"}'); END;

CREATE TRIGGER ticket_lines_250_name_what_is_there AFTER UPDATE OF job_id, inventory_id, mechanic_id ON ticket_lines
BEGIN
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'job', 'id', NEW.job_id))
    WHERE NEW.job_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_jobs WHERE id = NEW.job_id AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))
    WHERE NEW.inventory_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'mechanic', 'id', NEW.mechanic_id))
    WHERE NEW.mechanic_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mechanics WHERE id = NEW.mechanic_id);
END;

CREATE TRIGGER ticket_lines_260_whole_units AFTER UPDATE OF quantity, inventory_id ON ticket_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.quantity % 1000 <> 0
BEGIN
  SELECT RAISE(ABORT, 'app:whole_units_only:{}') FROM parts WHERE id = NEW.inventory_id
    AND unit IN ('each', 'pair', 'set', 'box', 'bottle', 'can', 'roll');
END;

CREATE TRIGGER ticket_lines_270_waste_with_epa_number AFTER UPDATE OF fee_kind ON ticket_lines
WHEN NEW.fee_kind = 'hazardous_waste' AND OLD.fee_kind IS NOT 'hazardous_waste' AND (SELECT epa_number FROM shop WHERE id = 1) IS NULL
BEGIN SELECT RAISE(ABORT, 'app:epa_number_missing:{}'); END;

CREATE TRIGGER ticket_lines_280_still_whole_cents BEFORE UPDATE OF unit_price, flat_amount, unit_cost, discount_value, authorized_net ON ticket_lines
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.flat_amount, 0) + ifnull(NEW.unit_cost, 0) + ifnull(NEW.discount_value, 0) + ifnull(NEW.authorized_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_lines_still_whole_cents"}'); END;

CREATE TRIGGER ticket_lines_310_ticket_changeable AFTER DELETE ON ticket_lines
WHEN OLD.automatic = 0 AND (SELECT status IN ('closed', 'cancelled') OR invoice_id IS NOT NULL FROM service_tickets WHERE id = OLD.service_ticket_id)
BEGIN
  SELECT RAISE(ABORT, iif(invoice_id IS NULL, 'app:ticket_closed:{}', 'app:invoice_posted:' || json_object('invoice_id', invoice_id)))
  FROM service_tickets WHERE id = OLD.service_ticket_id;
END;

CREATE TRIGGER ticket_lines_320_automatic_as_drawn AFTER DELETE ON ticket_lines
WHEN OLD.automatic = 1 AND (SELECT quantity > 0 AND (quantity * unit_price + 500) / 1000 <= 999999999 FROM parts_beyond_lines
  WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:part_drawn:{}'); END;

CREATE TRIGGER ticket_lines_610_void_other_words AFTER UPDATE ON ticket_lines
WHEN NEW.words <> OLD.words AND NEW.decision <> 'open'
BEGIN UPDATE ticket_lines SET decision = 'open', authorized_net = NULL WHERE id = NEW.id; END;

CREATE TRIGGER ticket_lines_620_plan_added AFTER INSERT ON ticket_lines
WHEN NEW.inventory_id IS NOT NULL AND NEW.automatic = 0
BEGIN
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id)
    WHERE id = NEW.service_ticket_id AND unbilled_net IS NOT NULL;
END;

CREATE TRIGGER ticket_lines_630_plan_moved AFTER UPDATE ON ticket_lines
WHEN NEW.automatic = 0 AND (NEW.inventory_id IS NOT OLD.inventory_id OR NEW.quantity <> OLD.quantity
  OR (NEW.decision = 'declined') <> (OLD.decision = 'declined'))
BEGIN
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id;
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id
    AND inventory_id IS NOT NEW.inventory_id;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id)
    WHERE id = NEW.service_ticket_id AND unbilled_net IS NOT NULL;
END;

CREATE TRIGGER ticket_lines_640_plan_removed AFTER DELETE ON ticket_lines
WHEN OLD.inventory_id IS NOT NULL AND OLD.automatic = 0
BEGIN
  INSERT INTO parts_beyond_lines SELECT * FROM parts_beyond_lines WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = OLD.service_ticket_id)
    WHERE id = OLD.service_ticket_id AND unbilled_net IS NOT NULL;
END;

CREATE TRIGGER ticket_lines_650_gross_added AFTER INSERT ON ticket_lines
WHEN NEW.automatic = 0
BEGIN
  UPDATE service_tickets SET lines_gross = lines_gross + NEW.gross, lines_count = lines_count + 1,
    unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
  WHERE id = NEW.service_ticket_id;
END;

CREATE TRIGGER ticket_lines_660_gross_moved AFTER UPDATE ON ticket_lines
WHEN NEW.gross <> OLD.gross OR NEW.net <> OLD.net OR (NEW.decision = 'declined') <> (OLD.decision = 'declined')
BEGIN
  UPDATE service_tickets SET lines_gross = lines_gross + iif(NEW.automatic, 0, NEW.gross - OLD.gross),
    unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
  WHERE id = NEW.service_ticket_id AND (NEW.automatic = 0 OR unbilled_net IS NOT NULL);
END;

CREATE TRIGGER ticket_lines_670_gross_removed AFTER DELETE ON ticket_lines
WHEN OLD.automatic = 0
BEGIN
  UPDATE service_tickets SET lines_gross = lines_gross - OLD.gross, lines_count = lines_count - 1,
    unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = OLD.service_ticket_id))
  WHERE id = OLD.service_ticket_id;
END;

CREATE TRIGGER ticket_parts_110_not_replaced BEFORE INSERT ON ticket_parts
WHEN (NEW.id > 0 AND EXISTS (SELECT 1 FROM ticket_parts WHERE id = NEW.id)) OR EXISTS
  (SELECT 1 FROM ticket_parts WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_not_replaced"}'); END;

CREATE TRIGGER ticket_parts_120_start_held BEFORE INSERT ON ticket_parts
WHEN NEW.held <> 1
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_start_held"}'); END;

CREATE TRIGGER ticket_parts_130_authorized AFTER INSERT ON ticket_parts
WHEN EXISTS (SELECT 1 FROM shop WHERE authorization = 'work') AND NEW.quantity > (SELECT coalesce(sum(quantity), 0) FROM line_coverage
  WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id AND covered)
BEGIN
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', (SELECT name FROM parts WHERE id = NEW.inventory_id)));
END;

CREATE TRIGGER ticket_parts_140_whole_cents BEFORE INSERT ON ticket_parts
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.unit_cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_whole_cents"}'); END;

CREATE TRIGGER ticket_parts_210_keep_identity AFTER UPDATE ON ticket_parts
WHEN NEW.id <> OLD.id OR NEW.service_ticket_id <> OLD.service_ticket_id OR NEW.inventory_id <> OLD.inventory_id
  OR NEW.unit_price <> OLD.unit_price OR NEW.unit_cost IS NOT OLD.unit_cost
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_keep_identity"}'); END;

CREATE TRIGGER ticket_parts_220_held_as_status AFTER UPDATE OF held ON ticket_parts
WHEN NEW.held IS NOT (SELECT status <> 'cancelled' FROM service_tickets WHERE id = NEW.service_ticket_id)
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_held_as_status"}'); END;

CREATE TRIGGER ticket_parts_230_authorized AFTER UPDATE OF quantity, held ON ticket_parts
WHEN NEW.held * NEW.quantity > OLD.held * OLD.quantity AND EXISTS (SELECT 1 FROM shop WHERE authorization = 'work')
  AND NEW.quantity > (SELECT coalesce(sum(quantity), 0) FROM line_coverage
    WHERE service_ticket_id = NEW.service_ticket_id AND inventory_id = NEW.inventory_id AND covered)
BEGIN
  SELECT RAISE(ABORT, 'app:authorization_required:' || json_object('what', (SELECT name FROM parts WHERE id = NEW.inventory_id)));
END;

CREATE TRIGGER ticket_parts_240_still_whole_cents AFTER UPDATE OF unit_price, unit_cost ON ticket_parts
WHEN typeof(ifnull(NEW.unit_price, 0) + ifnull(NEW.unit_cost, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"ticket_parts_still_whole_cents"}'); END;

CREATE TRIGGER ticket_parts_610_take_stock AFTER INSERT ON ticket_parts
WHEN NEW.held = 1
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id, 'taken', -NEW.quantity, p.quantity - NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1 WHERE p.id = NEW.inventory_id AND p.retired_at IS NULL;
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM parts WHERE id = NEW.inventory_id),
    'app:part_retired:' || json_object('inventory_id', NEW.inventory_id, 'name', (SELECT name FROM parts WHERE id = NEW.inventory_id)),
    'app:reference_not_found:' || json_object('entity', 'part', 'id', NEW.inventory_id))) WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_620_move_stock AFTER UPDATE OF quantity, held ON ticket_parts
WHEN OLD.held * OLD.quantity <> NEW.held * NEW.quantity
BEGIN
  INSERT INTO stock_movements (at, inventory_id, kind, quantity, balance, service_ticket_id, user_id, role)
  SELECT coalesce(w.at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p.id,
    iif(OLD.held * OLD.quantity < NEW.held * NEW.quantity, 'taken', 'returned'),
    OLD.held * OLD.quantity - NEW.held * NEW.quantity, p.quantity + OLD.held * OLD.quantity - NEW.held * NEW.quantity,
    NEW.service_ticket_id, w.user_id, w.role
  FROM parts p LEFT JOIN idempotency_keys w ON w.open = 1
  WHERE p.id = NEW.inventory_id AND (NEW.quantity <= OLD.quantity OR +p.retired_at IS NULL);
  SELECT RAISE(ABORT, 'app:part_retired:' || json_object('inventory_id', NEW.inventory_id,
    'name', (SELECT name FROM parts WHERE id = NEW.inventory_id))) WHERE changes() = 0;
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
  INSERT INTO parts_beyond_lines VALUES (NEW.service_ticket_id, NEW.inventory_id, NEW.unit_price, NEW.unit_cost,
    NEW.quantity - (SELECT coalesce(sum(quantity), 0) FROM ticket_lines
      WHERE inventory_id = NEW.inventory_id AND service_ticket_id = NEW.service_ticket_id AND automatic = 0 AND decision <> 'declined'));
  UPDATE service_tickets SET parts_total = parts_total + (NEW.quantity * NEW.unit_price + 500) / 1000, version = version + 1,
      unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, iif(EXISTS (SELECT 1 FROM service_tickets WHERE id = NEW.service_ticket_id), 'app:ticket_closed:{}',
    'app:reference_not_found:' || json_object('entity', 'service_ticket', 'id', NEW.service_ticket_id))) WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_650_total_moved AFTER UPDATE OF quantity ON ticket_parts
WHEN NEW.quantity <> OLD.quantity
BEGIN
  INSERT INTO parts_beyond_lines VALUES (NEW.service_ticket_id, NEW.inventory_id, NEW.unit_price, NEW.unit_cost,
    NEW.quantity - (SELECT coalesce(sum(quantity), 0) FROM ticket_lines
      WHERE inventory_id = NEW.inventory_id AND service_ticket_id = NEW.service_ticket_id AND automatic = 0 AND decision <> 'declined'));
  UPDATE service_tickets SET parts_total = parts_total
      + (NEW.quantity * NEW.unit_price + 500) / 1000 - (OLD.quantity * OLD.unit_price + 500) / 1000, version = version + 1,
      unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id))
    WHERE id = NEW.service_ticket_id AND status NOT IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') WHERE changes() = 0;
END;

CREATE TRIGGER ticket_parts_660_total_removed AFTER DELETE ON ticket_parts
BEGIN
  DELETE FROM ticket_lines WHERE service_ticket_id = OLD.service_ticket_id AND inventory_id = OLD.inventory_id AND automatic = 1;
  UPDATE service_tickets SET parts_total = parts_total - (OLD.quantity * OLD.unit_price + 500) / 1000, version = version + 1,
      unbilled_net = iif(unbilled_net IS NULL, NULL, (SELECT net FROM unbilled_work WHERE service_ticket_id = OLD.service_ticket_id))
    WHERE id = OLD.service_ticket_id AND status <> 'closed';
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
WHEN NEW.mechanic_id IS NOT OLD.mechanic_id OR (NEW.customer_id IS NOT OLD.customer_id AND NOT EXISTS
  (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id))
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
    WHERE id = NEW.customer_id AND email IS NOT NEW.email;
  UPDATE mechanics SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at
    WHERE id = NEW.mechanic_id AND email <> NEW.email;
END;

CREATE TRIGGER users_615_email_to_record_at_insert AFTER INSERT ON users
WHEN NEW.customer_id IS NOT NULL
BEGIN
  UPDATE customers SET email = NEW.email, version = version + 1, updated_at = NEW.updated_at WHERE id = NEW.customer_id AND email IS NULL;
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

CREATE TRIGGER users_670_email_unproven AFTER UPDATE OF email ON users
WHEN NEW.email <> OLD.email AND NEW.email_verified_at IS OLD.email_verified_at
BEGIN UPDATE users SET email_verified_at = NULL, gen = gen + 1 WHERE id = NEW.id; END;

CREATE TRIGGER users_680_cascade_second_factor AFTER DELETE ON users
BEGIN
  DELETE FROM recovery_codes WHERE user_id = OLD.id;
  DELETE FROM second_factors WHERE user_id = OLD.id;
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

CREATE TRIGGER vehicles_710_found AFTER INSERT ON vehicles
BEGIN
  INSERT INTO vehicles_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER vehicles_720_found_by_changes AFTER UPDATE OF search_terms ON vehicles
WHEN NEW.search_terms <> OLD.search_terms
BEGIN
  REPLACE INTO vehicles_search (rowid, terms) SELECT NEW.id, group_concat(value, ' ') FROM json_each(NEW.search_terms);
END;

CREATE TRIGGER vehicles_730_tickets_found_by_plate AFTER UPDATE OF search_terms ON vehicles
WHEN NEW.search_terms ->> 'license_plate' IS NOT OLD.search_terms ->> 'license_plate'
BEGIN
  REPLACE INTO service_tickets_search (rowid, terms)
  SELECT t.id, concat_ws(' ', t.search_terms ->> 'service_desc', c.search_terms ->> 'name', NEW.search_terms ->> 'license_plate')
  FROM service_tickets t JOIN customers c ON c.id = t.customer_id WHERE t.vehicle_id = NEW.id AND t.status <> 'closed';
END;

CREATE TRIGGER vehicles_740_not_found AFTER DELETE ON vehicles
BEGIN DELETE FROM vehicles_search WHERE rowid = OLD.id; END;

CREATE VIEW booked_times AS SELECT id,
  iif(isnt, NULL, scheduled_start) AS starts_at, iif(isnt, NULL, min(scheduled_end, coalesce(completed_at, scheduled_end))) AS ends_at
FROM (SELECT *, status IN ('closed', 'cancelled') OR coalesce(completed_at <= scheduled_start, 0) AS isnt FROM service_tickets);

CREATE VIEW line_coverage AS
SELECT l.id, l.service_ticket_id, l.job_id, l.inventory_id, l.quantity, l.decision, l.description, l.decision = 'approved' AND iif(j.by_line = 0,
  (SELECT min(o.decision <> 'open') AND sum(iif(o.decision = 'approved', o.net - o.authorized_net, 0)) <= 0 FROM ticket_lines o WHERE o.job_id = l.job_id),
  l.net <= l.authorized_net) AS covered
FROM ticket_lines l LEFT JOIN ticket_jobs j ON j.id = l.job_id;

CREATE VIEW parts_beyond_lines AS
SELECT p.service_ticket_id, p.inventory_id, p.unit_price, p.unit_cost, p.quantity - (SELECT coalesce(sum(l.quantity), 0) FROM ticket_lines l
  WHERE l.inventory_id = p.inventory_id AND l.service_ticket_id = p.service_ticket_id AND l.automatic = 0 AND l.decision <> 'declined') AS quantity
FROM ticket_parts p;

CREATE VIEW unbilled_work AS
SELECT t.id AS service_ticket_id,
  (SELECT coalesce(sum(l.net), 0) FROM ticket_lines l WHERE l.service_ticket_id = t.id AND l.decision <> 'declined') AS net
FROM service_tickets t WHERE (t.status = 'completed' OR t.status = 'closed') AND t.invoice_id IS NULL;

CREATE VIEW unmet_for_invoice AS
SELECT l.service_ticket_id, u.value AS unmet
FROM (SELECT l.service_ticket_id, iif((SELECT authorization FROM shop WHERE id = 1) <> 'none' AND (l.decision = 'open'
      OR (l.decision = 'approved' AND l.net > l.authorized_net AND ifnull((SELECT by_line FROM ticket_jobs WHERE id = l.job_id) = 0
        AND (SELECT min(o.decision <> 'open') AND sum(iif(o.decision = 'approved', o.net - o.authorized_net, 0)) <= 0
          FROM ticket_lines o WHERE o.job_id = l.job_id), 0) = 0)),
    json_object('code', 'line_not_approved', 'line_id', l.id, 'description', l.description, 'net', l.net / 100.0,
      'authorized_net', l.authorized_net / 100.0), NULL) AS approval,
  iif(l.kind = 'labor' AND l.decision <> 'declined' AND coalesce(l.mechanic_id, (SELECT mechanic_id FROM ticket_jobs WHERE id = l.job_id)) IS NULL,
    json_object('code', 'labor_without_mechanic', 'line_id', l.id), NULL) AS mechanic
  FROM ticket_lines l) l, json_each(iif(coalesce(approval, mechanic) IS NULL, '[]', json_array(json(approval), json(mechanic)))) u
WHERE u.type = 'object'
UNION ALL
SELECT service_ticket_id, json_object('code', 'parts_differ', 'inventory_id', inventory_id, 'name', description, 'drawn', drawn / 1000.0,
  'billed', billed / 1000.0)
FROM (SELECT l.service_ticket_id, l.inventory_id, l.description,
    ifnull((SELECT p.held * p.quantity FROM ticket_parts p WHERE p.service_ticket_id = l.service_ticket_id AND p.inventory_id = l.inventory_id), 0) AS drawn,
    (SELECT coalesce(sum(o.quantity), 0) FROM ticket_lines o WHERE o.inventory_id = l.inventory_id AND o.service_ticket_id = l.service_ticket_id
      AND o.decision <> 'declined') AS billed
  FROM ticket_lines l WHERE l.inventory_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_lines o
    WHERE o.inventory_id = l.inventory_id AND o.service_ticket_id = l.service_ticket_id AND o.id < l.id))
WHERE drawn <> billed
UNION ALL
SELECT p.service_ticket_id, json_object('code', 'parts_differ', 'inventory_id', p.inventory_id, 'name', 'Part ' || p.inventory_id,
  'drawn', p.held * p.quantity / 1000.0, 'billed', 0)
FROM ticket_parts p WHERE p.held = 1 AND NOT EXISTS (SELECT 1 FROM ticket_lines o
  WHERE o.inventory_id = p.inventory_id AND o.service_ticket_id = p.service_ticket_id)
UNION ALL
SELECT t.id, u.value FROM (SELECT t.id,
  iif((SELECT ifnull(name, '') FROM shop WHERE id = 1) = '', json_object('code', 'shop_incomplete', 'field', 'name'), NULL) AS name,
  iif((SELECT ifnull(address, '') FROM shop WHERE id = 1) = '', json_object('code', 'shop_incomplete', 'field', 'address'), NULL) AS address,
  iif(NOT EXISTS (SELECT 1 FROM ticket_lines l WHERE l.service_ticket_id = t.id AND l.decision <> 'declined'),
    json_object('code', 'nothing_to_bill'), NULL) AS lines,
  iif(t.status <> 'completed' AND t.status <> 'closed', json_object('code', 'status', 'status', t.status), NULL) AS status
  FROM service_tickets t) t,
  json_each(iif(coalesce(name, address, lines, status) IS NULL, '[]', json_array(json(name), json(address), json(lines), json(status)))) u
WHERE u.type = 'object';
