-- Keys of persons, accounts, sign-in sessions and the log of who read what.

CREATE TABLE data_keys (
    key_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    person_id uuid NOT NULL,
    wrapped bytea,
    kek_id text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CONSTRAINT data_keys_one_per_person UNIQUE (network_id, person_id),
    CONSTRAINT data_keys_gone_or_there CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
COMMENT ON TABLE data_keys IS 'one key per person, wrapped by a key-encryption key; without it their sealed text is gone';

CREATE TABLE network_directory (
    slug text PRIMARY KEY,
    network_id uuid NOT NULL UNIQUE,
    title text NOT NULL
);
COMMENT ON TABLE network_directory IS 'read before anybody is signed in, so it is not walled; holds nothing about people';

CREATE TABLE clinician_account (
    network_id uuid NOT NULL,
    clinician_id uuid NOT NULL,
    email_token bytea NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    password_hash text,
    PRIMARY KEY (network_id, clinician_id),
    UNIQUE (network_id, email_token)
);
COMMENT ON COLUMN clinician_account.email_token IS 'keyed hash of the address; the address itself is sealed in the stream';

CREATE TABLE sign_in_session (
    token_hash bytea PRIMARY KEY,
    network_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    roles text[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    reauthenticated_at timestamptz
);
CREATE INDEX sign_in_session_actor ON sign_in_session (network_id, actor_id);
CREATE INDEX sign_in_session_expiry ON sign_in_session (expires_at);

CREATE TABLE access_log (
    entry bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    network_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    actor_roles text[] NOT NULL,
    screen text NOT NULL,
    patient_id uuid,
    episode_id uuid,
    purpose text,
    correlation_id uuid NOT NULL
);
CREATE INDEX access_log_patient ON access_log (network_id, patient_id, at);
CREATE INDEX access_log_actor ON access_log (network_id, actor_id, at);

DO $walls$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['data_keys', 'clinician_account', 'access_log', 'sign_in_session']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY network_in_force ON %I TO throughline_app
                            USING (network_id = (SELECT network_in_force()))
                            WITH CHECK (network_id = (SELECT network_in_force()))', walled);
        EXECUTE format('CREATE POLICY every_network ON %I TO throughline_work USING (true) WITH CHECK (true)', walled);
    END LOOP;
END
$walls$;

-- A cookie comes before its network is known: who holds the secret may read and keep alive the one row it names.
CREATE POLICY holder_of_token ON sign_in_session TO throughline_app
    USING (token_hash = (SELECT decode(nullif(current_setting('throughline.session', true), ''), 'hex')))
    WITH CHECK (token_hash = (SELECT decode(nullif(current_setting('throughline.session', true), ''), 'hex')));

GRANT SELECT, INSERT ON data_keys, access_log TO throughline_app, throughline_work;
GRANT UPDATE (wrapped, kek_id, destroyed_at) ON data_keys TO throughline_work;
GRANT SELECT, INSERT, UPDATE ON clinician_account, network_directory TO throughline_app, throughline_work;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_session TO throughline_app, throughline_work;
