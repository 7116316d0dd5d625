"""What the sections of the episode page show: pure functions from state and moment to words."""
