"""What an instrument counts and where each of its numbers comes from, in words; pure."""
