-- A batch for a topic is written down before it leaves, once: what is sent again because it did not arrive is the same
-- disclosure. That it arrived is a row of its own, since disclosures are never altered.
ALTER TABLE disclosure ADD COLUMN awaits_arrival boolean NOT NULL DEFAULT false;
ALTER TABLE disclosure ADD COLUMN request_id uuid;
COMMENT ON COLUMN disclosure.awaits_arrival IS 'whether disclosure_arrival says that it arrived, and when';
COMMENT ON COLUMN disclosure.request_id IS 'which request asked for it once more';
CREATE INDEX disclosure_awaiting ON disclosure (subscriber_id, last_position) WHERE awaits_arrival;

CREATE TABLE disclosure_arrival (
    disclosure_id bigint PRIMARY KEY,
    network_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE disclosure_arrival IS 'brokers took the whole batch; never altered';
ALTER TABLE disclosure_arrival ENABLE ROW LEVEL SECURITY;
ALTER TABLE disclosure_arrival FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON disclosure_arrival TO throughline_app
    USING (network_id = (SELECT network_in_force()))
    WITH CHECK (network_id = (SELECT network_in_force()));
CREATE POLICY every_network ON disclosure_arrival TO throughline_work USING (true) WITH CHECK (true);
GRANT SELECT ON disclosure_arrival TO throughline_app;
GRANT SELECT, INSERT ON disclosure_arrival TO throughline_work;
