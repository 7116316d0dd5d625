"""Kafka as the settings name it: topics and permissions, the relay, and read models filled from it."""
