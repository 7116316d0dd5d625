"""Psychotherapy notes: their author's alone, kept apart from every record of care (45 CFR 164.501)."""

from domain.decision import Decision, decision_of
from domain.psychotherapy_note.write_psychotherapy_note import write_psychotherapy_note

DECISIONS: tuple[Decision, ...] = (decision_of(write_psychotherapy_note),)
