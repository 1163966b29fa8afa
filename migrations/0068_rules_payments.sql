-- Rules of payments, refunds and reversals.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- What keeps a payment from being recorded, in the order in which it is told.
-- No insert replaces one. It is of an invoice that is there. A reference is unique among the payments, and among the refunds, of its method
-- that were not reversed. Nobody pays more than is owed, gets back more than is owed back, or reverses anything twice.
CREATE TRIGGER payments_110_recordable BEFORE INSERT ON payments
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM payments);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'invoice', 'id', NEW.invoice_id))
    WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE id = NEW.invoice_id AND kind = 'invoice');
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"payments_recordable"}') FROM (SELECT r.* FROM (SELECT 1) LEFT JOIN payments r ON r.id = NEW.reverses_id)
    WHERE NEW.kind = 'reversal' AND (id IS NULL OR kind = 'reversal' OR (invoice_id, method, amount, -effect) IS NOT
      (NEW.invoice_id, NEW.method, NEW.amount, NEW.effect) OR NEW.reference IS NOT NULL);
  SELECT RAISE(ABORT, 'app:already_reversed:' || json_object('payment_id', id)) FROM payments WHERE reverses_id = NEW.reverses_id;
  SELECT RAISE(ABORT, 'app:reference_taken:' || json_object('payment_id', p.id)) FROM payments p
    WHERE p.reference = NEW.reference COLLATE NOCASE AND p.method = NEW.method AND p.kind = NEW.kind
      AND NOT EXISTS (SELECT 1 FROM payments r WHERE r.reverses_id = p.id);
  SELECT RAISE(ABORT, 'app:overpaid:' || json_object('balance', balance / 100.0)) FROM invoices
    WHERE id = NEW.invoice_id AND NEW.kind = 'payment' AND NEW.amount > balance;
  SELECT RAISE(ABORT, 'app:nothing_to_refund:' || json_object('refundable', refundable / 100.0)) FROM invoices
    WHERE id = NEW.invoice_id AND NEW.kind = 'refund' AND NEW.amount > refundable;
  SELECT RAISE(ABORT, iif(NEW.effect < 0, 'app:payment_refunded:{}', 'app:overpaid:' || json_object('balance', balance / 100.0))) FROM invoices
    WHERE id = NEW.invoice_id AND NEW.kind = 'reversal' AND paid + NEW.effect NOT BETWEEN 0 AND total;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"payments_recordable"}') FROM invoices
    WHERE id = NEW.invoice_id AND NEW.paid_after IS NOT paid + NEW.effect;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"payments_recordable"}')
    WHERE date(NEW.received_on) IS NOT NEW.received_on OR NEW.received_on > date(NEW.created_at, '+1 day');
END;

-- What was recorded does not change.
CREATE TRIGGER payments_210_append_only BEFORE UPDATE ON payments
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- What was recorded is not removed.
CREATE TRIGGER payments_310_append_only BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A payment is counted.
CREATE TRIGGER payments_510_count_added AFTER INSERT ON payments
BEGIN UPDATE counters SET value = value + 1 WHERE name = 'payments'; END;

-- A payment that is removed while rules are set aside is no longer counted.
CREATE TRIGGER payments_520_count_removed AFTER DELETE ON payments
BEGIN UPDATE counters SET value = value - 1 WHERE name = 'payments'; END;

-- What is paid of an invoice is what its last payment says, and the till of the day has it.
CREATE TRIGGER payments_610_pay_invoice AFTER INSERT ON payments
BEGIN
  UPDATE invoices SET paid = NEW.paid_after WHERE id = NEW.invoice_id;
  INSERT INTO daily_payments (date, cash_amount, card_amount, check_amount, bank_transfer_amount, other_amount,
    cash_entries, card_entries, check_entries, bank_transfer_entries, other_entries)
  VALUES (NEW.received_on, NEW.effect * (NEW.method = 'cash'), NEW.effect * (NEW.method = 'card'), NEW.effect * (NEW.method = 'check'),
    NEW.effect * (NEW.method = 'bank_transfer'), NEW.effect * (NEW.method = 'other'),
    NEW.method = 'cash', NEW.method = 'card', NEW.method = 'check', NEW.method = 'bank_transfer', NEW.method = 'other')
  ON CONFLICT (date) DO UPDATE SET cash_amount = cash_amount + excluded.cash_amount,
    card_amount = card_amount + excluded.card_amount,
    check_amount = check_amount + excluded.check_amount,
    bank_transfer_amount = bank_transfer_amount + excluded.bank_transfer_amount,
    other_amount = other_amount + excluded.other_amount,
    cash_entries = cash_entries + excluded.cash_entries,
    card_entries = card_entries + excluded.card_entries,
    check_entries = check_entries + excluded.check_entries,
    bank_transfer_entries = bank_transfer_entries + excluded.bank_transfer_entries,
    other_entries = other_entries + excluded.other_entries;
END;
