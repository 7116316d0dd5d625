-- Erasing a patient goes with the event that says so, in its transaction: there is no moment in which the log says that
-- somebody is erased and their key still opens, and nothing to be taken up again after a process was killed.

-- The application may not destroy keys. It may ask for the one destruction that an event of this very stream tells of;
-- the function runs with its owner's rights, whom the policy lets past the wall only where somebody else has called it.
CREATE POLICY destroy_key_of_erased ON data_keys TO CURRENT_USER
    USING (session_user <> current_user) WITH CHECK (session_user <> current_user);

CREATE FUNCTION destroy_key_of_erased(p_network uuid, p_patient uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM events AS e
         WHERE e.stream_id = p_patient AND e.network_id = p_network
           AND e.stream_type = 'patient' AND e.topic = 'PatientErased'
    ) THEN
        RAISE EXCEPTION 'nobody recorded that this patient is erased' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO data_keys AS known (key_id, network_id, person_id, destroyed_at)
    VALUES (gen_random_uuid(), p_network, p_patient, clock_timestamp())
        ON CONFLICT (network_id, person_id) DO UPDATE
       SET wrapped = NULL, kek_id = NULL, destroyed_at = coalesce(known.destroyed_at, excluded.destroyed_at);
END
$$;
REVOKE ALL ON FUNCTION destroy_key_of_erased FROM PUBLIC;
GRANT EXECUTE ON FUNCTION destroy_key_of_erased TO throughline_app, throughline_work;

-- Beside the key: no name finds them, no link of theirs opens, no draft about them waits.
CREATE FUNCTION write_erasure_rows(p_network uuid, p_patient uuid) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM destroy_key_of_erased(p_network, p_patient);
    DELETE FROM patient_search WHERE network_id = p_network AND patient_id = p_patient;
    UPDATE check_in_link SET ended_at = clock_timestamp(), draft = NULL
     WHERE network_id = p_network AND patient_id = p_patient AND ended_at IS NULL;
    DELETE FROM document_draft WHERE network_id = p_network AND patient_id = p_patient;
END
$$;
GRANT DELETE ON document_draft TO throughline_work;

ALTER FUNCTION write_side_rows(uuid, uuid, jsonb) RENAME TO write_rows_before_erasures;
CREATE FUNCTION write_side_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM write_rows_before_erasures(p_network, p_stream, p_rows);
    IF p_rows ? 'erase' THEN
        PERFORM write_erasure_rows(p_network, p_stream);
    END IF;
END
$$;
