"""Everything that can be decided in an episode, in the order of a course of care.

Importing any module of this package loads all of it, so that every effect is known before the first fold.
"""

from domain.decision import Decision

DECISIONS: tuple[Decision, ...] = ()
