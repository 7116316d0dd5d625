"""Delivery of events to webhooks: the guarded way out, the signature, when to try again, and one endpoint's queue."""
