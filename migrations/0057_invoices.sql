CREATE TABLE `customer_balances` (
	`customer_id` integer PRIMARY KEY NOT NULL,
	`invoices` integer DEFAULT 0 NOT NULL,
	`balance` integer DEFAULT 0 NOT NULL,
	`refundable` integer DEFAULT 0 NOT NULL,
	`oldest_due` text DEFAULT '9999-12-31' NOT NULL,
	CONSTRAINT "customer_balances_not_negative" CHECK(min("customer_balances"."invoices", "customer_balances"."balance", "customer_balances"."refundable") >= 0)
);
--> statement-breakpoint
CREATE INDEX `customer_balances_balance` ON `customer_balances` (`balance`,`customer_id`);--> statement-breakpoint
CREATE INDEX `customer_balances_due` ON `customer_balances` (`oldest_due`,`customer_id`);--> statement-breakpoint
CREATE TABLE `daily_due` (
	`due_date` text PRIMARY KEY NOT NULL,
	`invoices` integer DEFAULT 0 NOT NULL,
	`balance` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "daily_due_not_negative" CHECK("daily_due"."invoices" >= 0 and "daily_due"."balance" >= 0)
);
--> statement-breakpoint
CREATE TABLE `daily_estimates` (
	`date` text PRIMARY KEY NOT NULL,
	`presented` integer DEFAULT 0 NOT NULL,
	`presented_net` integer DEFAULT 0 NOT NULL,
	`approved` integer DEFAULT 0 NOT NULL,
	`approved_net` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `daily_mechanics_date` ON `daily_mechanics` (`date`);--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE `daily_taxes` (
	`date` text NOT NULL,
	`name` text NOT NULL,
	`rate` integer NOT NULL,
	`base` integer DEFAULT 0 NOT NULL,
	`amount` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`date`, `name`, `rate`)
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_lines_once` ON `invoice_lines` (`invoice_id`,`line_id`);--> statement-breakpoint
CREATE INDEX `invoice_lines_date` ON `invoice_lines` (`date`,`id`);--> statement-breakpoint
CREATE INDEX `invoice_lines_kind` ON `invoice_lines` (`kind`,`date`,`id`);--> statement-breakpoint
CREATE INDEX `invoice_lines_mechanic` ON `invoice_lines` (`mechanic_id`,`date`,`id`) WHERE "invoice_lines"."mechanic_id" is not null;--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_taxes_once` ON `invoice_taxes` (`invoice_id`,`position`);--> statement-breakpoint
CREATE INDEX `invoice_taxes_date` ON `invoice_taxes` (`date`,`id`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `invoices_ticket` ON `invoices` (`service_ticket_id`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_customer` ON `invoices` (`customer_id`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_credits` ON `invoices` (`credits_id`,`id`) WHERE "invoices"."credits_id" is not null;--> statement-breakpoint
CREATE INDEX `invoices_date` ON `invoices` (`date`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_vehicle` ON `invoices` (`vehicle_id`,`date`) WHERE "invoices"."vehicle_id" is not null and "invoices"."kind" = 'invoice';--> statement-breakpoint
CREATE INDEX `invoices_due` ON `invoices` (`due_date`,`id`) WHERE "invoices"."balance" > 0;--> statement-breakpoint
CREATE INDEX `invoices_owed_by` ON `invoices` (`customer_id`,`due_date`,`balance`) WHERE "invoices"."balance" > 0;--> statement-breakpoint
CREATE INDEX `invoices_refundable` ON `invoices` (`id`) WHERE "invoices"."refundable" > 0;--> statement-breakpoint
CREATE INDEX `invoices_owed_back` ON `invoices` (`customer_id`,`id`) WHERE "invoices"."refundable" > 0;--> statement-breakpoint
CREATE INDEX `invoices_balance` ON `invoices` (`balance`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_numbered_once` ON `invoices` (`kind`,`year`,`sequence`);--> statement-breakpoint
CREATE TABLE `lost_ids` (
	`name` text PRIMARY KEY NOT NULL,
	`last` integer NOT NULL
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE UNIQUE INDEX `lost_numbers_series` ON `lost_numbers` (`kind`,`year`,`last`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `payments_invoice` ON `payments` (`invoice_id`,`id`);--> statement-breakpoint
CREATE INDEX `payments_received` ON `payments` (`received_on`,`id`);--> statement-breakpoint
CREATE INDEX `payments_method` ON `payments` (`method`,`received_on`,`id`);--> statement-breakpoint
CREATE INDEX `payments_back` ON `payments` (`kind`,`id`) WHERE "payments"."kind" <> 'payment';--> statement-breakpoint
CREATE INDEX `payments_reference` ON `payments` (reference collate nocase,`method`) WHERE "payments"."reference" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `payments_reversed_once` ON `payments` (`reverses_id`) WHERE "payments"."reverses_id" is not null;--> statement-breakpoint
ALTER TABLE `estimates` ADD `authorized_net` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `estimates_date` ON `estimates` (`date`,`id`);--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `mileage_out` integer;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `promised_at` text;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `po_number` text;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `invoice_id` integer;--> statement-breakpoint
ALTER TABLE `service_tickets` ADD `unbilled_net` integer;--> statement-breakpoint
CREATE INDEX `service_tickets_unbilled` ON `service_tickets` (`id`,`unbilled_net`) WHERE "service_tickets"."unbilled_net" > 0;

-- What else the figures need.
INSERT INTO counters (name, value) VALUES ('invoices', 0), ('payments', 0), ('invoice_lines', 0), ('invoice_taxes', 0), ('refundable', 0);

-- What the lines of completed and closed tickets come to that no invoice bills.
CREATE VIEW unbilled_work AS
SELECT t.id AS service_ticket_id,
  (SELECT coalesce(sum(l.net), 0) FROM ticket_lines l WHERE l.service_ticket_id = t.id AND l.decision <> 'declined') AS net
FROM service_tickets t WHERE (t.status = 'completed' OR t.status = 'closed') AND t.invoice_id IS NULL;

-- What stands in the way of an invoice, a row each, as answers have it.
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
