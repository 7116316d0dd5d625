-- Who somebody is to the identity provider: one subject per person and network, by keyed hash. What has ended is kept.

CREATE TABLE clinician_sign_in (
    network_id uuid NOT NULL,
    clinician_id uuid NOT NULL,
    subject_token bytea NOT NULL,
    linked_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (network_id, clinician_id, linked_at)
);
CREATE UNIQUE INDEX clinician_sign_in_one_subject ON clinician_sign_in (network_id, clinician_id)
 WHERE ended_at IS NULL;
CREATE UNIQUE INDEX clinician_sign_in_one_person ON clinician_sign_in (network_id, subject_token)
 WHERE ended_at IS NULL;
COMMENT ON COLUMN clinician_sign_in.subject_token IS 'keyed hash of issuer and subject, the same in every network';

ALTER TABLE clinician_sign_in ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinician_sign_in FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON clinician_sign_in TO throughline_app
    USING (network_id = (SELECT network_in_force()))
    WITH CHECK (network_id = (SELECT network_in_force()));
CREATE POLICY every_network ON clinician_sign_in TO throughline_work USING (true) WITH CHECK (true);

GRANT SELECT, INSERT ON clinician_sign_in TO throughline_app, throughline_work;
GRANT UPDATE (ended_at) ON clinician_sign_in TO throughline_work;

-- A sign-in session remembers who proved it: they alone can confirm a signature in it. Null in a demonstration.
ALTER TABLE sign_in_session ADD COLUMN subject_token bytea;
ALTER TABLE sign_in_session ADD COLUMN provider_session bytea;
CREATE INDEX sign_in_session_subject ON sign_in_session (subject_token) WHERE subject_token IS NOT NULL;
COMMENT ON COLUMN sign_in_session.provider_session IS 'keyed hash of issuer and the session id there';

-- Where a subject works, before their network is known: each network is put in force in turn. `p_emails` holds the
-- token of their verified address in each network, or null; it counts only where neither side is linked yet.
CREATE FUNCTION places_of_subject(p_subject bytea, p_networks uuid[], p_emails bytea[])
RETURNS TABLE (network_id uuid, clinician_id uuid, status text, is_linked boolean)
    LANGUAGE plpgsql AS $$
DECLARE
    known uuid;
    n integer;
BEGIN
    FOR n IN 1 .. cardinality(p_networks) LOOP
        PERFORM set_config('throughline.network_id', p_networks[n]::text, true);
        SELECT link.clinician_id INTO known
          FROM clinician_sign_in AS link
         WHERE link.network_id = p_networks[n] AND link.subject_token = p_subject AND link.ended_at IS NULL;
        RETURN QUERY
        SELECT account.network_id, account.clinician_id, account.status, known IS NOT NULL
          FROM clinician_account AS account
         WHERE account.network_id = p_networks[n]
           AND CASE WHEN known IS NOT NULL THEN account.clinician_id = known
                    ELSE account.email_token = p_emails[n]
                         AND NOT EXISTS (SELECT FROM clinician_sign_in AS link
                                          WHERE link.network_id = account.network_id
                                            AND link.clinician_id = account.clinician_id
                                            AND link.ended_at IS NULL)
               END;
    END LOOP;
END
$$;

-- Who proved the sign-in session behind a cookie.
CREATE FUNCTION subject_of_session(p_token_hash bytea) RETURNS bytea
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('throughline.session', encode(p_token_hash, 'hex'), true);
    RETURN (SELECT s.subject_token FROM sign_in_session AS s WHERE s.token_hash = p_token_hash);
END
$$;

-- The provider says that somebody signed out there: it may end their sessions in every network, and see no other.
CREATE POLICY of_subject ON sign_in_session TO throughline_app
    USING (subject_token = (SELECT decode(nullif(current_setting('throughline.subject', true), ''), 'hex')));
CREATE POLICY of_provider_session ON sign_in_session TO throughline_app
    USING (provider_session = (SELECT decode(nullif(current_setting('throughline.provider_session', true), ''), 'hex')));

CREATE FUNCTION end_sessions_of_provider(p_subject bytea, p_provider_session bytea) RETURNS integer
    LANGUAGE plpgsql AS $$
DECLARE
    ended integer;
BEGIN
    PERFORM set_config('throughline.subject', coalesce(encode(p_subject, 'hex'), ''), true);
    PERFORM set_config('throughline.provider_session', coalesce(encode(p_provider_session, 'hex'), ''), true);
    DELETE FROM sign_in_session AS s
     WHERE (p_subject IS NOT NULL OR p_provider_session IS NOT NULL)
       AND (p_subject IS NULL OR s.subject_token = p_subject)
       AND (p_provider_session IS NULL OR s.provider_session = p_provider_session);
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;
