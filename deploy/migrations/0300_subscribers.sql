-- Integrators: what may be disclosed to each, the hashes of their keys, and what was disclosed.
-- Rows of subscribers, grants and keys are written with the events that bring them, so that a withdrawal bites on the
-- next request.

CREATE TABLE subscriber (
    subscriber_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    title text NOT NULL,
    way text NOT NULL CHECK (way IN ('feed', 'webhook', 'kafka')),
    is_paused boolean NOT NULL DEFAULT false,
    ended_at timestamptz,
    grant_id uuid,
    purpose text,
    stored_names text[],
    is_full boolean,
    until_at timestamptz,
    since_position bigint NOT NULL DEFAULT 0,
    CONSTRAINT subscriber_grant_is_whole
        CHECK ((grant_id IS NULL) = (purpose IS NULL) AND (grant_id IS NULL) = (is_full IS NULL))
);
CREATE INDEX subscriber_network ON subscriber (network_id);
CREATE INDEX subscriber_way ON subscriber (way) WHERE ended_at IS NULL;
COMMENT ON COLUMN subscriber.stored_names IS 'types of events of the grant; null with a grant is all of them';
COMMENT ON COLUMN subscriber.since_position IS 'events after it only: where the first grant was given, or 0 with history';

CREATE TABLE subscriber_key (
    key_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    subscriber_id uuid NOT NULL REFERENCES subscriber (subscriber_id),
    scopes text[] NOT NULL,
    expires_at timestamptz NOT NULL,
    key_hash bytea UNIQUE,
    shown_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX subscriber_key_subscriber ON subscriber_key (network_id, subscriber_id);
COMMENT ON COLUMN subscriber_key.key_hash IS 'SHA-256 of 256 random bits, which were shown once and are kept nowhere';

CREATE TABLE disclosure (
    disclosure_id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    network_id uuid NOT NULL,
    subscriber_id uuid NOT NULL,
    way text NOT NULL,
    grant_id uuid NOT NULL,
    purpose text NOT NULL,
    is_full boolean NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    event_count integer NOT NULL CHECK (event_count > 0),
    event_types text[] NOT NULL,
    stream_ids uuid[] NOT NULL
);
CREATE INDEX disclosure_subscriber ON disclosure (network_id, subscriber_id, disclosure_id);
COMMENT ON TABLE disclosure IS 'one row per batch, durable before its bytes leave (45 CFR 164.528); never altered';
COMMENT ON COLUMN disclosure.stream_ids IS 'which episodes, patients, clinicians and networks it was about';

DO $walls$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['subscriber', 'subscriber_key', 'disclosure']
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

-- A key comes before its network is known: who holds it may see the one row it names, and note that it was used.
CREATE POLICY holder_of_key ON subscriber_key TO throughline_app
    USING (key_hash = (SELECT decode(nullif(current_setting('throughline.subscriber_key', true), ''), 'hex')))
    WITH CHECK (key_hash = (SELECT decode(nullif(current_setting('throughline.subscriber_key', true), ''), 'hex')));

GRANT SELECT, INSERT, UPDATE ON subscriber, subscriber_key TO throughline_app, throughline_work;
GRANT SELECT, INSERT ON disclosure TO throughline_app, throughline_work;

-- Who holds this key now; nothing where it was revoked, has expired, does not open this, or its subscriber has ended.
CREATE FUNCTION subscriber_of_key(p_hash bytea, p_scope text) RETURNS SETOF subscriber
    LANGUAGE plpgsql ROWS 1 SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    held subscriber_key%ROWTYPE;
BEGIN
    PERFORM set_config('throughline.subscriber_key', encode(p_hash, 'hex'), true);
    SELECT * INTO held FROM subscriber_key AS k WHERE k.key_hash = p_hash;
    IF held.key_id IS NULL OR held.revoked_at IS NOT NULL OR held.expires_at <= clock_timestamp()
       OR NOT p_scope = ANY (held.scopes) THEN
        RETURN;
    END IF;
    PERFORM set_config('throughline.network_id', held.network_id::text, true);
    IF held.last_used_at IS NULL OR held.last_used_at < clock_timestamp() - interval '1 minute' THEN
        UPDATE subscriber_key AS k SET last_used_at = clock_timestamp() WHERE k.key_id = held.key_id;
    END IF;
    RETURN QUERY
    SELECT * FROM subscriber AS s WHERE s.subscriber_id = held.subscriber_id AND s.ended_at IS NULL;
END
$$;

-- Rows of subscribers that an event brings into its own transaction.
CREATE FUNCTION write_subscriber_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO subscriber (subscriber_id, network_id, title, way)
    SELECT p_stream, p_network, title, way
      FROM jsonb_to_recordset(p_rows -> 'subscriber') AS given (title text, way text);
    -- A grant that follows one in force goes on from where that began; otherwise what lay between stays undisclosed.
    UPDATE subscriber AS held
       SET grant_id = given.grant_id, purpose = given.purpose, stored_names = given.stored_names,
           is_full = given.is_full, until_at = given.until_at,
           since_position = CASE
               WHEN given.with_history THEN 0
               WHEN held.grant_id IS NOT NULL AND (held.until_at IS NULL OR held.until_at > clock_timestamp())
                   THEN held.since_position
               ELSE (SELECT max(e.position) FROM events AS e WHERE e.stream_id = p_stream)
           END
      FROM jsonb_to_recordset(p_rows -> 'grant')
        AS given (grant_id uuid, purpose text, stored_names text[], is_full boolean, with_history boolean,
                  until_at timestamptz)
     WHERE held.network_id = p_network AND held.subscriber_id = p_stream;
    UPDATE subscriber AS held
       SET grant_id = NULL, purpose = NULL, stored_names = NULL, is_full = NULL, until_at = NULL
      FROM jsonb_to_recordset(p_rows -> 'grant_withdrawn') AS gone (grant_id uuid)
     WHERE held.network_id = p_network AND held.subscriber_id = p_stream AND held.grant_id = gone.grant_id;
    INSERT INTO subscriber_key (key_id, network_id, subscriber_id, scopes, expires_at)
    SELECT key_id, p_network, p_stream, scopes, expires_at
      FROM jsonb_to_recordset(p_rows -> 'key') AS given (key_id uuid, scopes text[], expires_at timestamptz);
    UPDATE subscriber_key AS held SET revoked_at = clock_timestamp()
      FROM jsonb_to_recordset(p_rows -> 'key_revoked') AS gone (key_id uuid)
     WHERE held.network_id = p_network AND held.subscriber_id = p_stream AND held.key_id = gone.key_id;
    UPDATE subscriber AS held SET is_paused = given.is_paused
      FROM jsonb_to_recordset(p_rows -> 'subscriber_paused') AS given (is_paused boolean)
     WHERE held.network_id = p_network AND held.subscriber_id = p_stream;
    IF p_rows ? 'subscriber_ended' THEN
        UPDATE subscriber AS held
           SET ended_at = clock_timestamp(), grant_id = NULL, purpose = NULL, stored_names = NULL, is_full = NULL,
               until_at = NULL
         WHERE held.network_id = p_network AND held.subscriber_id = p_stream;
        UPDATE subscriber_key AS held SET revoked_at = clock_timestamp()
         WHERE held.network_id = p_network AND held.subscriber_id = p_stream AND held.revoked_at IS NULL;
    END IF;
END
$$;

-- As before, and the rows of subscribers where there are any.
ALTER FUNCTION write_side_rows(uuid, uuid, jsonb) RENAME TO write_rows_of_care;
CREATE FUNCTION write_side_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF p_rows ?| ARRAY['subscriber', 'grant', 'grant_withdrawn', 'key', 'key_revoked', 'subscriber_paused',
                       'subscriber_ended'] THEN
        PERFORM write_subscriber_rows(p_network, p_stream, p_rows);
    ELSE
        PERFORM write_rows_of_care(p_network, p_stream, p_rows);
    END IF;
END
$$;
