-- Psychotherapy notes (45 CFR 164.501) are kept apart: no role sees their events, or the keys that open them, except on
-- a connection that says it opens them. Readers, feeds, read models and workers do not, whatever they ask for.

CREATE FUNCTION notes_are_open() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('throughline.psychotherapy_notes', true), '') = 'open';

ALTER POLICY network_in_force ON events
    USING (network_id = (SELECT network_in_force())
           AND (stream_type <> 'psychotherapy_note' OR (SELECT notes_are_open())))
    WITH CHECK (network_id = (SELECT network_in_force())
                AND (stream_type <> 'psychotherapy_note' OR (SELECT notes_are_open())));
ALTER POLICY every_network ON events
    USING (stream_type <> 'psychotherapy_note' OR (SELECT notes_are_open()))
    WITH CHECK (stream_type <> 'psychotherapy_note' OR (SELECT notes_are_open()));

CREATE TABLE psychotherapy_note_key (
    key_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    author_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT psychotherapy_note_key_one UNIQUE (network_id, author_id, patient_id)
);
COMMENT ON TABLE psychotherapy_note_key IS 'a key per author and patient, wrapped by both their keys: without either it is gone';

ALTER TABLE psychotherapy_note_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE psychotherapy_note_key FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON psychotherapy_note_key TO throughline_app
    USING (network_id = (SELECT network_in_force()) AND (SELECT notes_are_open()))
    WITH CHECK (network_id = (SELECT network_in_force()) AND (SELECT notes_are_open()));
CREATE POLICY every_network ON psychotherapy_note_key TO throughline_work
    USING ((SELECT notes_are_open()))
    WITH CHECK ((SELECT notes_are_open()));

GRANT SELECT, INSERT ON psychotherapy_note_key TO throughline_app;
GRANT SELECT ON psychotherapy_note_key TO throughline_work;
