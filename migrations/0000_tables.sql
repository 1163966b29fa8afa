CREATE TABLE `assertions` (
	`code` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_draft` (
	`slot` integer NOT NULL,
	`action` text NOT NULL,
	`entity` text NOT NULL,
	`entity_id` integer NOT NULL,
	`before` text
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `audit_log_entity` ON `audit_log` (`entity`,`entity_id`);--> statement-breakpoint
CREATE INDEX `audit_log_entity_all` ON `audit_log` (`entity`);--> statement-breakpoint
CREATE INDEX `audit_log_user` ON `audit_log` (`user_id`);--> statement-breakpoint
CREATE INDEX `audit_log_at` ON `audit_log` (`at`);--> statement-breakpoint
CREATE TABLE `audit_seals` (
	`id` integer PRIMARY KEY NOT NULL,
	`seal` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `customers_email_unique` ON `customers` (`email`);--> statement-breakpoint
CREATE INDEX `customers_name` ON `customers` (lower("name"),`id`);--> statement-breakpoint
CREATE INDEX `customers_created_at` ON `customers` (`created_at`);--> statement-breakpoint
CREATE INDEX `customers_ticket_count` ON `customers` (`ticket_count`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `idempotency_keys_one_open` ON `idempotency_keys` (`open`) WHERE "idempotency_keys"."open" is not null;--> statement-breakpoint
CREATE INDEX `idempotency_keys_at` ON `idempotency_keys` (`at`);--> statement-breakpoint
CREATE UNIQUE INDEX `idempotency_keys_scope_key` ON `idempotency_keys` (`scope`,`key`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `parts_name` ON `parts` (lower("name"),`id`);--> statement-breakpoint
CREATE INDEX `parts_price` ON `parts` (`price`);--> statement-breakpoint
CREATE INDEX `parts_quantity` ON `parts` (`quantity`);--> statement-breakpoint
CREATE INDEX `parts_category` ON `parts` (`category`);--> statement-breakpoint
CREATE INDEX `parts_low_stock` ON `parts` (`id`) WHERE "parts"."quantity" <= "parts"."reorder_point";--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `stock_movements_part` ON `stock_movements` (`inventory_id`,`id`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `mechanics_email_unique` ON `mechanics` (`email`);--> statement-breakpoint
CREATE INDEX `mechanics_name` ON `mechanics` (lower("name"),`id`);--> statement-breakpoint
CREATE INDEX `mechanics_created_at` ON `mechanics` (`created_at`);--> statement-breakpoint
CREATE INDEX `mechanics_ticket_count` ON `mechanics` (`ticket_count`);--> statement-breakpoint
CREATE INDEX `mechanics_completed_count` ON `mechanics` (`completed_count`);--> statement-breakpoint
CREATE INDEX `mechanics_leaderboard` ON `mechanics` (`completed_count`) WHERE "mechanics"."status" <> 'pending';--> statement-breakpoint
CREATE INDEX `mechanics_status` ON `mechanics` (`status`);--> statement-breakpoint
CREATE TABLE `search_terms` (
	`entity` text NOT NULL,
	`term` text NOT NULL,
	`entity_id` integer NOT NULL,
	`field` text NOT NULL,
	PRIMARY KEY(`entity`, `term`, `entity_id`, `field`)
);
--> statement-breakpoint
CREATE INDEX `search_terms_entity` ON `search_terms` (`entity`,`entity_id`,`term`,`field`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `assignments_mechanic` ON `assignments` (`mechanic_id`,`service_ticket_id`);--> statement-breakpoint
CREATE INDEX `assignments_booking` ON `assignments` (`mechanic_id`,`starts_at`,`service_ticket_id`,`ends_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `assignments_once` ON `assignments` (`service_ticket_id`,`mechanic_id`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `service_tickets_customer` ON `service_tickets` (`customer_id`);--> statement-breakpoint
CREATE INDEX `service_tickets_customer_date` ON `service_tickets` (`customer_id`,`service_date`);--> statement-breakpoint
CREATE INDEX `service_tickets_vehicle` ON `service_tickets` (`vehicle_id`);--> statement-breakpoint
CREATE INDEX `service_tickets_vehicle_date` ON `service_tickets` (`vehicle_id`,`service_date`);--> statement-breakpoint
CREATE INDEX `service_tickets_status` ON `service_tickets` (`status`);--> statement-breakpoint
CREATE INDEX `service_tickets_status_date` ON `service_tickets` (`status`,`service_date`);--> statement-breakpoint
CREATE INDEX `service_tickets_date` ON `service_tickets` (`service_date`);--> statement-breakpoint
CREATE INDEX `service_tickets_created_at` ON `service_tickets` (`created_at`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `ticket_parts_part` ON `ticket_parts` (`inventory_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `ticket_parts_one_line` ON `ticket_parts` (`service_ticket_id`,`inventory_id`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`session_id` integer NOT NULL,
	`issued_at` text NOT NULL,
	`used_at` text,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_session` ON `refresh_tokens` (`session_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_issued` ON `refresh_tokens` (`issued_at`);--> statement-breakpoint
CREATE TABLE `revocations` (
	`user_id` integer NOT NULL,
	`gen` integer DEFAULT 0 NOT NULL,
	`session_id` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `gen`, `session_id`),
	CONSTRAINT "revocations_of_one_kind" CHECK(("revocations"."gen" = 0) <> ("revocations"."session_id" = 0))
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`,`ended_at`);--> statement-breakpoint
CREATE INDEX `sessions_expires` ON `sessions` (`expires_at`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `users_customer_id_unique` ON `users` (`customer_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_mechanic_id_unique` ON `users` (`mechanic_id`);--> statement-breakpoint
CREATE INDEX `users_role_status` ON `users` (`role`,`status`);--> statement-breakpoint
CREATE INDEX `users_status` ON `users` (`status`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_role` ON `users` (`email`,`role`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `vehicles_vin_unique` ON `vehicles` (`vin`);--> statement-breakpoint
CREATE INDEX `vehicles_customer` ON `vehicles` (`customer_id`);--> statement-breakpoint
CREATE INDEX `vehicles_created_at` ON `vehicles` (`created_at`);