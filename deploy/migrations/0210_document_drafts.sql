-- What somebody is still writing: one row per author and document, sealed under the patient's key. Never an event.

CREATE TABLE document_draft (
    network_id uuid NOT NULL,
    author_id uuid NOT NULL,
    draft_id uuid NOT NULL,
    episode_id uuid NOT NULL,
    patient_id uuid NOT NULL,
    decision text NOT NULL,
    about jsonb NOT NULL,
    sealed text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, author_id, draft_id)
);
CREATE INDEX document_draft_episode ON document_draft (network_id, author_id, episode_id);
COMMENT ON COLUMN document_draft.about IS 'ids and codes of what it is about, never words';

ALTER TABLE document_draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_draft FORCE ROW LEVEL SECURITY;
CREATE POLICY network_in_force ON document_draft TO throughline_app
    USING (network_id = (SELECT network_in_force()))
    WITH CHECK (network_id = (SELECT network_in_force()));
CREATE POLICY every_network ON document_draft TO throughline_work USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON document_draft TO throughline_app;
GRANT SELECT ON document_draft TO throughline_work;
