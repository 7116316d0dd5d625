-- Which key file this database was begun with: a keyed hash that the file's keys alone make, and that tells nothing of
-- them. Where the file is not mounted, a new one would be made in its place, and what is sealed under it could never be
-- opened again once the right one is back.
CREATE TABLE key_file_mark (
    is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
    mark bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE key_file_mark IS 'one row, written by the first process that opens the key file';
GRANT SELECT, INSERT ON key_file_mark TO throughline_app, throughline_work;
