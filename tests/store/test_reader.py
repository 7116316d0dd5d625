"""Reading the log while others write: nothing is missed, and nobody waits for long."""
