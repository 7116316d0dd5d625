"""Legal basis (rule 20): prescribing without a visit in person rests on a rule with an end, kept as dated data."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import count, on
from domain.episode.intake.intake import Way


def legal_basis(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed where none is in force on that day, unless the intake was in person; a note when it ends soon."""
    if episode.intake is None:
        return
    if episode.intake.way is Way.IN_PERSON:
        yield asked.open("20", "legal_basis", "The intake was in person.", entries=[episode.intake.entry_id])
        return
    basis = asked.protocol.legal_basis_on(asked.today)
    opens = Opens(act="A visit in person.", decision="update_intake", by=Role.PRESCRIBER)
    if basis is None:
        fact = f"No legal basis for telehealth alone on {on(asked.today)}."
        yield asked.closed("20", "legal_basis", fact, missing="a legal basis, or a visit in person", opens=opens)
        return
    until = f" until {on(basis.until_on)}" if basis.until_on else ""
    fact = f"{basis.name}{until}."
    yield asked.open("20", "legal_basis", fact)
    days_left = (basis.until_on - asked.today).days if basis.until_on else None
    if days_left is not None and days_left <= asked.protocol.numbers.legal_basis_warning_days.value:
        missing = f"a legal basis beyond the next {count(days_left, 'day')}"
        yield asked.closed("20.warning", "legal_basis_ends", fact, missing=missing, opens=opens)
