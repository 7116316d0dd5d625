-- Webhooks: where a subscriber's events are posted, the secrets that sign them, and what became of every post. Ids,
-- addresses of organisations, times and figures only: what a receiver answers is kept by its status and size.

CREATE TABLE webhook_endpoint (
    subscriber_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    url text NOT NULL,
    is_local boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('unconfirmed', 'confirmed', 'disabled')),
    because text,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    secret_id uuid NOT NULL,
    old_secret_id uuid,
    old_secret_until timestamptz
);
CREATE INDEX webhook_endpoint_network ON webhook_endpoint (network_id);
COMMENT ON TABLE webhook_endpoint IS 'written in the transaction of the event that says so';
COMMENT ON COLUMN webhook_endpoint.old_secret_until IS 'until then posts are signed with the secret before, too';

CREATE TABLE webhook_secret (
    secret_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    subscriber_id uuid NOT NULL,
    kek_id text NOT NULL,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX webhook_secret_subscriber ON webhook_secret (network_id, subscriber_id);
COMMENT ON COLUMN webhook_secret.wrapped IS 'sealed with the key-encryption key, bound to secret, network and subscriber';

-- How far a subscriber's part of the log has been put into the queue. The log itself is the queue behind it.
CREATE TABLE webhook_checkpoint (
    subscriber_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    position bigint NOT NULL,
    previous bigint,
    rests_until timestamptz
);
COMMENT ON COLUMN webhook_checkpoint.previous IS 'the last position in this subscriber''s own view';
COMMENT ON COLUMN webhook_checkpoint.rests_until IS 'the receiver asked to be left alone until then';

CREATE TABLE webhook_delivery (
    delivery_id uuid PRIMARY KEY,
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    network_id uuid NOT NULL,
    subscriber_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('challenge', 'event', 'again', 'test')),
    stream_id uuid NOT NULL,
    position bigint,
    previous bigint,
    asked_by uuid,
    queued_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    settled_at timestamptz,
    result text,
    CONSTRAINT webhook_delivery_event_has_position CHECK ((kind IN ('event', 'again')) = (position IS NOT NULL)),
    CONSTRAINT webhook_delivery_settled_has_result CHECK ((settled_at IS NULL) = (result IS NULL))
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (subscriber_id, next_try_at, sequence) WHERE settled_at IS NULL;
CREATE INDEX webhook_delivery_stream ON webhook_delivery (subscriber_id, stream_id) WHERE settled_at IS NULL;
CREATE INDEX webhook_delivery_shown ON webhook_delivery (network_id, subscriber_id, sequence);
CREATE INDEX webhook_delivery_settled ON webhook_delivery (settled_at) WHERE settled_at IS NOT NULL;
COMMENT ON COLUMN webhook_delivery.stream_id IS 'within one stream a later delivery is never due before an earlier one';
COMMENT ON COLUMN webhook_delivery.result IS 'delivered, withheld (no longer granted) or replaced; null while it waits';

CREATE TABLE webhook_attempt (
    attempt_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id uuid NOT NULL REFERENCES webhook_delivery (delivery_id) ON DELETE CASCADE,
    network_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    tried_at timestamptz NOT NULL,
    status integer,
    failure text,
    duration_ms integer,
    answer_bytes integer,
    next_try_at timestamptz
);
CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery_id);
COMMENT ON TABLE webhook_attempt IS 'begun before the first byte leaves; without status and failure: nobody lived to note the end';

DO $walls$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['webhook_endpoint', 'webhook_secret', 'webhook_checkpoint', 'webhook_delivery',
                                  'webhook_attempt']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY network_in_force ON %I TO throughline_app
                            USING (network_id = (SELECT network_in_force()))
                            WITH CHECK (network_id = (SELECT network_in_force()))', walled);
        EXECUTE format('CREATE POLICY every_network ON %I TO throughline_work USING (true) WITH CHECK (true)', walled);
    END LOOP;
END
$walls$;

GRANT SELECT, INSERT, UPDATE ON webhook_endpoint TO throughline_app, throughline_work;
GRANT SELECT, INSERT ON webhook_secret TO throughline_app;
GRANT SELECT, UPDATE (kek_id, wrapped) ON webhook_secret TO throughline_work;
GRANT SELECT ON webhook_checkpoint TO throughline_app;
GRANT SELECT, INSERT, UPDATE ON webhook_checkpoint TO throughline_work;
GRANT SELECT, INSERT, UPDATE (next_try_at) ON webhook_delivery TO throughline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery TO throughline_work;
GRANT SELECT ON webhook_attempt TO throughline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_attempt TO throughline_work;

-- The rows of webhooks that an event of a subscriber brings into its own transaction.
CREATE FUNCTION write_webhook_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO webhook_endpoint AS known (subscriber_id, network_id, endpoint_id, url, is_local, state, secret_id)
    SELECT p_stream, p_network, endpoint_id, url, is_local, 'unconfirmed', secret_id
      FROM jsonb_to_recordset(p_rows -> 'webhook')
        AS made (endpoint_id uuid, url text, is_local boolean, secret_id uuid)
        ON CONFLICT (subscriber_id) DO UPDATE
       SET endpoint_id = excluded.endpoint_id, url = excluded.url, is_local = excluded.is_local, state = 'unconfirmed',
           because = NULL, changed_at = clock_timestamp(), secret_id = excluded.secret_id,
           old_secret_id = CASE WHEN known.secret_id = excluded.secret_id THEN known.old_secret_id END,
           old_secret_until = CASE WHEN known.secret_id = excluded.secret_id THEN known.old_secret_until END;
    UPDATE webhook_endpoint AS held SET state = told.state, because = told.because, changed_at = clock_timestamp()
      FROM jsonb_to_recordset(p_rows -> 'webhook_state') AS told (endpoint_id uuid, state text, because text)
     WHERE held.subscriber_id = p_stream AND held.endpoint_id = told.endpoint_id;
    UPDATE webhook_endpoint AS held
       SET old_secret_id = held.secret_id, old_secret_until = told.old_until, secret_id = told.secret_id
      FROM jsonb_to_recordset(p_rows -> 'webhook_secret') AS told (secret_id uuid, old_until timestamptz)
     WHERE held.subscriber_id = p_stream;
END
$$;

-- As before, and the rows of webhooks where there are any.
ALTER FUNCTION write_side_rows(uuid, uuid, jsonb) RENAME TO write_rows_before_webhooks;
CREATE FUNCTION write_side_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM write_rows_before_webhooks(p_network, p_stream, p_rows);
    IF p_rows ?| ARRAY['webhook', 'webhook_state', 'webhook_secret'] THEN
        PERFORM write_webhook_rows(p_network, p_stream, p_rows);
    END IF;
END
$$;
