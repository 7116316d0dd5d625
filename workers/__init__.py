"""Long-running processes, one file each."""
