-- How many partitions a topic had: with others, a stream's later events are in another partition than its earlier ones.

ALTER TABLE publish_checkpoint
    ADD COLUMN partitions integer CHECK (partitions > 0),
    DROP CONSTRAINT publish_checkpoint_parked_check,
    ADD CONSTRAINT publish_checkpoint_parked_check
        CHECK (parked IN ('topic_was_made_anew', 'log_was_restored', 'topic_has_other_partitions'));
COMMENT ON COLUMN publish_checkpoint.partitions IS 'as Kafka said it; NULL before the first look';
