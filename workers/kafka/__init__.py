"""A thin wrapper round the Kafka client, which another client could replace, and the format of the internal topics."""
