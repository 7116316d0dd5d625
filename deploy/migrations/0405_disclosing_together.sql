-- Further batches down many open streams, in one statement and one commit: each as `disclose_to_holder` has it, the
-- answers in the order asked. Keys are taken in the order of their hashes: who holds one is asked once for all its
-- streams, and two processes that note that the same keys were used never wait for each other in a circle.
CREATE FUNCTION disclose_to_holders(p_scope text, p_way text, p_batches jsonb) RETURNS boolean[]
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    answers boolean[] := array_fill(false, ARRAY[jsonb_array_length(p_batches)]);
    asked record;
    held subscriber%ROWTYPE;
    held_by text;
BEGIN
    FOR asked IN
        SELECT given.number, batch.*
          FROM jsonb_array_elements(p_batches) WITH ORDINALITY AS given (batch, number),
               jsonb_to_record(given.batch) AS batch (
                   key text, grant_id uuid, first_position bigint, last_position bigint, event_count integer,
                   event_types text[], stream_ids uuid[])
         ORDER BY batch.key, given.number
    LOOP
        IF held_by IS DISTINCT FROM asked.key THEN
            SELECT * INTO held FROM subscriber_of_key(decode(asked.key, 'hex'), p_scope);
            held_by := asked.key;
        END IF;
        CONTINUE WHEN held.subscriber_id IS NULL OR held.is_paused OR held.grant_id IS DISTINCT FROM asked.grant_id
                   OR held.until_at <= clock_timestamp();
        INSERT INTO disclosure (network_id, subscriber_id, way, grant_id, purpose, is_full, first_position,
                                last_position, event_count, event_types, stream_ids)
        VALUES (held.network_id, held.subscriber_id, p_way, held.grant_id, held.purpose, held.is_full, asked.first_position,
                asked.last_position, asked.event_count, asked.event_types, asked.stream_ids);
        answers[asked.number] := true;
    END LOOP;
    RETURN answers;
END
$$;
