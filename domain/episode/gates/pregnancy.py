"""Pregnancy: positive, declined or unknown closes; an override asks for its own consent."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.intake.intake import Pregnancy

CLOSES = frozenset({Pregnancy.POSITIVE, Pregnancy.DECLINED, Pregnancy.UNKNOWN})


def pregnancy(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed where the patient is or may be pregnant."""
    if episode.intake is None:
        return
    answer, entries = episode.intake.pregnancy, [episode.intake.entry_id]
    fact = f"Pregnancy: {answer.value.replace('_', ' ')}."
    if answer not in CLOSES:
        yield asked.open("+pregnancy", "pregnancy", fact, entries=entries)
        return
    opens = Opens(act="A prescriber updates the intake.", decision="update_intake", by=Role.PRESCRIBER)
    missing = "an answer that rules out pregnancy"
    yield asked.closed("+pregnancy", "pregnancy", fact, missing=missing, opens=opens, entries=entries)
