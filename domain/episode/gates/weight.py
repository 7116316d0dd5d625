"""Weight: without one no dose per kg can be judged; an old one is a note."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import on


def weight(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed while the weight is missing."""
    if episode.intake is None:
        return
    found, entries = episode.intake.weight, [episode.intake.entry_id]
    opens = Opens(act="A prescriber records it.", decision="update_intake", by=Role.PRESCRIBER)
    if found is None:
        fact, missing = "No weight is recorded.", "the weight"
        yield asked.closed("+weight", "weight", fact, missing=missing, opens=opens, entries=entries)
        return
    fact = f"{found.value.normalize():f} {found.unit.value} on {on(found.measured_on)}."
    yield asked.open("+weight", "weight", fact, entries=entries)
    days = asked.protocol.numbers.weight_valid_days.value
    if (asked.today - found.measured_on).days > days:
        missing = f"a weight not older than {days} days"
        yield asked.closed("+weight.old", "weight_old", fact, missing=missing, opens=opens, entries=entries)
