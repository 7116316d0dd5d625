"""Ways in which a message reaches a person, one adapter per file."""
