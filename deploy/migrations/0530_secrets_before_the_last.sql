-- A secret signs until the time it was given, however often the secret is changed meanwhile: whoever changes it again,
-- since the new one was lost on its way, must not leave the receiver with the one before without a signature.

ALTER TABLE webhook_endpoint ADD COLUMN older_secrets jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN webhook_endpoint.older_secrets IS 'those before the old secret: secret_id, and until when each signs';

CREATE OR REPLACE FUNCTION write_webhook_rows(p_network uuid, p_stream uuid, p_rows jsonb) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO webhook_secret (secret_id, network_id, subscriber_id, kek_id, wrapped)
    SELECT secret_id, p_network, p_stream, kek_id, decode(wrapped, 'hex')
      FROM jsonb_to_recordset(p_rows -> 'webhook_sealed') AS made (secret_id uuid, kek_id text, wrapped text)
        ON CONFLICT (secret_id) DO NOTHING;
    INSERT INTO webhook_endpoint AS known (subscriber_id, network_id, endpoint_id, url, is_local, state, secret_id)
    SELECT p_stream, p_network, endpoint_id, url, is_local, 'unconfirmed', secret_id
      FROM jsonb_to_recordset(p_rows -> 'webhook')
        AS made (endpoint_id uuid, url text, is_local boolean, secret_id uuid)
        ON CONFLICT (subscriber_id) DO UPDATE
       SET endpoint_id = excluded.endpoint_id, url = excluded.url, is_local = excluded.is_local, state = 'unconfirmed',
           because = NULL, changed_at = clock_timestamp(), secret_id = excluded.secret_id,
           old_secret_id = CASE WHEN known.secret_id = excluded.secret_id THEN known.old_secret_id END,
           old_secret_until = CASE WHEN known.secret_id = excluded.secret_id THEN known.old_secret_until END,
           older_secrets = CASE WHEN known.secret_id = excluded.secret_id THEN known.older_secrets ELSE '[]' END;
    UPDATE webhook_endpoint AS held SET state = told.state, because = told.because, changed_at = clock_timestamp()
      FROM jsonb_to_recordset(p_rows -> 'webhook_state') AS told (endpoint_id uuid, state text, because text)
     WHERE held.subscriber_id = p_stream AND held.endpoint_id = told.endpoint_id;
    -- An overlap is whole hours: less than half of one is none, by whichever clock, and ends all that came before.
    UPDATE webhook_endpoint AS held
       SET old_secret_id = held.secret_id, old_secret_until = told.old_until, secret_id = told.secret_id,
           older_secrets = CASE
               WHEN told.old_until < clock_timestamp() + interval '30 minutes' THEN '[]'
               ELSE (SELECT coalesce(jsonb_agg(one.it), '[]')
                       FROM jsonb_array_elements(held.older_secrets || CASE
                                WHEN held.old_secret_id IS NULL THEN '[]'
                                ELSE jsonb_build_array(jsonb_build_object(
                                    'secret_id', held.old_secret_id, 'until', held.old_secret_until))
                            END) AS one (it)
                      WHERE (one.it ->> 'until')::timestamptz > clock_timestamp())
           END
      FROM jsonb_to_recordset(p_rows -> 'webhook_secret') AS told (secret_id uuid, old_until timestamptz)
     WHERE held.subscriber_id = p_stream;
END
$$;
