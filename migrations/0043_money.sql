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
--> statement-breakpoint
CREATE UNIQUE INDEX `authorization_decisions_once` ON `authorization_decisions` (`authorization_id`,`line_id`);--> statement-breakpoint
CREATE INDEX `authorization_decisions_line` ON `authorization_decisions` (`line_id`,`id`);--> statement-breakpoint
CREATE INDEX `authorization_decisions_ticket` ON `authorization_decisions` (`service_ticket_id`,`id`);--> statement-breakpoint
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
	CONSTRAINT "authorizations_channel_known" CHECK(("authorizations"."channel" = 'portal' or "authorizations"."channel" = 'in_person' or "authorizations"."channel" = 'phone' or "authorizations"."channel" = 'text' or "authorizations"."channel" = 'email') and ("authorizations"."capacity" = 'owner' or "authorizations"."capacity" = 'designee')),
	CONSTRAINT "authorizations_parts_known" CHECK(("authorizations"."replaced_parts" = 'return' or "authorizations"."replaced_parts" = 'show' or "authorizations"."replaced_parts" = 'none')),
	CONSTRAINT "authorizations_by_one" CHECK(("authorizations"."staff_user_id" is null) <> ("authorizations"."customer_user_id" is null) and ("authorizations"."channel" = 'portal') = ("authorizations"."customer_user_id" is not null)),
	CONSTRAINT "authorizations_reached_somebody" CHECK(not ("authorizations"."channel" = 'phone' or "authorizations"."channel" = 'text' or "authorizations"."channel" = 'email') or "authorizations"."contact" is not null),
	CONSTRAINT "authorizations_decide_something" CHECK(json_array_length("authorizations"."decisions") > 0)
);
--> statement-breakpoint
CREATE INDEX `authorizations_ticket` ON `authorizations` (`service_ticket_id`,`id`);--> statement-breakpoint
CREATE INDEX `authorizations_estimate` ON `authorizations` (`estimate_id`);--> statement-breakpoint
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
	`content` text NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "estimates_id_positive" CHECK("estimates"."id" > 0),
	CONSTRAINT "estimates_sequence_positive" CHECK("estimates"."sequence" > 0),
	CONSTRAINT "estimates_add_up" CHECK("estimates"."net" = "estimates"."lines_net" - "estimates"."discount_amount" and "estimates"."total" = "estimates"."net" + "estimates"."tax"
        and min("estimates"."lines_net", "estimates"."discount_amount", "estimates"."net", "estimates"."tax") >= 0),
	CONSTRAINT "estimates_within_bounds" CHECK("estimates"."lines_net" <= 999999999),
	CONSTRAINT "estimates_end_after_start" CHECK("estimates"."valid_until" >= "estimates"."date")
);
--> statement-breakpoint
CREATE INDEX `estimates_ticket` ON `estimates` (`service_ticket_id`,`id`);--> statement-breakpoint
CREATE INDEX `estimates_customer` ON `estimates` (`customer_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `estimates_numbered_once` ON `estimates` (`year`,`sequence`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `service_package_lines_package` ON `service_package_lines` (`service_package_id`,`position`);--> statement-breakpoint
CREATE INDEX `service_package_lines_part` ON `service_package_lines` (`inventory_id`) WHERE "service_package_lines"."inventory_id" is not null;--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `service_packages_name` ON `service_packages` ("search_terms" ->> 'name',`id`);--> statement-breakpoint
CREATE INDEX `service_packages_category` ON `service_packages` ("search_terms" ->> 'category');--> statement-breakpoint
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
	`updated_at` text NOT NULL,
	CONSTRAINT "shop_one_row" CHECK("shop"."id" = 1),
	CONSTRAINT "shop_labor_rate_range" CHECK("shop"."labor_rate" between 0 and 999999999),
	CONSTRAINT "shop_days_range" CHECK("shop"."payment_terms_days" between 0 and 365 and "shop"."estimate_valid_days" between 1 and 365),
	CONSTRAINT "shop_authorization_known" CHECK(("shop"."authorization" = 'posting' or "shop"."authorization" = 'work' or "shop"."authorization" = 'none'))
);
--> statement-breakpoint
CREATE INDEX `shop_authorization` ON `shop` (`authorization`);--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `ticket_jobs_ticket` ON `ticket_jobs` (`service_ticket_id`,`position`);--> statement-breakpoint
CREATE INDEX `ticket_jobs_mechanic` ON `ticket_jobs` (`mechanic_id`) WHERE "ticket_jobs"."mechanic_id" is not null;--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `ticket_lines_ticket` ON `ticket_lines` (`service_ticket_id`,`automatic`);--> statement-breakpoint
CREATE INDEX `ticket_lines_job` ON `ticket_lines` (`job_id`) WHERE "ticket_lines"."job_id" is not null;--> statement-breakpoint
CREATE INDEX `ticket_lines_part` ON `ticket_lines` (`inventory_id`,`service_ticket_id`,`automatic`) WHERE "ticket_lines"."inventory_id" is not null;--> statement-breakpoint
CREATE INDEX `ticket_lines_mechanic` ON `ticket_lines` (`mechanic_id`) WHERE "ticket_lines"."mechanic_id" is not null;--> statement-breakpoint
CREATE INDEX `ticket_lines_decided` ON `ticket_lines` (`service_ticket_id`) WHERE "ticket_lines"."decision" <> 'open';--> statement-breakpoint
CREATE UNIQUE INDEX `ticket_lines_one_automatic` ON `ticket_lines` (`service_ticket_id`,`inventory_id`) WHERE "ticket_lines"."automatic" = 1;--> statement-breakpoint
ALTER TABLE `customers` ADD `tax_exempt_reason` text;--> statement-breakpoint
ALTER TABLE `customers` ADD `tax_exempt_certificate` text;--> statement-breakpoint
ALTER TABLE `customers` ADD `tax_exempt_until` text;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `lines_gross` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `lines_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `discount_percent` integer;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `discount_value` integer;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `discount_reason` text;
--> statement-breakpoint
INSERT INTO shop (id, name, created_at, updated_at)
VALUES (1, 'Mechanic Shop', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
--> statement-breakpoint
INSERT INTO counters (name, value) VALUES ('estimates', 0);
--> statement-breakpoint
-- Of each line, whether the customer's yes covers it. Lines of a job that is decided together cover each other: what they cost
-- may move between them, and none of them is covered while one is open.
CREATE VIEW line_coverage AS
SELECT l.id, l.service_ticket_id, l.job_id, l.inventory_id, l.quantity, l.decision, l.description, l.decision = 'approved' AND iif(j.by_line = 0,
  (SELECT min(o.decision <> 'open') AND sum(iif(o.decision = 'approved', o.net - o.authorized_net, 0)) <= 0 FROM ticket_lines o WHERE o.job_id = l.job_id),
  l.net <= l.authorized_net) AS covered
FROM ticket_lines l LEFT JOIN ticket_jobs j ON j.id = l.job_id;
--> statement-breakpoint
-- How much of each part has left the stock for a ticket beyond what its lines plan. Declined lines plan nothing. Of a cancelled
-- ticket, whose parts are back, it is what would leave again.
CREATE VIEW parts_beyond_lines AS
SELECT p.service_ticket_id, p.inventory_id, p.unit_price, p.unit_cost, p.quantity - (SELECT coalesce(sum(l.quantity), 0) FROM ticket_lines l
  WHERE l.inventory_id = p.inventory_id AND l.service_ticket_id = p.service_ticket_id AND l.automatic = 0 AND l.decision <> 'declined') AS quantity
FROM ticket_parts p;
--> statement-breakpoint
-- What has left the stock before there were lines is a line of its ticket, too. What comes to more than a line can is none.
INSERT INTO ticket_lines (service_ticket_id, kind, description, inventory_id, part_number, condition, quantity, unit_price, unit_cost, automatic)
SELECT b.service_ticket_id, 'part', p.name, p.id, p.part_number, 'new', b.quantity, b.unit_price, b.unit_cost, 1
FROM parts_beyond_lines b JOIN parts p ON p.id = b.inventory_id
WHERE b.quantity > 0 AND (b.quantity * b.unit_price + 500) / 1000 <= 999999999 ORDER BY b.service_ticket_id, b.inventory_id;
