"""The clinical protocol as a versioned document."""
