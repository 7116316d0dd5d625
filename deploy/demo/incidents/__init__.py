"""The courses in which something happens, each told once: in the demonstration, and in the scenario book."""
