-- What a front desk needs of the tables: e-mails, VINs and vehicles that are missing, parts in thousandths, merged records,
-- words in a full-text index. SQLite cannot change a column, so five tables are built anew, children first. All triggers that
-- know them go before, by name, and come back in the files of rules that follow.
DROP TRIGGER customers_110_start_uncounted;
--> statement-breakpoint
DROP TRIGGER customers_120_not_replaced;
--> statement-breakpoint
DROP TRIGGER customers_210_not_replaced_by_update;
--> statement-breakpoint
DROP TRIGGER customers_220_keep_identity;
--> statement-breakpoint
DROP TRIGGER customers_310_with_tickets_stay;
--> statement-breakpoint
DROP TRIGGER customers_320_with_vehicles_stay;
--> statement-breakpoint
DROP TRIGGER customers_510_count_added;
--> statement-breakpoint
DROP TRIGGER customers_520_count_removed;
--> statement-breakpoint
DROP TRIGGER customers_610_email_to_account;
--> statement-breakpoint
DROP TRIGGER customers_710_search_terms_insert;
--> statement-breakpoint
DROP TRIGGER customers_720_search_terms_update;
--> statement-breakpoint
DROP TRIGGER customers_730_search_terms_delete;
--> statement-breakpoint
DROP TRIGGER mechanics_110_start_uncounted;
--> statement-breakpoint
DROP TRIGGER mechanics_120_not_replaced;
--> statement-breakpoint
DROP TRIGGER mechanics_210_not_replaced_by_update;
--> statement-breakpoint
DROP TRIGGER mechanics_220_keep_identity;
--> statement-breakpoint
DROP TRIGGER mechanics_310_with_tickets_stay;
--> statement-breakpoint
DROP TRIGGER mechanics_510_count_added;
--> statement-breakpoint
DROP TRIGGER mechanics_520_count_removed;
--> statement-breakpoint
DROP TRIGGER mechanics_530_leaderboard_count_added;
--> statement-breakpoint
DROP TRIGGER mechanics_540_leaderboard_count_removed;
--> statement-breakpoint
DROP TRIGGER mechanics_550_leaderboard_count_moved;
--> statement-breakpoint
DROP TRIGGER mechanics_610_email_to_account;
--> statement-breakpoint
DROP TRIGGER mechanics_620_status_to_account;
--> statement-breakpoint
DROP TRIGGER mechanics_710_search_terms_insert;
--> statement-breakpoint
DROP TRIGGER mechanics_720_search_terms_update;
--> statement-breakpoint
DROP TRIGGER mechanics_730_search_terms_delete;
--> statement-breakpoint
DROP TRIGGER users_110_not_replaced;
--> statement-breakpoint
DROP TRIGGER users_120_one_account_per_record;
--> statement-breakpoint
DROP TRIGGER users_210_not_replaced_by_update;
--> statement-breakpoint
DROP TRIGGER users_220_keep_identity;
--> statement-breakpoint
DROP TRIGGER users_230_keep_their_record;
--> statement-breakpoint
DROP TRIGGER users_240_keep_an_admin;
--> statement-breakpoint
DROP TRIGGER users_250_generations_rise;
--> statement-breakpoint
DROP TRIGGER users_310_keep_an_admin_at_delete;
--> statement-breakpoint
DROP TRIGGER users_510_count_added;
--> statement-breakpoint
DROP TRIGGER users_520_count_removed;
--> statement-breakpoint
DROP TRIGGER users_610_email_to_record;
--> statement-breakpoint
DROP TRIGGER users_620_status_to_mechanic_at_insert;
--> statement-breakpoint
DROP TRIGGER users_630_status_to_mechanic;
--> statement-breakpoint
DROP TRIGGER users_640_void_tokens;
--> statement-breakpoint
DROP TRIGGER users_650_end_sessions;
--> statement-breakpoint
DROP TRIGGER users_660_cascade_delete;
--> statement-breakpoint
DROP TRIGGER vehicles_110_not_replaced;
--> statement-breakpoint
DROP TRIGGER vehicles_210_not_replaced_by_update;
--> statement-breakpoint
DROP TRIGGER vehicles_220_keep_identity;
--> statement-breakpoint
DROP TRIGGER vehicles_510_count_added;
--> statement-breakpoint
DROP TRIGGER vehicles_520_count_removed;
--> statement-breakpoint
DROP TRIGGER vehicles_530_count_moved;
--> statement-breakpoint
DROP TRIGGER service_tickets_110_not_replaced;
--> statement-breakpoint
DROP TRIGGER service_tickets_120_start_open;
--> statement-breakpoint
DROP TRIGGER service_tickets_130_start_without_past;
--> statement-breakpoint
DROP TRIGGER service_tickets_210_keep_identity;
--> statement-breakpoint
DROP TRIGGER service_tickets_220_legal_steps;
--> statement-breakpoint
DROP TRIGGER service_tickets_230_keep_dates;
--> statement-breakpoint
DROP TRIGGER service_tickets_240_closed;
--> statement-breakpoint
DROP TRIGGER service_tickets_250_total_closed;
--> statement-breakpoint
DROP TRIGGER service_tickets_310_closed_stay;
--> statement-breakpoint
DROP TRIGGER service_tickets_320_completed_stay;
--> statement-breakpoint
DROP TRIGGER service_tickets_510_count_added;
--> statement-breakpoint
DROP TRIGGER service_tickets_520_count_removed;
--> statement-breakpoint
DROP TRIGGER service_tickets_530_completed_count_moved;
--> statement-breakpoint
DROP TRIGGER service_tickets_610_stamp_dates;
--> statement-breakpoint
DROP TRIGGER service_tickets_620_hold_parts;
--> statement-breakpoint
DROP TRIGGER service_tickets_630_move_bookings;
--> statement-breakpoint
DROP TRIGGER service_tickets_640_cascade_delete;
--> statement-breakpoint
DROP TRIGGER assignments_110_not_replaced;
--> statement-breakpoint
DROP TRIGGER assignments_120_never_overlap_from_start;
--> statement-breakpoint
DROP TRIGGER assignments_210_keep_identity;
--> statement-breakpoint
DROP TRIGGER assignments_220_as_scheduled;
--> statement-breakpoint
DROP TRIGGER assignments_230_never_overlap;
--> statement-breakpoint
DROP TRIGGER assignments_510_count_added;
--> statement-breakpoint
DROP TRIGGER assignments_520_count_removed;
--> statement-breakpoint
DROP TRIGGER assignments_610_book;
--> statement-breakpoint
DROP TRIGGER assignments_620_release_booking;
--> statement-breakpoint
DROP TRIGGER ticket_parts_110_not_replaced;
--> statement-breakpoint
DROP TRIGGER ticket_parts_120_start_held;
--> statement-breakpoint
DROP TRIGGER ticket_parts_210_keep_identity;
--> statement-breakpoint
DROP TRIGGER ticket_parts_220_held_as_status;
--> statement-breakpoint
DROP TRIGGER ticket_parts_610_take_stock;
--> statement-breakpoint
DROP TRIGGER ticket_parts_620_move_stock;
--> statement-breakpoint
DROP TRIGGER ticket_parts_630_return_stock;
--> statement-breakpoint
DROP TRIGGER ticket_parts_640_total_added;
--> statement-breakpoint
DROP TRIGGER ticket_parts_650_total_moved;
--> statement-breakpoint
DROP TRIGGER ticket_parts_660_total_removed;
--> statement-breakpoint
DROP TRIGGER parts_110_not_replaced;
--> statement-breakpoint
DROP TRIGGER parts_120_start_empty;
--> statement-breakpoint
DROP TRIGGER parts_210_keep_identity;
--> statement-breakpoint
DROP TRIGGER parts_220_quantity_from_ledger;
--> statement-breakpoint
DROP TRIGGER parts_310_on_tickets_stay;
--> statement-breakpoint
DROP TRIGGER parts_510_count_added;
--> statement-breakpoint
DROP TRIGGER parts_520_count_removed;
--> statement-breakpoint
DROP TRIGGER parts_710_search_terms_delete;
--> statement-breakpoint
DROP TRIGGER stock_movements_110_never_below_zero;
--> statement-breakpoint
DROP TRIGGER stock_movements_120_not_replaced;
--> statement-breakpoint
DROP TRIGGER stock_movements_210_not_changed;
--> statement-breakpoint
DROP TRIGGER stock_movements_310_not_removed;
--> statement-breakpoint
DROP TRIGGER stock_movements_610_applied;
--> statement-breakpoint
CREATE TABLE `merged_records` (
	`entity` text NOT NULL,
	`id` integer NOT NULL,
	`into_id` integer NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`entity`, `id`)
);
--> statement-breakpoint
CREATE INDEX `merged_records_into` ON `merged_records` (`entity`,`into_id`);
--> statement-breakpoint
-- Customers keep their table: their e-mail is copied into a column that may be null.
DROP INDEX customers_email_unique;
--> statement-breakpoint
DROP INDEX customers_name;
--> statement-breakpoint
ALTER TABLE customers RENAME COLUMN email TO old_email;
--> statement-breakpoint
ALTER TABLE customers ADD COLUMN email text;
--> statement-breakpoint
UPDATE customers SET email = old_email;
--> statement-breakpoint
ALTER TABLE customers DROP COLUMN old_email;
--> statement-breakpoint
ALTER TABLE customers ADD COLUMN search_terms text NOT NULL DEFAULT '{}';
--> statement-breakpoint
UPDATE customers SET search_terms = json_patch('{}', json_object(
  'name', (SELECT term FROM search_terms WHERE entity = 'customer' AND entity_id = customers.id AND field = 'name' ORDER BY length(term) DESC LIMIT 1),
  'phone', (SELECT term || ' ' || substr(term, -10) || ' ' || substr(term, -9) || ' ' || substr(term, -7) FROM search_terms
    WHERE entity = 'customer' AND entity_id = customers.id AND field = 'phone')));
--> statement-breakpoint
CREATE INDEX `customers_name` ON `customers` ("search_terms" ->> 'name',`id`);
--> statement-breakpoint
CREATE INDEX `customers_email` ON `customers` (`email`);
--> statement-breakpoint
DROP INDEX mechanics_name;
--> statement-breakpoint
ALTER TABLE mechanics ADD COLUMN search_terms text NOT NULL DEFAULT '{}';
--> statement-breakpoint
UPDATE mechanics SET search_terms = json_patch('{}', json_object(
  'name', (SELECT term FROM search_terms WHERE entity = 'mechanic' AND entity_id = mechanics.id AND field = 'name' ORDER BY length(term) DESC LIMIT 1),
  'phone', (SELECT term || ' ' || substr(term, -10) || ' ' || substr(term, -9) || ' ' || substr(term, -7) FROM search_terms
    WHERE entity = 'mechanic' AND entity_id = mechanics.id AND field = 'phone')));
--> statement-breakpoint
CREATE INDEX `mechanics_name` ON `mechanics` ("search_terms" ->> 'name',`id`);
--> statement-breakpoint
-- Ids are never given twice: a new table goes on where the old one stood.
CREATE TABLE old_sequence AS SELECT name, seq FROM sqlite_sequence;
--> statement-breakpoint
CREATE TABLE old_ticket_parts AS SELECT * FROM ticket_parts;
--> statement-breakpoint
DROP TABLE ticket_parts;
--> statement-breakpoint
CREATE TABLE old_assignments AS SELECT * FROM assignments;
--> statement-breakpoint
DROP TABLE assignments;
--> statement-breakpoint
CREATE TABLE old_service_tickets AS SELECT * FROM service_tickets;
--> statement-breakpoint
DROP TABLE service_tickets;
--> statement-breakpoint
CREATE TABLE old_vehicles AS SELECT * FROM vehicles;
--> statement-breakpoint
DROP TABLE vehicles;
--> statement-breakpoint
CREATE TABLE old_parts AS SELECT * FROM parts;
--> statement-breakpoint
DROP TABLE parts;
--> statement-breakpoint
CREATE TABLE old_stock_movements AS SELECT * FROM stock_movements;
--> statement-breakpoint
DROP TABLE stock_movements;
--> statement-breakpoint
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
--> statement-breakpoint
INSERT INTO vehicles (id, vin, make, model, year, color, license_plate, mileage, stated_mileage, customer_id, version, created_at, updated_at, search_terms)
  SELECT id, vin, make, model, year, color, license_plate, mileage, mileage, customer_id, version, created_at, updated_at, json_patch('{}', json_object('vin', lower(vin || ' ' || substr(vin, -8)), 'license_plate', lower(license_plate), 'make', lower(make),
    'model', lower(model))) FROM old_vehicles;
--> statement-breakpoint
DROP TABLE old_vehicles;
--> statement-breakpoint
CREATE UNIQUE INDEX `vehicles_vin_unique` ON `vehicles` (`vin`);
--> statement-breakpoint
CREATE INDEX `vehicles_customer` ON `vehicles` (`customer_id`);
--> statement-breakpoint
CREATE INDEX `vehicles_created_at` ON `vehicles` (`created_at`);
--> statement-breakpoint
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
--> statement-breakpoint
INSERT INTO parts (id, name, part_number, part_number_key, category, price, cost, quantity, reorder_point, version, created_at, updated_at, search_terms)
  SELECT id, name, part_number, iif(part_number IS NULL OR EXISTS (SELECT 1 FROM old_parts o WHERE lower(o.part_number) = lower(old_parts.part_number) AND o.id < old_parts.id), NULL, lower(part_number)), category, price, cost, quantity * 1000, reorder_point * 1000, version, created_at, updated_at, json_patch('{}', json_object(
    'name', (SELECT term FROM search_terms WHERE entity = 'part' AND entity_id = old_parts.id AND field = 'name' ORDER BY length(term) DESC LIMIT 1),
    'part_number', (SELECT group_concat(term, ' ') FROM search_terms WHERE entity = 'part' AND entity_id = old_parts.id AND field = 'part_number'),
    'category', lower(category))) FROM old_parts;
--> statement-breakpoint
DROP TABLE old_parts;
--> statement-breakpoint
CREATE UNIQUE INDEX `parts_part_number_key_unique` ON `parts` (`part_number_key`);
--> statement-breakpoint
CREATE INDEX `parts_name` ON `parts` ("search_terms" ->> 'name',`id`);
--> statement-breakpoint
CREATE INDEX `parts_price` ON `parts` (`price`);
--> statement-breakpoint
CREATE INDEX `parts_quantity` ON `parts` (`quantity`);
--> statement-breakpoint
CREATE INDEX `parts_category` ON `parts` ("search_terms" ->> 'category');
--> statement-breakpoint
CREATE INDEX `parts_low_stock` ON `parts` (`id`) WHERE "quantity" <= "reorder_point" and "retired_at" is null;
--> statement-breakpoint
CREATE INDEX `parts_in_use` ON `parts` (`id`) WHERE ifnull("retired_at", '') = '';
--> statement-breakpoint
CREATE INDEX `parts_retired` ON `parts` (`id`) WHERE "retired_at" is not null;
--> statement-breakpoint
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
	`search_terms` text DEFAULT '{}' NOT NULL,
	FOREIGN KEY (`customer_id`) REFERENCES `customers`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`vehicle_id`) REFERENCES `vehicles`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "service_tickets_id_positive" CHECK("id" > 0),
	CONSTRAINT "service_tickets_status_known" CHECK("status" in ('open', 'in_progress', 'completed', 'closed', 'cancelled')),
	CONSTRAINT "service_tickets_schedule" CHECK(("scheduled_start" is null) = ("scheduled_end" is null)
        and ("scheduled_start" < "scheduled_end") is not false
        and "scheduled_start" is strftime('%Y-%m-%dT%H:%M:%fZ', "scheduled_start", '+0 days') and "scheduled_end" is strftime('%Y-%m-%dT%H:%M:%fZ', "scheduled_end", '+0 days'))
);
--> statement-breakpoint
INSERT INTO service_tickets (id, customer_id, vehicle_id, service_desc, service_date, status, scheduled_start, scheduled_end, mileage, notes, parts_total, completed_at, closed_at, version, created_at, updated_at, search_terms)
  SELECT id, customer_id, vehicle_id, service_desc, service_date, status, scheduled_start, scheduled_end, mileage, notes, parts_total, completed_at, closed_at, version, created_at, updated_at, json_object('service_desc', lower(service_desc)) FROM old_service_tickets;
--> statement-breakpoint
DROP TABLE old_service_tickets;
--> statement-breakpoint
CREATE INDEX `service_tickets_customer` ON `service_tickets` (`customer_id`);
--> statement-breakpoint
CREATE INDEX `service_tickets_customer_date` ON `service_tickets` (`customer_id`,`service_date`);
--> statement-breakpoint
CREATE INDEX `service_tickets_vehicle` ON `service_tickets` (`vehicle_id`);
--> statement-breakpoint
CREATE INDEX `service_tickets_vehicle_date` ON `service_tickets` (`vehicle_id`,`service_date`);
--> statement-breakpoint
CREATE INDEX `service_tickets_status` ON `service_tickets` (`status`);
--> statement-breakpoint
CREATE INDEX `service_tickets_status_date` ON `service_tickets` (`status`,`service_date`);
--> statement-breakpoint
CREATE INDEX `service_tickets_date` ON `service_tickets` (`service_date`);
--> statement-breakpoint
CREATE INDEX `service_tickets_created_at` ON `service_tickets` (`created_at`);
--> statement-breakpoint
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
--> statement-breakpoint
INSERT INTO stock_movements (id, at, inventory_id, kind, quantity, balance, service_ticket_id, reason, user_id, role)
  SELECT id, at, inventory_id, kind, quantity * 1000, balance * 1000, service_ticket_id, reason, user_id, role FROM old_stock_movements;
--> statement-breakpoint
DROP TABLE old_stock_movements;
--> statement-breakpoint
CREATE INDEX `stock_movements_part` ON `stock_movements` (`inventory_id`,`id`);
--> statement-breakpoint
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
--> statement-breakpoint
INSERT INTO assignments (id, service_ticket_id, mechanic_id, starts_at, ends_at, created_at)
  SELECT id, service_ticket_id, mechanic_id, starts_at, ends_at, created_at FROM old_assignments;
--> statement-breakpoint
DROP TABLE old_assignments;
--> statement-breakpoint
CREATE INDEX `assignments_mechanic` ON `assignments` (`mechanic_id`,`service_ticket_id`);
--> statement-breakpoint
CREATE INDEX `assignments_booking` ON `assignments` (`mechanic_id`,`starts_at`,`service_ticket_id`,`ends_at`);
--> statement-breakpoint
CREATE UNIQUE INDEX `assignments_once` ON `assignments` (`service_ticket_id`,`mechanic_id`);
--> statement-breakpoint
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
--> statement-breakpoint
INSERT INTO ticket_parts (id, service_ticket_id, inventory_id, quantity, unit_price, unit_cost, held)
  SELECT id, service_ticket_id, inventory_id, quantity * 1000, unit_price, unit_cost, held FROM old_ticket_parts;
--> statement-breakpoint
DROP TABLE old_ticket_parts;
--> statement-breakpoint
CREATE INDEX `ticket_parts_part` ON `ticket_parts` (`inventory_id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `ticket_parts_one_line` ON `ticket_parts` (`service_ticket_id`,`inventory_id`);
--> statement-breakpoint
-- SQLite looks for a table's last id from the first row on: those come first of which a write makes most.
CREATE TABLE new_sequence AS SELECT name, max(seq) AS seq FROM (SELECT name, seq FROM old_sequence UNION ALL SELECT name, seq FROM sqlite_sequence
  UNION ALL VALUES ('audit_log', 0), ('assignments', 0), ('service_tickets', 0), ('vehicles', 0), ('customers', 0), ('sessions', 0), ('parts', 0),
  ('users', 0), ('mechanics', 0)) GROUP BY name;
--> statement-breakpoint
DELETE FROM sqlite_sequence;
--> statement-breakpoint
INSERT INTO sqlite_sequence (name, seq) SELECT name, seq FROM new_sequence
  ORDER BY instr('audit_log,assignments,service_tickets,users,customers,mechanics,vehicles,parts,sessions', name) = 0,
    instr('audit_log,assignments,service_tickets,users,customers,mechanics,vehicles,parts,sessions', name);
--> statement-breakpoint
DROP TABLE new_sequence;
--> statement-breakpoint
DROP TABLE old_sequence;
--> statement-breakpoint
DROP TABLE search_terms;
--> statement-breakpoint
-- The full-text index of each record. The app folds the words; the index splits them at what is neither letter nor digit.
CREATE VIRTUAL TABLE customers_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');
--> statement-breakpoint
INSERT INTO customers_search (rowid, terms)
  SELECT id, concat_ws(' ', (SELECT group_concat(value, ' ') FROM json_each(search_terms)), email) FROM customers;
--> statement-breakpoint
CREATE VIRTUAL TABLE mechanics_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');
--> statement-breakpoint
INSERT INTO mechanics_search (rowid, terms)
  SELECT id, concat_ws(' ', (SELECT group_concat(value, ' ') FROM json_each(search_terms)), email) FROM mechanics;
--> statement-breakpoint
CREATE VIRTUAL TABLE vehicles_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');
--> statement-breakpoint
INSERT INTO vehicles_search (rowid, terms)
  SELECT id, (SELECT group_concat(value, ' ') FROM json_each(search_terms)) FROM vehicles;
--> statement-breakpoint
CREATE VIRTUAL TABLE parts_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');
--> statement-breakpoint
INSERT INTO parts_search (rowid, terms)
  SELECT id, (SELECT group_concat(value, ' ') FROM json_each(search_terms)) FROM parts;
--> statement-breakpoint
CREATE VIRTUAL TABLE service_tickets_search USING fts5(terms, content='', contentless_delete=1, tokenize='ascii', prefix='1 2 3');
--> statement-breakpoint
INSERT INTO service_tickets_search (rowid, terms)
  SELECT t.id, concat_ws(' ', t.search_terms ->> 'service_desc', c.search_terms ->> 'name', v.search_terms ->> 'license_plate')
  FROM service_tickets t JOIN customers c ON c.id = t.customer_id LEFT JOIN vehicles v ON v.id = t.vehicle_id;
--> statement-breakpoint
-- A vehicle has at least the mileage that its tickets have read.
UPDATE vehicles SET mileage = r.mileage
FROM (SELECT vehicle_id, max(mileage) AS mileage FROM service_tickets WHERE mileage IS NOT NULL GROUP BY vehicle_id) r
WHERE r.vehicle_id = vehicles.id AND coalesce(vehicles.mileage, -1) < r.mileage;
--> statement-breakpoint
-- Tickets that are closed already keep the words that they show today.
UPDATE service_tickets SET closed_words = json_object(
  'VIN', (SELECT vin FROM vehicles WHERE id = vehicle_id), 'customer', (SELECT name FROM customers WHERE id = customer_id),
  'mechanics', json((SELECT json_group_object(m.id, m.name) FROM assignments a JOIN mechanics m ON m.id = a.mechanic_id
    WHERE a.service_ticket_id = service_tickets.id)),
  'parts', json((SELECT json_group_object(p.id, json_object('name', p.name, 'part_number', p.part_number)) FROM ticket_parts l
    JOIN parts p ON p.id = l.inventory_id WHERE l.service_ticket_id = service_tickets.id)))
WHERE status = 'closed';
--> statement-breakpoint
-- When the mechanics of a ticket are booked: as it is scheduled, until the work ended, and not once it is closed or cancelled.
CREATE VIEW booked_times AS SELECT id,
  iif(isnt, NULL, scheduled_start) AS starts_at, iif(isnt, NULL, min(scheduled_end, coalesce(completed_at, scheduled_end))) AS ends_at
FROM (SELECT *, status IN ('closed', 'cancelled') OR coalesce(completed_at <= scheduled_start, 0) AS isnt FROM service_tickets);
