-- What the engine of the read models remembers: how far each came, who fills it, and which events wait aside.
-- The tables of the read models are made by the workers' role itself, in this schema; they can be dropped and filled anew.

CREATE SCHEMA read_models;
GRANT USAGE ON SCHEMA read_models TO throughline_app;
GRANT USAGE, CREATE ON SCHEMA read_models TO throughline_work;

CREATE TABLE read_models.checkpoint (
    read_model text NOT NULL,
    version integer NOT NULL,
    is_shadow boolean NOT NULL DEFAULT false,
    position bigint NOT NULL DEFAULT 0,
    head bigint NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,
    holder text,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (read_model, version, is_shadow)
) WITH (fillfactor = 50);
COMMENT ON COLUMN read_models.checkpoint.is_shadow IS 'a table that fills beside the live one, until it is switched in';
COMMENT ON COLUMN read_models.checkpoint.head IS 'the last position of the log when the runner last looked';
COMMENT ON COLUMN read_models.checkpoint.epoch IS 'raised whenever the lease changes hands: a runner of an older epoch writes nothing';

CREATE TABLE read_models.parked_event (
    read_model text NOT NULL,
    version integer NOT NULL,
    is_shadow boolean NOT NULL DEFAULT false,
    position bigint NOT NULL,
    stream_id uuid NOT NULL,
    event_id uuid NOT NULL,
    stored_as text NOT NULL,
    failure text,
    attempts integer NOT NULL DEFAULT 0,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    replay_asked_at timestamptz,
    PRIMARY KEY (read_model, version, is_shadow, position)
);
CREATE INDEX parked_event_stream ON read_models.parked_event (read_model, version, is_shadow, stream_id, position);
COMMENT ON TABLE read_models.parked_event IS 'events that could not be folded, and those of the same stream that wait behind them';
COMMENT ON COLUMN read_models.parked_event.failure IS 'kind and place of the failure, never its message: messages quote values';

GRANT SELECT ON read_models.checkpoint TO throughline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON read_models.checkpoint, read_models.parked_event TO throughline_work;
