-- One round trip for the access-log rows of a screen, committed before its bytes leave.
CREATE FUNCTION record_reading(
    p_network uuid, p_actor uuid, p_roles text[], p_screen text, p_patients uuid[], p_episodes uuid[], p_purpose text,
    p_correlation uuid
) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('throughline.network_id', p_network::text, true);
    INSERT INTO access_log (network_id, actor_id, actor_roles, screen, patient_id, episode_id, purpose, correlation_id)
    SELECT p_network, p_actor, p_roles, p_screen, patient_id, episode_id, p_purpose, p_correlation
      FROM unnest(p_patients, p_episodes) AS shown (patient_id, episode_id);
END
$$;

-- Prepares the partitions of this and the next months for the keys of commands, and drops those whose last day lies
-- more than p_days back. Answers with how many were dropped. Months that already have rows in the default partition
-- stay there and are cleared from it.
CREATE FUNCTION keep_command_partitions(p_days integer DEFAULT 30) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
    wanted date;
    old text;
    dropped integer := 0;
BEGIN
    FOR wanted IN SELECT (date_trunc('month', today) + n * interval '1 month')::date FROM generate_series(0, 2) AS n
    LOOP
        IF to_regclass(format('commands_%s', to_char(wanted, 'YYYY_MM'))) IS NULL
           AND NOT EXISTS (SELECT FROM commands_otherwise AS c WHERE c.month = wanted) THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF commands FOR VALUES FROM (%L) TO (%L)',
                           'commands_' || to_char(wanted, 'YYYY_MM'), wanted, (wanted + interval '1 month')::date);
        END IF;
    END LOOP;
    FOR old IN
        SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'commands'::regclass AND c.relname ~ '^commands_[0-9]{4}_[0-9]{2}$'
           AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= today - p_days
    LOOP
        EXECUTE format('DROP TABLE %I', old);
        dropped := dropped + 1;
    END LOOP;
    DELETE FROM commands_otherwise AS c WHERE c.month + interval '1 month' <= today - p_days;
    RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION keep_command_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_command_partitions(integer) TO throughline_work;
SELECT keep_command_partitions();
