"""HTTP: JSON, the event feed and web pages; translates, decides nothing."""
