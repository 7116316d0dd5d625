-- What somebody asked to be sent to a subscriber besides what comes by itself: events once more, or a test event.
-- Whoever serves its way carries it out and settles it; a request that is not settled is waiting.

CREATE TABLE subscriber_request (
    request_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    subscriber_id uuid NOT NULL REFERENCES subscriber (subscriber_id),
    kind text NOT NULL CHECK (kind IN ('resend', 'test')),
    from_position bigint,
    to_position bigint,
    stored_name text,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    outcome text CHECK (outcome IN ('done', 'nothing_to_send', 'not_possible')),
    CONSTRAINT subscriber_request_says_what CHECK (
        (kind = 'resend' AND from_position > 0 AND to_position >= from_position AND stored_name IS NULL)
        OR (kind = 'test' AND from_position IS NULL AND to_position IS NULL AND stored_name IS NOT NULL)),
    CONSTRAINT subscriber_request_settled CHECK ((settled_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX subscriber_request_waiting ON subscriber_request (requested_at) WHERE settled_at IS NULL;
CREATE INDEX subscriber_request_subscriber ON subscriber_request (network_id, subscriber_id, requested_at);

ALTER TABLE subscriber_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscriber_request FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON subscriber_request TO throughline_app
    USING (network_id = (SELECT network_in_force()))
    WITH CHECK (network_id = (SELECT network_in_force()));
CREATE POLICY every_network ON subscriber_request TO throughline_work USING (true) WITH CHECK (true);

GRANT SELECT, INSERT ON subscriber_request TO throughline_app;
GRANT SELECT, INSERT ON subscriber_request TO throughline_work;
GRANT UPDATE (settled_at, outcome) ON subscriber_request TO throughline_work;
