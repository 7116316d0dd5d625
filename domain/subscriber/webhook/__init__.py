"""Webhooks of a subscriber: where they go, that the receiver agreed, and how they end."""
