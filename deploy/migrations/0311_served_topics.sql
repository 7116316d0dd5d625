-- A topic whose subscriber has ended, is paused or has no grant stands still without being behind.

ALTER TABLE publish_checkpoint ADD COLUMN is_served boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN publish_checkpoint.is_served IS 'whether anything is to be sent to it, as of the last look of the relay';
