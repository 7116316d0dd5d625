-- How many events wait aside, as every process may tell a monitor: how many, whose fault and since when, never which.

GRANT SELECT (read_model, version, is_shadow, failure, parked_at) ON read_models.parked_event TO throughline_app;
