"""The dosing session as its page shows it: clocks, steps, what happened so far, the emergency card; pure."""
