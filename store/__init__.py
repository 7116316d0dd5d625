"""How events are kept: load, decide, record and read them back."""
