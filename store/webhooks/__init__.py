"""Rows of webhooks: endpoints and their secrets, the queue of deliveries, and every attempt."""
