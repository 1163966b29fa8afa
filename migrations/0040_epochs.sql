CREATE TABLE `epochs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`epoch` text NOT NULL,
	`began_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `epochs_epoch_unique` ON `epochs` (`epoch`);--> statement-breakpoint
-- Sessions from before epochs were written down have this one too.
INSERT INTO epochs (epoch, began_at) VALUES ('1', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
