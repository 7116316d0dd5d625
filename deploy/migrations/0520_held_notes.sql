-- A psychotherapy note that came after its author was signed out waits for them, for an hour, as its notes are kept:
-- seen on no connection but one that opens notes. The workers' role sees none and can delete what is older, no more.
CREATE TABLE held_psychotherapy_note (
    network_id uuid NOT NULL,
    author_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    held_id uuid NOT NULL,
    sealed text NOT NULL,
    held_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, author_id, patient_id, held_id)
);
COMMENT ON COLUMN held_psychotherapy_note.sealed IS 'under the key of this author and this patient';
CREATE INDEX held_psychotherapy_note_at ON held_psychotherapy_note (held_at);
ALTER TABLE held_psychotherapy_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE held_psychotherapy_note FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON held_psychotherapy_note TO throughline_app
    USING (network_id = (SELECT network_in_force()) AND (SELECT notes_are_open()))
    WITH CHECK (network_id = (SELECT network_in_force()) AND (SELECT notes_are_open()));
CREATE POLICY waited_long_enough ON held_psychotherapy_note FOR DELETE TO throughline_work
    USING (held_at < clock_timestamp() - interval '1 hour');
GRANT SELECT, INSERT, UPDATE, DELETE ON held_psychotherapy_note TO throughline_app;
GRANT DELETE ON held_psychotherapy_note TO throughline_work;

-- Until now such a note waited among all other forms, under the patient's key alone.
DELETE FROM held_form WHERE place LIKE '%/psychotherapy-notes';
