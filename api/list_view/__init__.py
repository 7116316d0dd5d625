"""What lists of patients show: pure functions from glances and the person who looks to rows of words."""
