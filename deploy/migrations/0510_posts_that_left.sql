-- A post to a webhook is written down before it leaves, too; it counts as disclosed once some of it went out to somebody.
COMMENT ON COLUMN disclosure.awaits_arrival IS 'whether disclosure_arrival says that it arrived, or left, and when';
COMMENT ON TABLE disclosure_arrival IS 'brokers took the whole batch, or some of a post went out to a receiver; never altered';
