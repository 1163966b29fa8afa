-- Rules of invoices and credit notes.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces a document: its id and number are free.
-- Numbers of a series have no gap but for those that were lost when the database was set back, and rise with the days. It is of a ticket
-- that is there, and its customer's. It has at most a million bytes.
CREATE TRIGGER invoices_110_numbered BEFORE INSERT ON invoices
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM invoices))
    OR EXISTS (SELECT 1 FROM invoices WHERE kind = NEW.kind AND year = NEW.year AND sequence = NEW.sequence);
  SELECT RAISE(ABORT, 'app:document_too_large:{}') WHERE length(CAST(NEW.content AS BLOB)) > 1000000;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_numbered"}') WHERE NEW.sequence IS NOT 1 + max(
      coalesce((SELECT max(sequence) FROM invoices WHERE kind = NEW.kind AND year = NEW.year), 0),
      coalesce((SELECT max(last) FROM lost_numbers WHERE kind = NEW.kind AND year = NEW.year), 0))
    OR NEW.year IS NOT CAST(substr(NEW.date, 1, 4) AS INTEGER)
    OR NEW.date < (SELECT date FROM invoices WHERE kind = NEW.kind ORDER BY year DESC, sequence DESC LIMIT 1);
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_numbered"}') WHERE date(NEW.date) IS NOT NEW.date
    OR (NEW.kind = 'invoice' AND date(NEW.due_date) IS NOT NEW.due_date) OR date(NEW.supplied_on) IS NOT NEW.supplied_on
    OR NEW.date < date(NEW.at, '-1 day') OR (NEW.date > date(NEW.at, '+1 day')
      AND NEW.date IS NOT (SELECT date FROM invoices WHERE kind = NEW.kind ORDER BY year DESC, sequence DESC LIMIT 1));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_numbered"}')
    WHERE NEW.customer_id IS NOT (SELECT customer_id FROM service_tickets WHERE id = NEW.service_ticket_id);
END;

-- What keeps an invoice from being posted, in the order in which it is told: the ticket has one; something is unmet, all of which is named.
-- It bills every line that the customer has not declined, as it is, and its sums follow from them.
CREATE TRIGGER invoices_120_postable BEFORE INSERT ON invoices
WHEN NEW.kind = 'invoice'
BEGIN
  SELECT RAISE(ABORT, 'app:already_invoiced:' || json_object('invoice_id', i.id, 'number', i.number))
    FROM service_tickets t JOIN invoices i ON i.id = t.invoice_id WHERE t.id = NEW.service_ticket_id;
  SELECT RAISE(ABORT, 'app:not_postable:' || json_object('unmet', json_group_array(json(unmet))))
    FROM unmet_for_invoice WHERE service_ticket_id = NEW.service_ticket_id HAVING count(*) > 0;
  SELECT RAISE(ABORT, 'app:amount_too_large:{}') WHERE NEW.lines_net > 999999999;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_postable"}') FROM (SELECT
      json_group_array(json_array(value ->> 'id', value ->> 'words', value ->> 'net', value ->> 'quantity', value ->> 'discount_amount',
        value ->> 'unit_cost', value ->> 'mechanic_id') ORDER BY value ->> 'id') AS lines,
      sum(value ->> 'net') AS net, sum(value ->> 'share') AS share, sum(iif(value ->> 'kind' = 'labor', (value ->> 'net') - (value ->> 'share'), 0)) AS labor,
      sum(iif(value ->> 'kind' = 'part', (value ->> 'net') - (value ->> 'share'), 0)) AS part,
      sum(iif(value ->> 'kind' = 'sublet', (value ->> 'net') - (value ->> 'share'), 0)) AS sublet,
      sum(iif(value ->> 'kind' = 'fee', (value ->> 'net') - (value ->> 'share'), 0)) AS fee FROM json_each(NEW.content, '$.lines')) d
    WHERE (NEW.lines_net, NEW.discount_amount, NEW.labor, NEW.part, NEW.sublet, NEW.fee) IS NOT (d.net, d.share, d.labor, d.part, d.sublet, d.fee)
      OR d.lines IS NOT (SELECT json_group_array(json_array(l.id, l.words || '', l.net, l.quantity, l.discount_amount, l.unit_cost,
          iif(l.kind = 'labor', coalesce(l.mechanic_id, (SELECT mechanic_id FROM ticket_jobs WHERE id = l.job_id)), NULL)) ORDER BY l.id)
        FROM ticket_lines l WHERE l.service_ticket_id = NEW.service_ticket_id AND l.decision <> 'declined');
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_postable"}')
    WHERE NEW.tax IS NOT (SELECT coalesce(sum(value ->> 'amount'), 0) FROM json_each(NEW.content, '$.taxes'))
      OR NEW.vehicle_id IS NOT (SELECT vehicle_id FROM service_tickets WHERE id = NEW.service_ticket_id)
      OR NEW.credited <> 0 OR NEW.is_credited <> 0 OR NEW.paid <> 0;
END;

-- What keeps a credit note from being posted: it corrects an invoice of the same ticket, of whose lines it takes back no more than is left.
-- Of each line and tax it says what has been taken back with it, so that any pieces add up to the invoice to the cent.
CREATE TRIGGER invoices_130_creditable BEFORE INSERT ON invoices
WHEN NEW.kind = 'credit_note'
BEGIN
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'invoice', 'id', NEW.credits_id)) WHERE NOT EXISTS
    (SELECT 1 FROM invoices WHERE id = NEW.credits_id AND kind = 'invoice' AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:credit_exceeds:{"left":0}') FROM invoices WHERE id = NEW.credits_id AND is_credited;
  SELECT RAISE(ABORT, 'app:credit_exceeds:' || json_object('line_id', l.value ->> 'id', 'left',
      ((l.value ->> 'net') - (l.value ->> 'share') - ifnull(p.content ->> ('$.lines[' || l.key || '].credited_net'), 0)) / 100.0))
    FROM invoices i JOIN json_each(i.content, '$.lines') l
    LEFT JOIN invoices p ON p.id = (SELECT max(id) FROM invoices WHERE credits_id = NEW.credits_id)
    WHERE i.id = NEW.credits_id AND NEW.content ->> ('$.lines[' || l.key || '].credited_net') > (l.value ->> 'net') - (l.value ->> 'share');
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_creditable"}')
    FROM invoices i JOIN json_each(i.content, '$.lines') l
    LEFT JOIN invoices p ON p.id = (SELECT max(id) FROM invoices WHERE credits_id = NEW.credits_id)
    WHERE i.id = NEW.credits_id AND (SELECT n ->> 'id' IS NOT l.value ->> 'id' OR n ->> 'kind' IS NOT l.value ->> 'kind'
        OR n ->> 'mechanic_id' IS NOT l.value ->> 'mechanic_id' OR (n ->> 'net' >= 0) IS NOT 1
        OR n ->> 'credited_net' IS NOT (n ->> 'net') + ifnull(o ->> 'credited_net', 0)
        OR n ->> 'credited_quantity' IS NOT (n ->> 'quantity') + ifnull(o ->> 'credited_quantity', 0)
        OR n ->> 'credited_discount' IS NOT (n ->> 'discount') + ifnull(o ->> 'credited_discount', 0)
        OR (l.value ->> 'cost' IS NOT NULL AND n ->> 'credited_cost' IS NOT (n ->> 'cost') + ifnull(o ->> 'credited_cost', 0))
        OR (l.value ->> 'cost' IS NULL AND n ->> 'cost' IS NOT NULL)
        OR min(n ->> 'quantity', n ->> 'discount', ifnull(n ->> 'cost', 0)) < 0
        OR (NEW.is_credited AND (n ->> 'credited_net', n ->> 'credited_quantity', n ->> 'credited_discount', n ->> 'credited_cost') IS NOT
          ((l.value ->> 'net') - (l.value ->> 'share'), l.value ->> 'quantity', (l.value ->> 'discount_amount') + (l.value ->> 'share'), l.value ->> 'cost'))
      FROM (SELECT NEW.content -> ('$.lines[' || l.key || ']') AS n, p.content -> ('$.lines[' || l.key || ']') AS o));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_creditable"}')
    FROM invoices i JOIN json_each(i.content, '$.taxes') x
    LEFT JOIN invoices p ON p.id = (SELECT max(id) FROM invoices WHERE credits_id = NEW.credits_id)
    WHERE i.id = NEW.credits_id AND (SELECT n ->> 'name' IS NOT x.value ->> 'name' OR n ->> 'rate' IS NOT x.value ->> 'rate'
        OR n ->> 'base' IS NOT (SELECT sum(m.value ->> 'net') FROM json_each(NEW.content, '$.lines') m
          WHERE EXISTS (SELECT 1 FROM json_each(m.value, '$.taxes') WHERE value = x.value ->> 'id'))
        OR n ->> 'credited_base' IS NOT (n ->> 'base') + ifnull(o ->> 'credited_base', 0)
        OR n ->> 'credited_amount' IS NOT (2 * (x.value ->> 'amount') * (n ->> 'credited_base') + (x.value ->> 'base')) / (2 * (x.value ->> 'base'))
        OR n ->> 'amount' IS NOT (n ->> 'credited_amount') - ifnull(o ->> 'credited_amount', 0)
      FROM (SELECT NEW.content -> ('$.taxes[' || x.key || ']') AS n, p.content -> ('$.taxes[' || x.key || ']') AS o));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"invoices_creditable"}') FROM invoices i WHERE i.id = NEW.credits_id AND (
      json_array_length(NEW.content, '$.lines') IS NOT json_array_length(i.content, '$.lines')
      OR json_array_length(NEW.content, '$.taxes') IS NOT json_array_length(i.content, '$.taxes')
      OR (NEW.net = 0 AND i.net > 0) OR NEW.discount_amount <> 0 OR NEW.vehicle_id IS NOT i.vehicle_id
      OR (NEW.net, NEW.labor, NEW.part, NEW.sublet, NEW.fee) IS NOT (SELECT sum(net), sum(iif(kind = 'labor', net, 0)), sum(iif(kind = 'part', net, 0)),
          sum(iif(kind = 'sublet', net, 0)), sum(iif(kind = 'fee', net, 0))
        FROM (SELECT value ->> 'kind' AS kind, value ->> 'net' AS net FROM json_each(NEW.content, '$.lines')))
      OR NEW.tax IS NOT (SELECT coalesce(sum(value ->> 'amount'), 0) FROM json_each(NEW.content, '$.taxes'))
      OR NEW.credited IS NOT i.credited + NEW.total
      OR NEW.is_credited IS NOT (i.net = (SELECT sum(value ->> 'credited_net') FROM json_each(NEW.content, '$.lines'))));
END;

-- What was posted does not change.
-- What is credited and paid of an invoice is what its last credit note and payment say; whose it is follows the ticket when two records
-- turn out to be one customer.
CREATE TRIGGER invoices_210_append_only BEFORE UPDATE ON invoices
WHEN (NEW.id, NEW.kind, NEW.service_ticket_id, NEW.vehicle_id, NEW.credits_id, NEW.year, NEW.sequence, NEW.at, NEW.date, NEW.supplied_on, NEW.due_date,
    NEW.lines_net, NEW.discount_amount, NEW.net, NEW.tax, NEW.total, NEW.labor, NEW.part, NEW.sublet, NEW.fee, NEW.reason, NEW.text, NEW.staff_user_id,
    NEW.content) IS NOT (OLD.id, OLD.kind, OLD.service_ticket_id, OLD.vehicle_id, OLD.credits_id, OLD.year, OLD.sequence, OLD.at, OLD.date, OLD.supplied_on,
    OLD.due_date, OLD.lines_net, OLD.discount_amount, OLD.net, OLD.tax, OLD.total, OLD.labor, OLD.part, OLD.sublet, OLD.fee, OLD.reason, OLD.text,
    OLD.staff_user_id, OLD.content)
  OR ((NEW.customer_id <> OLD.customer_id OR (NEW.credited, NEW.is_credited, NEW.paid) IS (OLD.credited, OLD.is_credited, OLD.paid))
    AND (NEW.customer_id IS NOT (SELECT customer_id FROM service_tickets WHERE id = OLD.service_ticket_id)
      OR NOT EXISTS (SELECT 1 FROM merged_records WHERE entity = 'customer' AND id = OLD.customer_id AND into_id = NEW.customer_id)))
  OR ((NEW.credited, NEW.is_credited) IS NOT (OLD.credited, OLD.is_credited) AND (NEW.credited, NEW.is_credited) IS NOT
    (SELECT credited, is_credited FROM invoices WHERE credits_id = OLD.id ORDER BY id DESC LIMIT 1))
  OR (NEW.paid <> OLD.paid AND NEW.paid IS NOT (SELECT paid_after FROM payments WHERE invoice_id = OLD.id ORDER BY id DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- What was posted is not removed.
CREATE TRIGGER invoices_310_append_only BEFORE DELETE ON invoices
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A document is counted, and so is each of its lines and taxes.
CREATE TRIGGER invoices_510_count_added AFTER INSERT ON invoices
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'invoices'; END;

-- A document that is removed while rules are set aside is no longer counted.
CREATE TRIGGER invoices_520_count_removed AFTER DELETE ON invoices
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'invoices'; END;

-- What is owed back in all is kept.
CREATE TRIGGER invoices_530_sum_refundable AFTER UPDATE OF credited, paid ON invoices
WHEN NEW.refundable <> OLD.refundable
BEGIN UPDATE counters SET value = value + NEW.refundable - OLD.refundable WHERE name = 'refundable'; END;

-- An invoiced ticket is billed by its invoice; once all of that is credited, it is free again.
CREATE TRIGGER invoices_610_bill_ticket AFTER INSERT ON invoices
BEGIN
  UPDATE service_tickets SET invoice_id = NEW.id, unbilled_net = NULL, version = version + 1, updated_at = NEW.at
    WHERE id = NEW.service_ticket_id AND NEW.kind = 'invoice';
  UPDATE invoices SET credited = NEW.credited, is_credited = NEW.is_credited WHERE id = NEW.credits_id;
  UPDATE service_tickets SET invoice_id = NULL, version = version + 1, updated_at = NEW.at
    WHERE id = NEW.service_ticket_id AND NEW.kind = 'credit_note' AND NEW.is_credited;
  UPDATE service_tickets SET unbilled_net = (SELECT net FROM unbilled_work WHERE service_ticket_id = NEW.service_ticket_id)
    WHERE id = NEW.service_ticket_id AND NEW.kind = 'credit_note' AND NEW.is_credited;
END;

-- Each line and tax of a document becomes a row, by which figures are taken apart.
CREATE TRIGGER invoices_620_rows AFTER INSERT ON invoices
BEGIN
  INSERT INTO invoice_lines (invoice_id, line_id, document_kind, date, kind, description, mechanic_id, quantity, net, discount, cost)
  SELECT NEW.id, value ->> 'id', NEW.kind, NEW.date, value ->> 'kind', value ->> 'description', value ->> 'mechanic_id', value ->> 'quantity',
    (value ->> 'net') - ifnull(value ->> 'share', 0), iif(NEW.kind = 'invoice', (value ->> 'discount_amount') + (value ->> 'share'), value ->> 'discount'),
    value ->> 'cost'
  FROM json_each(NEW.content, '$.lines')
  WHERE NEW.kind = 'invoice' OR max(value ->> 'net', value ->> 'quantity', value ->> 'discount', ifnull(value ->> 'cost', 0)) > 0;
  UPDATE counters SET value = value + changes() WHERE name = 'invoice_lines';
  INSERT INTO invoice_taxes (invoice_id, position, document_kind, date, name, rate, base, amount)
  SELECT NEW.id, key, NEW.kind, NEW.date, value ->> 'name', value ->> 'rate', value ->> 'base', value ->> 'amount'
  FROM json_each(NEW.content, '$.taxes') WHERE (value ->> 'base') > 0;
END;

-- What was sold on a day: an invoice adds to it, a credit note takes off. A vehicle counts once a day.
CREATE TRIGGER invoices_630_daily_sales AFTER INSERT ON invoices
BEGIN
  INSERT INTO daily_sales (date, invoices, cars, labor, part, sublet, fee, discounts, part_cost, sublet_cost, part_without_cost, sublet_without_cost,
    lines_without_cost, hours, tax)
  SELECT NEW.date, iif(sign = 1, 1, -NEW.is_credited), sign = 1 AND NEW.vehicle_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoices
      WHERE vehicle_id = NEW.vehicle_id AND kind = 'invoice' AND date = NEW.date AND id < NEW.id),
    sign * NEW.labor, sign * NEW.part, sign * NEW.sublet, sign * NEW.fee, sign * discounts, sign * part_cost, sign * sublet_cost,
    sign * part_without_cost, sign * sublet_without_cost, iif(sign = 1, lines_without_cost, 0), sign * hours, sign * NEW.tax
  FROM (SELECT iif(NEW.kind = 'invoice', 1, -1) AS sign, sum(discount) AS discounts,
      sum(iif(kind = 'part', ifnull(cost, 0), 0)) AS part_cost, sum(iif(kind = 'sublet', ifnull(cost, 0), 0)) AS sublet_cost,
      sum(iif(kind = 'part' AND cost IS NULL, net, 0)) AS part_without_cost, sum(iif(kind = 'sublet' AND cost IS NULL, net, 0)) AS sublet_without_cost,
      sum((kind = 'part' OR kind = 'sublet') AND cost IS NULL) AS lines_without_cost, sum(iif(kind = 'labor', quantity, 0)) AS hours
    FROM (SELECT value ->> 'kind' AS kind, value ->> 'cost' AS cost, value ->> 'quantity' AS quantity,
        (value ->> 'net') - ifnull(value ->> 'share', 0) AS net,
        iif(NEW.kind = 'invoice', (value ->> 'discount_amount') + (value ->> 'share'), value ->> 'discount') AS discount
      FROM json_each(NEW.content, '$.lines'))) WHERE true
  ON CONFLICT (date) DO UPDATE SET invoices = invoices + excluded.invoices, cars = cars + excluded.cars, labor = labor + excluded.labor,
    part = part + excluded.part, sublet = sublet + excluded.sublet, fee = fee + excluded.fee, discounts = discounts + excluded.discounts,
    part_cost = part_cost + excluded.part_cost, sublet_cost = sublet_cost + excluded.sublet_cost,
    part_without_cost = part_without_cost + excluded.part_without_cost, sublet_without_cost = sublet_without_cost + excluded.sublet_without_cost,
    lines_without_cost = lines_without_cost + excluded.lines_without_cost, hours = hours + excluded.hours, tax = tax + excluded.tax;
  INSERT INTO daily_taxes (date, name, rate, base, amount)
  SELECT NEW.date, value ->> 'name', value ->> 'rate', iif(NEW.kind = 'invoice', 1, -1) * sum(value ->> 'base'),
    iif(NEW.kind = 'invoice', 1, -1) * sum(value ->> 'amount')
  FROM json_each(NEW.content, '$.taxes') WHERE (value ->> 'base') > 0 GROUP BY 2, 3
  ON CONFLICT (date, name, rate) DO UPDATE SET base = base + excluded.base, amount = amount + excluded.amount;
END;

-- The same for the mechanics who did the labour or worked on the ticket; a ticket counts until all of it is credited.
CREATE TRIGGER invoices_640_daily_mechanics AFTER INSERT ON invoices
BEGIN
  INSERT INTO daily_mechanics (date, mechanic_id, hours, labor, tickets, promised, on_time)
  SELECT NEW.date, m.id, sign * coalesce(sum(l.value ->> 'quantity'), 0),
    sign * coalesce(sum((l.value ->> 'net') - ifnull(l.value ->> 'share', 0)), 0),
    counts, counts * (promised_at IS NOT NULL), counts * ifnull(completed_at <= promised_at, 0)
  FROM (SELECT value ->> 'id' AS id, iif(NEW.kind = 'invoice', 1, -1) AS sign, iif(NEW.kind = 'invoice', 1, -NEW.is_credited) AS counts,
      NEW.content ->> '$.promised_at' AS promised_at, NEW.content ->> '$.completed_at' AS completed_at FROM json_each(NEW.content, '$.mechanics')) m
    LEFT JOIN json_each(NEW.content, '$.lines') l ON l.value ->> 'mechanic_id' = m.id
  WHERE true GROUP BY m.id
  ON CONFLICT (mechanic_id, date) DO UPDATE SET hours = hours + excluded.hours, labor = labor + excluded.labor, tickets = tickets + excluded.tickets,
    promised = promised + excluded.promised, on_time = on_time + excluded.on_time;
END;

-- A new invoice is due on a day.
CREATE TRIGGER invoices_650_due AFTER INSERT ON invoices
WHEN NEW.kind = 'invoice' AND NEW.total > 0
BEGIN
  INSERT INTO daily_due (due_date, invoices, balance) VALUES (NEW.due_date, 1, NEW.total)
  ON CONFLICT (due_date) DO UPDATE SET invoices = invoices + 1, balance = balance + excluded.balance;
END;

-- What is paid or credited is due no more; what is taken back is due again.
CREATE TRIGGER invoices_660_due_moved AFTER UPDATE OF credited, paid ON invoices
WHEN NEW.balance <> OLD.balance
BEGIN
  INSERT INTO daily_due (due_date, invoices, balance) VALUES (NEW.due_date, 0, 0) ON CONFLICT (due_date) DO NOTHING;
  UPDATE daily_due SET invoices = invoices + (NEW.balance > 0) - (OLD.balance > 0), balance = balance + NEW.balance - OLD.balance
    WHERE due_date = NEW.due_date;
  DELETE FROM daily_due WHERE due_date = NEW.due_date AND invoices = 0;
END;

-- What a customer owes and is owed back follows from their invoices; who is owed and owes nothing has no row.
CREATE TRIGGER invoices_670_customer_owes AFTER INSERT ON invoices
WHEN NEW.kind = 'invoice' AND NEW.total > 0
BEGIN
  INSERT INTO customer_balances (customer_id, invoices, balance, oldest_due) VALUES (NEW.customer_id, 1, NEW.total, NEW.due_date)
  ON CONFLICT (customer_id) DO UPDATE SET invoices = invoices + 1, balance = balance + excluded.balance,
    oldest_due = min(oldest_due, excluded.oldest_due);
END;

-- So it does when one of them is paid or credited.
CREATE TRIGGER invoices_680_customer_owes_less AFTER UPDATE OF credited, paid ON invoices
WHEN NEW.customer_id = OLD.customer_id AND (NEW.balance <> OLD.balance OR NEW.refundable <> OLD.refundable)
BEGIN
  INSERT INTO customer_balances (customer_id) VALUES (NEW.customer_id) ON CONFLICT (customer_id) DO NOTHING;
  UPDATE customer_balances SET invoices = invoices + (NEW.balance > 0) - (OLD.balance > 0), balance = balance + NEW.balance - OLD.balance,
    refundable = refundable + NEW.refundable - OLD.refundable,
    oldest_due = ifnull((SELECT min(due_date) FROM invoices WHERE customer_id = NEW.customer_id AND balance > 0), '9999-12-31')
    WHERE customer_id = NEW.customer_id;
  DELETE FROM customer_balances WHERE customer_id = NEW.customer_id AND invoices = 0 AND refundable = 0;
END;

-- When two records turn out to be one customer, that one owes both.
CREATE TRIGGER invoices_690_customers_are_one AFTER UPDATE OF customer_id ON invoices
WHEN NEW.customer_id <> OLD.customer_id AND (NEW.balance > 0 OR NEW.refundable > 0)
BEGIN
  INSERT INTO customer_balances (customer_id) VALUES (NEW.customer_id) ON CONFLICT (customer_id) DO NOTHING;
  UPDATE customer_balances SET invoices = invoices + (NEW.balance > 0), balance = balance + NEW.balance, refundable = refundable + NEW.refundable,
    oldest_due = min(oldest_due, iif(NEW.balance > 0, NEW.due_date, oldest_due)) WHERE customer_id = NEW.customer_id;
  UPDATE customer_balances SET invoices = invoices - (OLD.balance > 0), balance = balance - OLD.balance, refundable = refundable - OLD.refundable,
    oldest_due = ifnull((SELECT min(due_date) FROM invoices WHERE customer_id = OLD.customer_id AND balance > 0), '9999-12-31')
    WHERE customer_id = OLD.customer_id;
  DELETE FROM customer_balances WHERE customer_id = OLD.customer_id AND invoices = 0 AND refundable = 0;
END;
