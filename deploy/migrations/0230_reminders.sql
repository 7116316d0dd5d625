-- What was sent to staff, and of what: nothing is told twice, and pages can say who was told when.
-- Ids, keys of obligations and times only; the address is opened at the send and kept nowhere.

CREATE TABLE reminder_message (
    message_id uuid PRIMARY KEY,
    network_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    channel text NOT NULL,
    is_digest boolean NOT NULL,
    planned_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    settled_at timestamptz,
    result text,
    failure text
);
CREATE INDEX reminder_message_waiting ON reminder_message (next_try_at) WHERE settled_at IS NULL;
CREATE INDEX reminder_message_recipient ON reminder_message (network_id, recipient_id, planned_at);
COMMENT ON TABLE reminder_message IS 'sent at least once under the same Message-ID: after a crash between sending and noting it, once more';
COMMENT ON COLUMN reminder_message.result IS 'sent, refused, given_up or not_needed; null while it waits';
COMMENT ON COLUMN reminder_message.failure IS 'kind of the last failure, never its message: messages quote addresses';

CREATE TABLE reminder_notice (
    network_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    episode_id uuid NOT NULL,
    key text NOT NULL,
    due text NOT NULL,
    tier text NOT NULL,
    message_id uuid NOT NULL REFERENCES reminder_message (message_id),
    PRIMARY KEY (network_id, recipient_id, episode_id, key, due, tier)
);
CREATE INDEX reminder_notice_message ON reminder_notice (message_id);
CREATE INDEX reminder_notice_episode ON reminder_notice (network_id, episode_id);
COMMENT ON TABLE reminder_notice IS 'what a message is about: one obligation or alert, once per person, due time and tier';

DO $walls$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['reminder_message', 'reminder_notice']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY network_in_force ON %I TO throughline_app
                            USING (network_id = (SELECT network_in_force()))', walled);
        EXECUTE format('CREATE POLICY every_network ON %I TO throughline_work USING (true) WITH CHECK (true)', walled);
    END LOOP;
END
$walls$;

GRANT SELECT ON reminder_message, reminder_notice TO throughline_app;
GRANT SELECT, INSERT ON reminder_message, reminder_notice TO throughline_work;
GRANT DELETE ON reminder_notice TO throughline_work;  -- of a message that turned out not to be needed
GRANT UPDATE (attempts, next_try_at, settled_at, result, failure) ON reminder_message TO throughline_work;
