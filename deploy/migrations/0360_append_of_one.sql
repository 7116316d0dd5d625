-- The append again, for what nearly every command records: one event, relying on one other stream. Those travel as plain
-- parameters, what there is more of in arrays behind them. The function of before stays for processes that still run.
--
-- Answers the positions, in the order of the events. Raises, so that nothing is kept:
--   unique_violation of a partition of commands: the key is known; a duplicate waits here for the one in flight
--   TL001 a stream that the decision relied on has moved on
--   TL002 the stream does not stand at p_version in this network: it is another's, or history was restored beneath us
--   TL003 the key was used in a month since dropped, as events_once_per_command says where events follow
--   unique_violation events_one_per_version: somebody else appended first
--   unique_violation of another table: somebody else holds what this one takes
CREATE FUNCTION append_to_stream(
    p_network uuid, p_stream_type text, p_stream uuid, p_version integer, p_to_version integer,
    p_command uuid, p_body_hash bytea, p_actor uuid, p_role text, p_correlation uuid, p_causation uuid,
    p_zone text, p_protocol_version text, p_recorded_at timestamptz, p_facts text,
    p_relied uuid, p_relied_version integer,
    p_event_id uuid, p_topic text, p_schema_version smallint, p_payload bytea, p_occurred timestamptz, p_sensitivity text,
    p_also_relied uuid[], p_also_relied_versions integer[],
    p_event_ids uuid[], p_topics text[], p_schema_versions smallint[], p_payloads bytea[],
    p_occurreds timestamptz[], p_sensitivities text[],
    p_side_rows jsonb,
    OUT positions bigint[], OUT recorded_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    in_force CONSTANT text := set_config('throughline.network_id', p_network::text, true);
    further bigint[];
BEGIN
    recorded_at := coalesce(p_recorded_at, clock_timestamp());

    -- First of all the key. What must hold of other events is asked in the same statement; only when no row comes of it
    -- do we look why.
    INSERT INTO commands (command_id, network_id, actor_id, body_hash, stream_id, from_version, version)
    SELECT p_command, p_network, p_actor, p_body_hash, p_stream, p_version, p_to_version
     WHERE (p_version <= 0 OR EXISTS (
               SELECT FROM events AS e
                WHERE e.stream_id = p_stream AND e.version = p_version AND e.stream_type = p_stream_type))
       AND (p_relied IS NULL OR NOT EXISTS (
               SELECT FROM events AS e WHERE e.stream_id = p_relied AND e.version = p_relied_version + 1));
    IF NOT FOUND THEN
        IF p_version <= 0 OR EXISTS (
            SELECT FROM events AS e
             WHERE e.stream_id = p_stream AND e.version = p_version AND e.stream_type = p_stream_type
        ) THEN
            RAISE EXCEPTION 'a fact has changed' USING ERRCODE = 'TL001';
        END IF;
        RAISE EXCEPTION 'the stream does not stand at this version' USING ERRCODE = 'TL002';
    END IF;
    IF p_also_relied IS NOT NULL THEN  -- not in one condition with what follows: the query would be started to be skipped
        IF EXISTS (
            SELECT FROM unnest(p_also_relied, p_also_relied_versions) AS relied (stream_id, version)
              JOIN events AS e ON e.stream_id = relied.stream_id AND e.version = relied.version + 1
        ) THEN
            RAISE EXCEPTION 'a fact has changed' USING ERRCODE = 'TL001';
        END IF;
    END IF;

    IF p_event_id IS NOT NULL THEN
        INSERT INTO events (
            stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
            occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
            protocol_version, sensitivity, facts
        ) VALUES (
            p_stream_type, p_stream, p_version + 1, p_network, p_event_id, p_topic, p_schema_version, p_payload, p_occurred,
            p_zone, append_to_stream.recorded_at, p_actor, p_role, p_command, 0, p_correlation, p_causation,
            p_protocol_version, p_sensitivity, p_facts
        ) RETURNING ARRAY[position] INTO positions;
    ELSIF EXISTS (SELECT FROM events AS e WHERE e.command_id = p_command) THEN
        RAISE EXCEPTION 'the command was recorded in a month since dropped' USING ERRCODE = 'TL003';
    END IF;
    IF p_event_ids IS NOT NULL THEN
        WITH appended AS (
            INSERT INTO events (
                stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
                occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
                protocol_version, sensitivity, facts
            )
            SELECT p_stream_type, p_stream, p_version + 1 + one.number, p_network, one.event_id, one.topic,
                   one.schema_version, one.payload, one.occurred_at, p_zone, append_to_stream.recorded_at, p_actor, p_role,
                   p_command, one.number, p_correlation, p_causation, p_protocol_version, one.sensitivity, p_facts
              FROM unnest(p_event_ids, p_topics, p_schema_versions, p_payloads, p_occurreds, p_sensitivities)
                   WITH ORDINALITY
                AS one (event_id, topic, schema_version, payload, occurred_at, sensitivity, number)
             ORDER BY one.number
            RETURNING position, version
        )
        SELECT array_agg(position ORDER BY version) INTO further FROM appended;
        positions := positions || further;
    END IF;

    IF p_side_rows IS NOT NULL THEN
        PERFORM write_side_rows(p_network, p_stream, p_side_rows);
    END IF;
END
$$;
