-- Rules of estimates.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- They are all made again, so that this file has each of them.
DROP TRIGGER estimates_110_presentable;
DROP TRIGGER estimates_210_append_only;
DROP TRIGGER estimates_310_append_only;
DROP TRIGGER estimates_510_count_added;
DROP TRIGGER estimates_520_count_removed;

-- What was approved as of the last decision, and the estimates of each day.
UPDATE estimates SET authorized_net = coalesce((SELECT a.authorized_net_after FROM authorizations a
  WHERE a.service_ticket_id = estimates.service_ticket_id AND a.estimate_id <= estimates.id ORDER BY a.id DESC LIMIT 1), 0);
INSERT INTO daily_estimates (date, presented, presented_net, approved, approved_net)
SELECT date, count(*), sum(lines_net), sum(authorized_net > 0), sum(authorized_net) FROM estimates
WHERE NOT EXISTS (SELECT 1 FROM estimates newer WHERE newer.service_ticket_id = estimates.service_ticket_id AND newer.id > estimates.id) GROUP BY date;

-- What keeps an estimate from being presented, in the order in which it is told.
-- No insert replaces one: its id and number are free. It is of a ticket that is there, and neither closed nor cancelled nor invoiced. It shows every
-- line that the customer has not declined, as it is, at least one, and sums that follow from them, to the ticket's customer. Numbers of
-- a year have no gap and rise with the days.
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

-- An amount of an estimate is a whole number of cents, and so is the sum of them.
CREATE TRIGGER estimates_120_whole_cents BEFORE INSERT ON estimates
WHEN typeof(ifnull(NEW.lines_net, 0) + ifnull(NEW.discount_amount, 0)
    + ifnull(NEW.net, 0) + ifnull(NEW.tax, 0) + ifnull(NEW.total, 0) + ifnull(NEW.authorized_net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"estimates_whole_cents"}'); END;

-- What was shown does not change; only whose it is follows the ticket when two records turn out to be one customer.
CREATE TRIGGER estimates_210_append_only BEFORE UPDATE ON estimates
WHEN (NEW.id, NEW.service_ticket_id, NEW.year, NEW.sequence, NEW.at, NEW.date, NEW.valid_until, NEW.message, NEW.lines_net, NEW.discount_amount,
    NEW.net, NEW.tax, NEW.total, NEW.content) IS NOT (OLD.id, OLD.service_ticket_id, OLD.year, OLD.sequence, OLD.at, OLD.date, OLD.valid_until,
    OLD.message, OLD.lines_net, OLD.discount_amount, OLD.net, OLD.tax, OLD.total, OLD.content)
  OR ((NEW.customer_id <> OLD.customer_id OR NEW.authorized_net = OLD.authorized_net)
    AND (NEW.customer_id IS NOT (SELECT customer_id FROM service_tickets WHERE id = OLD.service_ticket_id)
      OR NOT EXISTS (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id)))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- What is approved is what the last decision on it left approved.
CREATE TRIGGER estimates_220_authorized_by_customer BEFORE UPDATE OF authorized_net ON estimates
WHEN NEW.authorized_net <> OLD.authorized_net AND NEW.authorized_net IS NOT (SELECT authorized_net_after FROM authorizations WHERE estimate_id = OLD.id ORDER BY id DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- What was shown is not removed.
CREATE TRIGGER estimates_310_append_only BEFORE DELETE ON estimates
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A new estimate is counted.
CREATE TRIGGER estimates_510_count_added AFTER INSERT ON estimates
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'estimates'; END;

-- An estimate that is removed while rules are set aside is no longer counted.
CREATE TRIGGER estimates_520_count_removed AFTER DELETE ON estimates
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'estimates'; END;

-- A new estimate takes the place of the one before it among those of its day.
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

-- What is approved of the newest estimate of a ticket is counted on the day of the estimate.
CREATE TRIGGER estimates_620_approved AFTER UPDATE OF authorized_net ON estimates
WHEN NEW.authorized_net <> OLD.authorized_net
BEGIN
  UPDATE daily_estimates SET approved = approved + (NEW.authorized_net > 0) - (OLD.authorized_net > 0),
      approved_net = approved_net + NEW.authorized_net - OLD.authorized_net WHERE date = NEW.date;
END;
