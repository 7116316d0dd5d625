-- What somebody typed into a form before they left to confirm who they are: theirs alone, sealed, for an hour.

CREATE TABLE held_form (
    network_id uuid NOT NULL,
    author_id uuid NOT NULL,
    held_id uuid NOT NULL,
    place text NOT NULL,
    sealed text NOT NULL,
    held_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, author_id, held_id)
);
CREATE INDEX held_form_at ON held_form (held_at);
COMMENT ON COLUMN held_form.place IS 'address of the form, which holds ids and no words';

ALTER TABLE held_form ENABLE ROW LEVEL SECURITY;
ALTER TABLE held_form FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON held_form TO throughline_app
    USING (network_id = (SELECT network_in_force()))
    WITH CHECK (network_id = (SELECT network_in_force()));
CREATE POLICY every_network ON held_form TO throughline_work USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON held_form TO throughline_app;
GRANT SELECT, DELETE ON held_form TO throughline_work;
