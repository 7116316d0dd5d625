"""Webhooks as routes and pages show them: where they go, what became of every delivery, and what may be asked for."""
