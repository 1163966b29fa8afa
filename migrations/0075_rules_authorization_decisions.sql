-- Rules of the decisions of authorisations.
-- 1xx refuse an insert, 2xx an update, 3xx a delete; 5xx count, 6xx change other rows, 7xx keep the full-text index.

-- No insert replaces a decision: its id is free and higher than all. It is one that its authorisation says, and not there yet.
CREATE TRIGGER authorization_decisions_110_as_said BEFORE INSERT ON authorization_decisions
WHEN (NEW.id > 0 AND NEW.id <= (SELECT max(id) FROM authorization_decisions))
  OR EXISTS (SELECT 1 FROM authorization_decisions WHERE authorization_id = NEW.authorization_id AND line_id = NEW.line_id)
  OR NOT EXISTS (SELECT 1 FROM (SELECT a.service_ticket_id, a.at, a.decisions -> ('$[' || NEW.position || ']') AS said
      FROM authorizations a WHERE a.id = NEW.authorization_id)
    WHERE (service_ticket_id, at, said ->> 'line_id', said ->> 'decision', said ->> 'net', said ->> 'words', said ->> 'description') IS
      (NEW.service_ticket_id, NEW.at, NEW.line_id, NEW.decision, NEW.net, NEW.words, NEW.description))
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- What a decision is about is a whole number of cents.
CREATE TRIGGER authorization_decisions_120_whole_cents BEFORE INSERT ON authorization_decisions
WHEN typeof(ifnull(NEW.net, 0)) <> 'integer'
BEGIN SELECT RAISE(ABORT, 'app:conflict:{"rule":"authorization_decisions_whole_cents"}'); END;

-- A decision does not change.
CREATE TRIGGER authorization_decisions_210_append_only BEFORE UPDATE ON authorization_decisions
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A decision is not removed.
CREATE TRIGGER authorization_decisions_310_append_only BEFORE DELETE ON authorization_decisions
BEGIN SELECT RAISE(ABORT, 'app:append_only:{}'); END;

-- A line is what the customer decided last.
CREATE TRIGGER authorization_decisions_610_reach_line AFTER INSERT ON authorization_decisions
BEGIN
  UPDATE ticket_lines SET decision = NEW.decision, authorized_net = iif(NEW.decision = 'approved', NEW.net, NULL)
    WHERE id = NEW.line_id AND service_ticket_id = NEW.service_ticket_id;
END;
