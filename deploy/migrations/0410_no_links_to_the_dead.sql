-- A death reported in one course closes the links of all courses of that patient, not of that one alone.
CREATE OR REPLACE FUNCTION write_check_in_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
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
      FROM jsonb_to_recordset(p_rows -> 'no_more_links') AS gone (episode_id uuid, patient_id uuid)
     WHERE held.network_id = p_network AND held.ended_at IS NULL
       AND (held.episode_id = gone.episode_id OR held.patient_id = gone.patient_id);
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
