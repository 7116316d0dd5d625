"""What integrators may rely on: the meaning, shape and example of every event, and the versions published of it."""
