-- A topic that was there and is gone: nothing is sent until somebody made it anew and says from where.

ALTER TABLE publish_checkpoint
    DROP CONSTRAINT publish_checkpoint_parked_check,
    ADD CONSTRAINT publish_checkpoint_parked_check
        CHECK (parked IN (
            'topic_was_deleted', 'topic_was_made_anew', 'log_was_restored', 'topic_has_other_partitions'
        ));
