"""The clinical protocol as a versioned document. Nothing is imported here: every part of the domain reads protocols."""
