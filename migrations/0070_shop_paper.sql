ALTER TABLE `shop` ADD `paper` text DEFAULT 'letter' NOT NULL CONSTRAINT "shop_paper_known" CHECK(("paper" = 'a4' or "paper" = 'letter'));--> statement-breakpoint
ALTER TABLE `shop` ADD `locale` text DEFAULT 'en-US' NOT NULL;
