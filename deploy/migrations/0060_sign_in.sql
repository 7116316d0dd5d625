-- Who holds this cookie: one round trip for every request, which also keeps the sign-in session alive.
-- `last_seen_at` is written at most once a minute, so that reading a page seldom costs a write.

CREATE FUNCTION holder_of_session(p_token_hash bytea, p_now timestamptz)
RETURNS TABLE (
    network_id uuid, actor_id uuid, roles text[], created_at timestamptz, last_seen_at timestamptz,
    expires_at timestamptz, reauthenticated_at timestamptz, status text
)
    LANGUAGE plpgsql AS $$
DECLARE
    held sign_in_session%ROWTYPE;
BEGIN
    PERFORM set_config('throughline.session', encode(p_token_hash, 'hex'), true);
    SELECT * INTO held FROM sign_in_session AS s WHERE s.token_hash = p_token_hash;
    IF held.token_hash IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('throughline.network_id', held.network_id::text, true);
    RETURN QUERY
    SELECT held.network_id, held.actor_id, held.roles, held.created_at, held.last_seen_at, held.expires_at,
           held.reauthenticated_at, coalesce(max(account.status), 'unknown')
      FROM clinician_account AS account
     WHERE account.network_id = held.network_id AND account.clinician_id = held.actor_id;
END
$$;

CREATE FUNCTION keep_session_alive(p_token_hash bytea, p_now timestamptz, p_reauthenticated boolean) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('throughline.session', encode(p_token_hash, 'hex'), true);
    UPDATE sign_in_session AS s
       SET last_seen_at = p_now,
           reauthenticated_at = CASE WHEN p_reauthenticated THEN p_now ELSE s.reauthenticated_at END
     WHERE s.token_hash = p_token_hash;
END
$$;

CREATE FUNCTION end_session(p_token_hash bytea) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('throughline.session', encode(p_token_hash, 'hex'), true);
    DELETE FROM sign_in_session AS s WHERE s.token_hash = p_token_hash;
END
$$;
