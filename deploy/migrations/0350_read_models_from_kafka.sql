-- Read models that members of a consumer group fill: how far each partition came, and which streams are ahead of the
-- read model's position. Both are written in the transaction that writes the rows, so that none of them can lie.

CREATE TABLE read_models.topic_partition (
    read_model text NOT NULL,
    version integer NOT NULL,
    number integer NOT NULL,
    topic_id text NOT NULL,
    partitions integer NOT NULL,
    epoch bigint NOT NULL DEFAULT 1,
    holder text NOT NULL,
    next_offset bigint,
    position bigint NOT NULL,
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (read_model, version, number)
) WITH (fillfactor = 50);
COMMENT ON COLUMN read_models.topic_partition.topic_id IS 'another one after the topic was deleted and made again: its offsets mean something else';
COMMENT ON COLUMN read_models.topic_partition.partitions IS 'how many the topic had: with another number streams live elsewhere';
COMMENT ON COLUMN read_models.topic_partition.epoch IS 'raised whenever the partition changes hands: a member of an older epoch writes nothing';
COMMENT ON COLUMN read_models.topic_partition.next_offset IS 'null while the topic cannot be trusted to go on from here: then the log fills in';
COMMENT ON COLUMN read_models.topic_partition.position IS 'every event of this partition up to here is in the rows';

CREATE TABLE read_models.stream_ahead (
    read_model text NOT NULL,
    version integer NOT NULL,
    stream_id uuid NOT NULL,
    stream_version integer NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (read_model, version, stream_id)
) WITH (fillfactor = 50);
COMMENT ON TABLE read_models.stream_ahead IS 'streams whose rows know more than the position of their read model says; dropped once it has come as far';
COMMENT ON COLUMN read_models.stream_ahead.stream_version IS 'the last event of the stream that is in the rows';

GRANT SELECT ON read_models.topic_partition TO throughline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON read_models.topic_partition, read_models.stream_ahead TO throughline_work;
