"""HTTP: JSON, the event feed and the pages. It translates and decides nothing."""
