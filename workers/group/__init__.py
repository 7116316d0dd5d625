"""Members of a consumer group that fill read models from the internal topic, each its share of the streams."""
