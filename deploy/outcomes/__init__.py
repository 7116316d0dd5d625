"""Outcome data from elsewhere and reports on it: files, imports, cohorts, scoring anew, licensed instruments."""
