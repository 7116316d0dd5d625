-- What the relay to Kafka remembers: how far each topic has come, why one stands still, and whose state it took back.

CREATE TABLE publish_checkpoint (
    topic text PRIMARY KEY,
    subscriber_id uuid,
    position bigint NOT NULL,
    log_id uuid NOT NULL,
    topic_id uuid,
    parked text CHECK (parked IN ('topic_was_made_anew', 'log_was_restored')),
    failure text,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
COMMENT ON TABLE publish_checkpoint IS 'places in the log, as in read_models.checkpoint; nothing about networks or people';
COMMENT ON COLUMN publish_checkpoint.topic_id IS 'as Kafka gave it; a topic made again under the same name has another and lacks what was sent before';
COMMENT ON COLUMN publish_checkpoint.parked IS 'why nothing is sent until somebody says from where to send again';
COMMENT ON COLUMN publish_checkpoint.failure IS 'kind of the last failure; null again once something arrived';
COMMENT ON COLUMN publish_checkpoint.since IS 'when it was parked or first failed';

CREATE TABLE publish_erasure (
    network_id uuid NOT NULL,
    person_id uuid NOT NULL,
    told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (network_id, person_id)
);
COMMENT ON TABLE publish_erasure IS 'erased persons whose streams were taken out of the state topic';

ALTER TABLE publish_erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE publish_erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON publish_erasure TO throughline_app USING (network_id = (SELECT network_in_force()));
CREATE POLICY every_network ON publish_erasure TO throughline_work USING (true) WITH CHECK (true);

CREATE INDEX data_keys_destroyed ON data_keys (destroyed_at) WHERE destroyed_at IS NOT NULL;

GRANT SELECT ON publish_checkpoint, publish_erasure TO throughline_app;
GRANT SELECT, INSERT, UPDATE ON publish_checkpoint TO throughline_work;
GRANT SELECT, INSERT ON publish_erasure TO throughline_work;
