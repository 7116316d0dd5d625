-- A further batch down an open stream, in one round trip: the key and the grant asked again, and the disclosure noted.
-- False, and nothing noted, where either is not as it was: then the stream asks what it may still see.
CREATE FUNCTION disclose_to_holder(
    p_hash bytea, p_scope text, p_grant uuid, p_way text, p_first bigint, p_last bigint, p_count integer,
    p_types text[], p_streams uuid[]
) RETURNS boolean
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    held subscriber%ROWTYPE;
BEGIN
    SELECT * INTO held FROM subscriber_of_key(p_hash, p_scope);
    IF held.subscriber_id IS NULL OR held.is_paused OR held.grant_id IS DISTINCT FROM p_grant
       OR held.until_at <= clock_timestamp() THEN
        RETURN false;
    END IF;
    INSERT INTO disclosure (network_id, subscriber_id, way, grant_id, purpose, is_full, first_position, last_position,
                            event_count, event_types, stream_ids)
    VALUES (held.network_id, held.subscriber_id, p_way, held.grant_id, held.purpose, held.is_full, p_first, p_last,
            p_count, p_types, p_streams);
    RETURN true;
END
$$;
