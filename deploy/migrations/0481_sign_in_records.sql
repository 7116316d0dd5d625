-- Who came in, who was refused, who proved again who they are, who left: for compliance (45 CFR 164.308(a)(5)(ii)(C)).
-- Never altered, and kept for six years (45 CFR 164.316(b)(2)(i)); the workers' role can delete what is older, no more.
CREATE TABLE sign_in_record (
    record_id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    network_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    what text NOT NULL,
    device text NOT NULL
);
CREATE INDEX sign_in_record_network ON sign_in_record (network_id, record_id);
CREATE INDEX sign_in_record_at ON sign_in_record (at);
COMMENT ON COLUMN sign_in_record.device IS 'kind of device as the browser names itself, never more of it';
ALTER TABLE sign_in_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_record FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON sign_in_record TO throughline_app
    USING (network_id = (SELECT network_in_force()))
    WITH CHECK (network_id = (SELECT network_in_force()));
CREATE POLICY kept_long_enough ON sign_in_record FOR ALL TO throughline_work
    USING (at < clock_timestamp() - interval '6 years')
    WITH CHECK (false);
GRANT SELECT, INSERT ON sign_in_record TO throughline_app;
GRANT SELECT, DELETE ON sign_in_record TO throughline_work;
