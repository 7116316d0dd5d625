"""Replay: an episode as it stood at a moment, as it happened or as it was known, and what changed between two."""

from projections.replay.as_of import AsOf, included, state_from
from projections.replay.changes import Change, changes
from projections.replay.dose_gates import dose_gates, may_a_dose_be_taken
from projections.replay.line import StateLine, Surroundings, in_words
from projections.replay.report import report
from projections.replay.state_lines import state_lines
from projections.replay.view import View, view_at

__all__ = [
    "AsOf",
    "Change",
    "StateLine",
    "Surroundings",
    "View",
    "changes",
    "dose_gates",
    "in_words",
    "included",
    "may_a_dose_be_taken",
    "report",
    "state_from",
    "state_lines",
    "view_at",
]
