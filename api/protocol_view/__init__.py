"""Protocols and their versions as pages and JSON show them: how each stands, what is wrong with it, what it changes."""
