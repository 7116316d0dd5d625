"""Reminding staff of what is due: whom, of what, and when a message may go out. Pure; nothing is sent here."""
