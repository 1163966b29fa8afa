CREATE INDEX `audit_log_entity_at` ON `audit_log` (`entity`,`at`);--> statement-breakpoint
CREATE INDEX `audit_log_user_at` ON `audit_log` (`user_id`,`at`);--> statement-breakpoint
CREATE INDEX `audit_log_user_entity_at` ON `audit_log` (`user_id`,`entity`,`at`);--> statement-breakpoint
CREATE INDEX `service_tickets_customer_status` ON `service_tickets` (`customer_id`,`status`);