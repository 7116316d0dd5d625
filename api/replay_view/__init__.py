"""What a replay shows: pure functions from a history and two moments to words."""
