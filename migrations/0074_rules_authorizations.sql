-- Rules of authorisations.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- What keeps a decision from being recorded, in the order in which it is told.
-- No insert replaces an authorisation. A link by which it comes is of the ticket, may decide and goes on. It is on the newest estimate of
-- its ticket, which has not expired; on lines as they were shown and still are, each once, jobs as a whole unless they go line by line; it
-- declines no line whose part has left the stock. Its sums follow from what was approved before.
CREATE TRIGGER authorizations_110_decidable BEFORE INSERT ON authorizations
BEGIN
  SELECT RAISE(ABORT, 'app:append_only:{}') WHERE NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM authorizations);
  SELECT RAISE(ABORT, 'app:link_ended:{}') WHERE NEW.share_link_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM share_links
    WHERE id = NEW.share_link_id AND service_ticket_id = NEW.service_ticket_id AND may = 'decide' AND revoked_at IS NULL AND expires_at > NEW.at);
  SELECT RAISE(ABORT, 'app:reference_not_found:' || json_object('entity', 'estimate', 'id', NEW.estimate_id))
    WHERE NOT EXISTS (SELECT 1 FROM estimates WHERE id = NEW.estimate_id AND service_ticket_id = NEW.service_ticket_id);
  SELECT RAISE(ABORT, 'app:invoice_posted:' || json_object('invoice_id', invoice_id)) FROM service_tickets
    WHERE id = NEW.service_ticket_id AND invoice_id IS NOT NULL;
  SELECT RAISE(ABORT, 'app:ticket_closed:{}') FROM service_tickets WHERE id = NEW.service_ticket_id AND status IN ('closed', 'cancelled');
  SELECT RAISE(ABORT, 'app:estimate_superseded:' || json_object('estimate_id', max(id))) FROM estimates
    WHERE service_ticket_id = NEW.service_ticket_id HAVING max(id) <> NEW.estimate_id;
  SELECT RAISE(ABORT, 'app:estimate_expired:' || json_object('valid_until', valid_until)) FROM estimates
    WHERE id = NEW.estimate_id AND valid_until < NEW.date;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_decidable"}')
    WHERE (NEW.date BETWEEN date(NEW.at, '-1 day') AND date(NEW.at, '+1 day')) IS NOT 1;
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_decidable"}') WHERE EXISTS
      (SELECT value ->> 'line_id', value ->> 'job_id', value ->> 'net', value ->> 'words', value ->> 'description' FROM json_each(NEW.decisions)
        EXCEPT SELECT l.value ->> 'id', l.value ->> 'job_id', l.value ->> 'net', l.value ->> 'words', l.value ->> 'description'
          FROM estimates e, json_each(e.content, '$.lines') l WHERE e.id = NEW.estimate_id)
    OR (SELECT count(*) > count(DISTINCT value ->> 'line_id') FROM json_each(NEW.decisions));
  SELECT RAISE(ABORT, 'app:decide_whole_job:' || json_object('job_id', j.value ->> 'id', 'job_title', j.value ->> 'title'))
  FROM estimates e, json_each(e.content, '$.jobs') j,
    (SELECT value ->> 'job_id' AS job_id, count(*) AS lines, count(DISTINCT value ->> 'decision') AS decisions FROM json_each(NEW.decisions)
      WHERE value ->> 'job_id' IS NOT NULL GROUP BY 1) d
  WHERE e.id = NEW.estimate_id AND NOT j.value ->> 'by_line' AND d.job_id = j.value ->> 'id' AND (d.decisions > 1 OR d.lines <
    (SELECT count(*) FROM json_each(e.content, '$.lines') l WHERE l.value ->> 'job_id' = d.job_id));
  SELECT RAISE(ABORT, 'app:line_changed:' || json_object('line_id', d.value ->> 'line_id', 'description', d.value ->> 'description'))
  FROM json_each(NEW.decisions) d LEFT JOIN ticket_lines l ON l.id = d.value ->> 'line_id' AND +l.service_ticket_id = NEW.service_ticket_id
  WHERE l.words IS NOT d.value ->> 'words';
  SELECT RAISE(ABORT, 'app:part_drawn:{}') FROM ticket_lines l
  WHERE l.id IN (SELECT value ->> 'line_id' FROM json_each(NEW.decisions) WHERE value ->> 'decision' = 'declined')
    AND l.inventory_id IS NOT NULL AND l.decision <> 'declined'
    AND (SELECT p.held * p.quantity FROM ticket_parts p WHERE p.service_ticket_id = NEW.service_ticket_id AND p.inventory_id = l.inventory_id) >
      (SELECT coalesce(sum(o.quantity), 0) FROM ticket_lines o WHERE o.service_ticket_id = NEW.service_ticket_id
        AND +o.inventory_id = l.inventory_id AND o.automatic = 0 AND o.decision <> 'declined'
        AND o.id NOT IN (SELECT value ->> 'line_id' FROM json_each(NEW.decisions) WHERE value ->> 'decision' = 'declined'));
  SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_decidable"}') WHERE NEW.authorized_net_before IS NOT
      (SELECT coalesce(sum(authorized_net), 0) FROM ticket_lines WHERE service_ticket_id = NEW.service_ticket_id)
    OR NEW.authorized_net_after IS NOT NEW.authorized_net_before + (SELECT sum(iif(d.value ->> 'decision' = 'approved', d.value ->> 'net', 0)
      - ifnull((SELECT authorized_net FROM ticket_lines WHERE id = d.value ->> 'line_id'), 0)) FROM json_each(NEW.decisions) d)
    OR NEW.additional_net IS NOT max(0, NEW.authorized_net_after - NEW.authorized_net_before) OR NEW.total_after < 0;
END;

-- What a decision adds is a whole number of cents, and so is the sum of them.
CREATE TRIGGER authorizations_120_whole_cents BEFORE INSERT ON authorizations
WHEN typeof(ifnull(NEW.additional_net, 0) + ifnull(NEW.authorized_net_before, 0) + ifnull(NEW.authorized_net_after, 0) + ifnull(NEW.total_after, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorizations_whole_cents"}'); END;

-- What a customer said does not change.
CREATE TRIGGER authorizations_210_append_only BEFORE UPDATE ON authorizations
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- What a customer said is not removed.
CREATE TRIGGER authorizations_310_append_only BEFORE DELETE ON authorizations
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- Each decision becomes a row, which reaches the line.
CREATE TRIGGER authorizations_610_decisions AFTER INSERT ON authorizations
BEGIN
  INSERT INTO authorization_decisions (authorization_id, position, service_ticket_id, line_id, decision, net, words, description, at)
  SELECT NEW.id, key, NEW.service_ticket_id, value ->> 'line_id', value ->> 'decision', value ->> 'net', value ->> 'words',
    value ->> 'description', NEW.at FROM json_each(NEW.decisions);
END;

-- What the customer has approved stands at the estimate.
CREATE TRIGGER authorizations_620_reach_estimate AFTER INSERT ON authorizations
BEGIN
  UPDATE estimates SET authorized_net = NEW.authorized_net_after WHERE id = NEW.estimate_id AND authorized_net <> NEW.authorized_net_after;
END;
