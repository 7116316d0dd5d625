-- The append: one call, one round trip, one short transaction of its own. No table lock and no NOTIFY: both would
-- make every commit wait for the one before.

-- Rows that keep an event's promises: what is taken, who is on the team, what a name is found by, who may sign in.
CREATE FUNCTION write_side_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    DELETE FROM reservations AS held USING jsonb_to_recordset(p_rows -> 'free') AS free (kind text, key text)
     WHERE held.network_id = p_network AND held.stream_id = p_stream
       AND held.kind = free.kind AND held.key = free.key;
    INSERT INTO reservations (network_id, kind, key, stream_id)
    SELECT p_network, kind, key, p_stream
      FROM jsonb_to_recordset(p_rows -> 'reserve') AS reserve (kind text, key text);
    IF p_rows ? 'team' THEN  -- the whole team as the state now has it, so that table and state cannot differ
        DELETE FROM care_team_member WHERE network_id = p_network AND episode_id = p_stream;
    END IF;
    INSERT INTO care_team_member (network_id, episode_id, clinician_id, role, from_at, until_at)
    SELECT p_network, p_stream, clinician_id, role, from_at, until_at
      FROM jsonb_to_recordset(p_rows -> 'team')
        AS member (clinician_id uuid, role text, from_at timestamptz, until_at timestamptz)
        ON CONFLICT DO NOTHING;
    INSERT INTO patient_episode (network_id, patient_id, episode_id)
    SELECT p_network, patient_id, p_stream
      FROM jsonb_to_recordset(p_rows -> 'episode_of') AS course (patient_id uuid)
        ON CONFLICT DO NOTHING;
    DELETE FROM patient_search AS found
     USING jsonb_to_recordset(p_rows -> 'search') AS search (patient_id uuid)
     WHERE found.network_id = p_network AND found.patient_id = search.patient_id;
    INSERT INTO patient_search (network_id, token, patient_id)
    SELECT p_network, decode(token, 'hex'), patient_id
      FROM jsonb_to_recordset(p_rows -> 'search') AS search (patient_id uuid, tokens jsonb),
           jsonb_array_elements_text(tokens) AS token
        ON CONFLICT DO NOTHING;
    INSERT INTO network_directory (slug, network_id, title)
    SELECT slug, p_network, title FROM jsonb_to_recordset(p_rows -> 'directory') AS directory (slug text, title text);
    INSERT INTO clinician_account (network_id, clinician_id, email_token)
    SELECT p_network, clinician_id, decode(email_token, 'hex')
      FROM jsonb_to_recordset(p_rows -> 'account') AS account (clinician_id uuid, email_token text)
        ON CONFLICT (network_id, clinician_id) DO UPDATE SET email_token = excluded.email_token;
    UPDATE clinician_account AS account SET status = standing.status
      FROM jsonb_to_recordset(p_rows -> 'standing') AS standing (clinician_id uuid, status text)
     WHERE account.network_id = p_network AND account.clinician_id = standing.clinician_id;
END
$$;

-- Append events to a stream that stands at p_version, for a command that is recorded once.
-- Answers 'recorded', 'repeated' (with what the first one recorded) or 'other_body'. Raises, so that nothing is kept:
--   TL001 a stream that the decision relied on has moved on
--   TL002 the stream does not stand at p_version in this network: it is another's, or history was restored beneath us
--   TL003 the key was used in a month since dropped, as events_once_per_command says where events follow
--   unique_violation events_one_per_version: somebody else appended first
--   unique_violation of another table: somebody else holds what this one takes
CREATE FUNCTION append_to_stream(
    p_network uuid, p_stream_type text, p_stream uuid, p_version integer,
    p_command uuid, p_body_hash bytea, p_actor uuid, p_role text, p_correlation uuid, p_causation uuid,
    p_zone text, p_protocol_version text, p_recorded_at timestamptz, p_facts text,
    p_relied uuid[], p_relied_versions integer[], p_side_rows jsonb,
    p_event_ids uuid[], p_topics text[], p_schema_versions smallint[], p_payloads bytea[],
    p_occurred timestamptz[], p_sensitivities text[],
    OUT status text, OUT from_version integer, OUT to_version integer, OUT positions bigint[], OUT recorded_at timestamptz
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    how_many CONSTANT integer := coalesce(cardinality(p_event_ids), 0);
    in_force CONSTANT text := set_config('throughline.network_id', p_network::text, true);
    first record;
BEGIN
    recorded_at := coalesce(p_recorded_at, clock_timestamp());
    from_version := p_version;
    to_version := p_version + how_many;

    -- First of all the key: a duplicate waits here for the one in flight. What must hold of other events is asked in the
    -- same statement; only when no row comes of it do we look why.
    INSERT INTO commands (command_id, network_id, actor_id, body_hash, stream_id, from_version, version)
    SELECT p_command, p_network, p_actor, p_body_hash, p_stream, p_version, p_version + how_many
     WHERE (p_version <= 0 OR EXISTS (
               SELECT FROM events AS e
                WHERE e.stream_id = p_stream AND e.version = p_version AND e.stream_type = p_stream_type))
       AND (p_relied IS NULL OR NOT EXISTS (
               SELECT FROM unnest(p_relied, p_relied_versions) AS relied (stream_id, version)
                 JOIN events AS e ON e.stream_id = relied.stream_id AND e.version = relied.version + 1))
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO first FROM commands AS c WHERE c.command_id = p_command;
        IF first.command_id IS NULL AND p_version > 0 AND NOT EXISTS (
            SELECT FROM events AS e
             WHERE e.stream_id = p_stream AND e.version = p_version AND e.stream_type = p_stream_type
        ) THEN
            RAISE EXCEPTION 'the stream does not stand at this version' USING ERRCODE = 'TL002';
        ELSIF first.command_id IS NULL AND EXISTS (
            SELECT FROM unnest(p_relied, p_relied_versions) AS relied (stream_id, version)
              JOIN events AS e ON e.stream_id = relied.stream_id AND e.version = relied.version + 1
        ) THEN
            RAISE EXCEPTION 'a fact has changed' USING ERRCODE = 'TL001';
        ELSIF first.command_id IS NULL OR first.body_hash <> p_body_hash OR first.actor_id <> p_actor
              OR first.stream_id <> p_stream THEN
            status := 'other_body';  -- another network's key cannot be seen at all
            RETURN;
        END IF;
        status := 'repeated';
        from_version := first.from_version;
        to_version := first.version;
        SELECT array_agg(e.position ORDER BY e.version) INTO positions
          FROM events AS e
         WHERE e.stream_id = p_stream AND e.version > first.from_version AND e.version <= first.version;
        RETURN;
    END IF;

    status := 'recorded';
    IF how_many = 1 THEN
        INSERT INTO events (
            stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
            occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
            protocol_version, sensitivity, facts
        ) VALUES (
            p_stream_type, p_stream, p_version + 1, p_network, p_event_ids[1], p_topics[1], p_schema_versions[1],
            p_payloads[1], p_occurred[1], p_zone, append_to_stream.recorded_at, p_actor, p_role, p_command, 0,
            p_correlation, p_causation, p_protocol_version, p_sensitivities[1], p_facts
        ) RETURNING ARRAY[position] INTO positions;
    ELSIF how_many > 1 THEN
        WITH appended AS (
            INSERT INTO events (
                stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
                occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
                protocol_version, sensitivity, facts
            )
            SELECT p_stream_type, p_stream, p_version + one.number, p_network, one.event_id, one.topic,
                   one.schema_version, one.payload, one.occurred_at, p_zone, append_to_stream.recorded_at, p_actor,
                   p_role, p_command, one.number - 1, p_correlation, p_causation, p_protocol_version,
                   one.sensitivity, p_facts
              FROM unnest(p_event_ids, p_topics, p_schema_versions, p_payloads, p_occurred, p_sensitivities)
                   WITH ORDINALITY
                AS one (event_id, topic, schema_version, payload, occurred_at, sensitivity, number)
             ORDER BY one.number
            RETURNING position, version
        )
        SELECT array_agg(position ORDER BY version) INTO positions FROM appended;
    ELSIF EXISTS (SELECT FROM events AS e WHERE e.command_id = p_command) THEN
        RAISE EXCEPTION 'the command was recorded in a month since dropped' USING ERRCODE = 'TL003';
    END IF;

    IF p_side_rows IS NOT NULL THEN
        PERFORM write_side_rows(p_network, p_stream, p_side_rows);
    END IF;
END
$$;

-- What a command recorded, if it did. A key older than its kept month is known by its events alone; those cannot say
-- which body it had, so only the same actor on the same stream is answered.
CREATE FUNCTION answer_of_command(p_network uuid, p_stream uuid, p_command uuid, p_body_hash bytea, p_actor uuid)
RETURNS TABLE (status text, from_version integer, to_version integer, positions bigint[], recorded_at timestamptz)
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    first commands%ROWTYPE;
BEGIN
    PERFORM set_config('throughline.network_id', p_network::text, true);
    SELECT * INTO first FROM commands AS c WHERE c.command_id = p_command;
    IF first.command_id IS NOT NULL
       AND (first.body_hash <> p_body_hash OR first.actor_id <> p_actor OR first.stream_id <> p_stream) THEN
        RETURN QUERY SELECT 'other_body', NULL::integer, NULL::integer, NULL::bigint[], NULL::timestamptz;
    ELSIF first.command_id IS NOT NULL THEN
        RETURN QUERY
        SELECT 'repeated', first.from_version, first.version, array_agg(e.position ORDER BY e.version), max(e.recorded_at)
          FROM events AS e
         WHERE e.stream_id = p_stream AND e.version > first.from_version AND e.version <= first.version;
    ELSE
        RETURN QUERY
        SELECT CASE WHEN bool_and(e.actor_id = p_actor AND e.stream_id = p_stream) THEN 'repeated' ELSE 'other_body' END,
               min(e.version) - 1, max(e.version), array_agg(e.position ORDER BY e.version), max(e.recorded_at)
          FROM events AS e
         WHERE e.command_id = p_command
        HAVING count(*) > 0;
    END IF;
END
$$;

-- The events of one stream, as one round trip that also puts the network in force.
CREATE FUNCTION events_of_stream(
    p_network uuid, p_stream uuid, p_after integer, p_until integer, p_descending boolean, p_limit integer
) RETURNS SETOF events
    LANGUAGE plpgsql ROWS 100 SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM set_config('throughline.network_id', p_network::text, true);
    IF p_descending THEN
        RETURN QUERY
        SELECT * FROM events AS e
         WHERE e.stream_id = p_stream AND e.version > p_after AND e.version <= p_until
         ORDER BY e.version DESC LIMIT p_limit;
    ELSE
        RETURN QUERY
        SELECT * FROM events AS e
         WHERE e.stream_id = p_stream AND e.version > p_after AND e.version <= p_until
         ORDER BY e.version LIMIT p_limit;
    END IF;
END
$$;

-- The next patient reference of a network, such as KAP-0012. Numbers may be left out, none is given twice.
CREATE FUNCTION next_reference(p_network uuid) RETURNS text
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    given text;
BEGIN
    PERFORM set_config('throughline.network_id', p_network::text, true);
    INSERT INTO reference_counter AS counter (network_id, prefix, last) VALUES (p_network, 'KAP', 1)
        ON CONFLICT (network_id) DO UPDATE SET last = counter.last + 1
    RETURNING counter.prefix || '-' || lpad(counter.last::text, greatest(4, length(counter.last::text)), '0') INTO given;
    RETURN given;
END
$$;
