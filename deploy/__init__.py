"""Settings, migrations, embedded PostgreSQL and the command line that composes the parts."""
