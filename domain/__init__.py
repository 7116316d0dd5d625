"""The rules of care: pure decisions, total effects, and the events between them."""
