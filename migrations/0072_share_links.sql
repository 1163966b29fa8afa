-- Links by which a customer without an account sees and decides. A decision may come by one, which the checks of authorisations did not
-- know: that table is built anew, and that of its decisions, which points to it. Their triggers go before, by name, and come back in the
-- files of rules that follow.
DROP TRIGGER authorization_decisions_110_as_said;
--> statement-breakpoint
DROP TRIGGER authorization_decisions_120_whole_cents;
--> statement-breakpoint
DROP TRIGGER authorization_decisions_210_append_only;
--> statement-breakpoint
DROP TRIGGER authorization_decisions_310_append_only;
--> statement-breakpoint
DROP TRIGGER authorization_decisions_610_reach_line;
--> statement-breakpoint
DROP TRIGGER authorizations_110_decidable;
--> statement-breakpoint
DROP TRIGGER authorizations_120_whole_cents;
--> statement-breakpoint
DROP TRIGGER authorizations_210_append_only;
--> statement-breakpoint
DROP TRIGGER authorizations_310_append_only;
--> statement-breakpoint
DROP TRIGGER authorizations_610_decisions;
--> statement-breakpoint
DROP TRIGGER authorizations_620_reach_estimate;
--> statement-breakpoint
CREATE TABLE old_authorization_decisions AS SELECT * FROM authorization_decisions;
--> statement-breakpoint
DROP TABLE authorization_decisions;
--> statement-breakpoint
CREATE TABLE old_authorizations AS SELECT * FROM authorizations;
--> statement-breakpoint
DROP TABLE authorizations;
--> statement-breakpoint
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
	`uses` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`service_ticket_id`) REFERENCES `service_tickets`(`id`) ON UPDATE restrict ON DELETE cascade,
	CONSTRAINT "share_links_id_positive" CHECK("share_links"."id" > 0),
	CONSTRAINT "share_links_may_known" CHECK(("share_links"."may" = 'view' or "share_links"."may" = 'decide')),
	CONSTRAINT "share_links_hash_is_one" CHECK(length("share_links"."hash") = 64 and "share_links"."hash" not glob '*[^0-9a-f]*'),
	CONSTRAINT "share_links_end" CHECK("share_links"."expires_at" > "share_links"."created_at")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `share_links_hash_unique` ON `share_links` (`hash`);--> statement-breakpoint
CREATE INDEX `share_links_ticket` ON `share_links` (`service_ticket_id`,`id`);--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `authorizations_ticket` ON `authorizations` (`service_ticket_id`,`id`);
--> statement-breakpoint
CREATE INDEX `authorizations_estimate` ON `authorizations` (`estimate_id`);
--> statement-breakpoint
INSERT INTO authorizations (id, service_ticket_id, estimate_id, at, date, channel, person_name, capacity, contact, staff_user_id, customer_user_id, address, replaced_parts, note, additional_net, authorized_net_before, authorized_net_after, total_after, decisions)
  SELECT id, service_ticket_id, estimate_id, at, date, channel, person_name, capacity, contact, staff_user_id, customer_user_id, address, replaced_parts, note, additional_net, authorized_net_before, authorized_net_after, total_after, decisions FROM old_authorizations;
--> statement-breakpoint
DROP TABLE old_authorizations;
--> statement-breakpoint
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
CREATE UNIQUE INDEX `authorization_decisions_once` ON `authorization_decisions` (`authorization_id`,`line_id`);
--> statement-breakpoint
CREATE INDEX `authorization_decisions_line` ON `authorization_decisions` (`line_id`,`id`);
--> statement-breakpoint
CREATE INDEX `authorization_decisions_ticket` ON `authorization_decisions` (`service_ticket_id`,`id`);
--> statement-breakpoint
INSERT INTO authorization_decisions (id, authorization_id, position, service_ticket_id, line_id, decision, net, words, description, at)
  SELECT id, authorization_id, position, service_ticket_id, line_id, decision, net, words, description, at FROM old_authorization_decisions;
--> statement-breakpoint
DROP TABLE old_authorization_decisions;
