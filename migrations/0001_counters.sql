-- Counts that listings show are kept by triggers, so that nothing ever counts a table: those numbered 5xx.
INSERT INTO counters (name, value) VALUES
  ('customers', 0), ('mechanics', 0), ('leaderboard', 0), ('vehicles', 0), ('service_tickets', 0), ('assignments', 0),
  ('inventory', 0), ('users', 0), ('audit_log', 0);

-- For each new row SQLite looks for the last id of its table, from the first row of sqlite_sequence on: what grows most comes first.
UPDATE sqlite_sequence SET rowid = 1000 WHERE name = 'd1_migrations';
INSERT INTO sqlite_sequence (rowid, name, seq) VALUES
  (1, 'audit_log', 0), (2, 'service_tickets', 0), (3, 'vehicles', 0), (4, 'users', 0), (5, 'mechanics', 0),
  (6, 'customers', 0), (7, 'parts', 0);
