-- The append once more, for a command that records one event, relies on at most one other stream and brings no rows
-- beside it: nearly every one. Row-level security asked each of its statements anew which network is in force, which was a
-- fifth of what it cost the server, although the function itself had just put the caller's network in force. It now runs
-- with its owner's rights and asks for the network in its own conditions: it reads no event of another network, and every
-- row that it writes names the caller's. Everything else goes on through `append_to_stream` under the policies.
-- Psychotherapy notes do too: the owner neither sees nor writes them. Connected as itself the owner is behind the walls as
-- before; the policies let it past only where somebody else has called the function.
CREATE POLICY append_plainly ON commands FOR INSERT TO CURRENT_USER WITH CHECK (session_user <> current_user);
CREATE POLICY append_plainly ON events FOR INSERT TO CURRENT_USER
    WITH CHECK (session_user <> current_user AND stream_type <> 'psychotherapy_note');
CREATE POLICY append_plainly_reads ON events FOR SELECT TO CURRENT_USER
    USING (session_user <> current_user AND stream_type <> 'psychotherapy_note');

-- Answers the position. Raises, so that nothing is kept, what append_to_stream raises: unique_violation, TL001, TL002;
-- and insufficient_privilege for a note.
CREATE FUNCTION append_plainly(
    p_network uuid, p_stream_type text, p_stream uuid, p_version integer,
    p_command uuid, p_body_hash bytea, p_actor uuid, p_role text, p_correlation uuid, p_causation uuid,
    p_zone text, p_protocol_version text, p_recorded_at timestamptz, p_facts text,
    p_relied uuid, p_relied_version integer,
    p_event_id uuid, p_topic text, p_schema_version smallint, p_payload bytea, p_occurred timestamptz, p_sensitivity text,
    OUT "position" bigint, OUT recorded_at timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    recorded_at := coalesce(p_recorded_at, clock_timestamp());

    -- First of all the key: a duplicate waits here for the one in flight, and burns no position.
    INSERT INTO commands (command_id, network_id, actor_id, body_hash, stream_id, from_version, version)
    SELECT p_command, p_network, p_actor, p_body_hash, p_stream, p_version, p_version + 1
     WHERE (p_version <= 0 OR EXISTS (
               SELECT FROM events AS e
                WHERE e.stream_id = p_stream AND e.version = p_version
                  AND e.network_id = p_network AND e.stream_type = p_stream_type))
       AND (p_relied IS NULL OR NOT EXISTS (
               SELECT FROM events AS e
                WHERE e.stream_id = p_relied AND e.version = p_relied_version + 1 AND e.network_id = p_network));
    IF NOT FOUND THEN
        IF p_version <= 0 OR EXISTS (
            SELECT FROM events AS e
             WHERE e.stream_id = p_stream AND e.version = p_version
               AND e.network_id = p_network AND e.stream_type = p_stream_type
        ) THEN
            RAISE EXCEPTION 'a fact has changed' USING ERRCODE = 'TL001';
        END IF;
        RAISE EXCEPTION 'the stream does not stand at this version' USING ERRCODE = 'TL002';
    END IF;

    INSERT INTO events (
        stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
        occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
        protocol_version, sensitivity, facts
    ) VALUES (
        p_stream_type, p_stream, p_version + 1, p_network, p_event_id, p_topic, p_schema_version, p_payload, p_occurred,
        p_zone, append_plainly.recorded_at, p_actor, p_role, p_command, 0, p_correlation, p_causation,
        p_protocol_version, p_sensitivity, p_facts
    ) RETURNING events.position INTO append_plainly.position;
END
$$;
REVOKE ALL ON FUNCTION append_plainly FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_plainly TO throughline_app, throughline_work;
