-- One-time links for patients. The log says what was asked and answered; here is what nobody may learn from it: the
-- hash of the secret address, how often a wrong birth date was tried, and the sealed draft of an answer.

CREATE TABLE check_in_link (
    link_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    episode_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    language text NOT NULL,
    expires_at timestamptz NOT NULL,
    token_hash bytea UNIQUE,
    issued_at timestamptz,
    wrong_dates integer NOT NULL DEFAULT 0,
    opened_at timestamptz,
    consumed_at timestamptz,
    ended_at timestamptz,
    draft text,
    CONSTRAINT check_in_link_ended_without_draft CHECK (ended_at IS NULL OR draft IS NULL),
    CONSTRAINT check_in_link_consumed_is_ended CHECK (consumed_at IS NULL OR ended_at IS NOT NULL)
);
CREATE INDEX check_in_link_episode ON check_in_link (network_id, episode_id);
CREATE INDEX check_in_link_expiry ON check_in_link (expires_at) WHERE draft IS NOT NULL;
COMMENT ON COLUMN check_in_link.token_hash IS 'SHA-256 of the secret in the address, which is kept nowhere';
COMMENT ON COLUMN check_in_link.draft IS 'what the patient has typed so far, sealed with their key';

ALTER TABLE check_in_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE check_in_link FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON check_in_link TO throughline_app
    USING (network_id = (SELECT network_in_force()))
    WITH CHECK (network_id = (SELECT network_in_force()));
CREATE POLICY every_network ON check_in_link TO throughline_work USING (true) WITH CHECK (true);

-- A link comes before its network is known: who holds the secret may see the one row it names.
CREATE POLICY holder_of_link ON check_in_link FOR SELECT TO throughline_app
    USING (token_hash = (SELECT decode(nullif(current_setting('throughline.check_in', true), ''), 'hex')));

GRANT SELECT, INSERT, UPDATE ON check_in_link TO throughline_app, throughline_work;

-- Failed tries by where they come from, in hours: a keyed hash of the address, and no link.
CREATE TABLE check_in_try (
    address_hash bytea NOT NULL,
    hour timestamptz NOT NULL,
    tries integer NOT NULL,
    PRIMARY KEY (address_hash, hour)
);
COMMENT ON TABLE check_in_try IS 'says nothing about people; cleared after a day';
GRANT SELECT, INSERT, UPDATE, DELETE ON check_in_try TO throughline_app, throughline_work;

CREATE FUNCTION check_in_link_of(p_token_hash bytea)
RETURNS TABLE (
    link_id uuid, network_id uuid, episode_id uuid, patient_id uuid, language text, expires_at timestamptz,
    wrong_dates integer,
    opened_at timestamptz, consumed_at timestamptz, ended_at timestamptz, draft text
)
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('throughline.check_in', encode(p_token_hash, 'hex'), true);
    RETURN QUERY
    SELECT l.link_id, l.network_id, l.episode_id, l.patient_id, l.language, l.expires_at, l.wrong_dates, l.opened_at,
           l.consumed_at, l.ended_at, l.draft
      FROM check_in_link AS l
     WHERE l.token_hash = p_token_hash;
END
$$;

-- Rows of links that an event brings into its own transaction. An answer consumes the link here, or not at all.
CREATE FUNCTION write_check_in_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    answered CONSTANT integer := coalesce(jsonb_array_length(p_rows -> 'link_answered'), 0);
    consumed integer;
BEGIN
    INSERT INTO check_in_link (link_id, network_id, episode_id, patient_id, language, expires_at)
    SELECT link_id, p_network, p_stream, patient_id, language, expires_at
      FROM jsonb_to_recordset(p_rows -> 'link')
        AS link (link_id uuid, patient_id uuid, language text, expires_at timestamptz);
    UPDATE check_in_link AS held SET ended_at = clock_timestamp(), draft = NULL
      FROM jsonb_to_recordset(p_rows -> 'link_ended') AS gone (link_id uuid)
     WHERE held.network_id = p_network AND held.link_id = gone.link_id AND held.ended_at IS NULL;
    UPDATE check_in_link AS held SET ended_at = clock_timestamp(), draft = NULL
      FROM jsonb_to_recordset(p_rows -> 'no_more_links') AS gone (episode_id uuid)
     WHERE held.network_id = p_network AND held.episode_id = gone.episode_id AND held.ended_at IS NULL;
    UPDATE check_in_link AS held SET consumed_at = clock_timestamp(), ended_at = clock_timestamp(), draft = NULL
      FROM jsonb_to_recordset(p_rows -> 'link_answered') AS used (link_id uuid)
     WHERE held.network_id = p_network AND held.link_id = used.link_id
       AND held.consumed_at IS NULL AND held.ended_at IS NULL;
    GET DIAGNOSTICS consumed = ROW_COUNT;
    IF consumed <> answered THEN
        RAISE EXCEPTION 'the link was used or ended by somebody else' USING ERRCODE = 'TL002';
    END IF;
END
$$;

-- As before, and the rows of links where there are any.
ALTER FUNCTION write_side_rows(uuid, uuid, jsonb) RENAME TO write_rows_beside_events;
CREATE FUNCTION write_side_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM write_rows_beside_events(p_network, p_stream, p_rows);
    IF p_rows ?| ARRAY['link', 'link_ended', 'no_more_links', 'link_answered'] THEN
        PERFORM write_check_in_rows(p_network, p_stream, p_rows);
    END IF;
END
$$;

-- Counts a failed try from an address in the hour of p_now; how many there were.
CREATE FUNCTION note_check_in_try(p_address bytea, p_now timestamptz) RETURNS integer
    LANGUAGE sql AS $$
    INSERT INTO check_in_try AS known (address_hash, hour, tries) VALUES (p_address, date_trunc('hour', p_now), 1)
        ON CONFLICT (address_hash, hour) DO UPDATE SET tries = known.tries + 1
    RETURNING tries;
$$;
