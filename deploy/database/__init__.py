"""Where the events are kept: the server, its roles and tables, copies and what is checked before a start."""
