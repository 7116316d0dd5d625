"""Who is with the patient (rules 12 and 13): an adult chaperone when remote, an escort home when in person."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.intake.intake import Way


def companion(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed until a companion of age is named; whether they are there is asked when the dose is cleared."""
    is_at_home = asked.way is not Way.IN_PERSON
    rule, who = ("12", "chaperone") if is_at_home else ("13", "ride home")
    adult = "a chaperone who is an adult" if is_at_home else "an adult who takes the patient home"
    named = asked.session.companion if asked.session else None
    opens = Opens(act="They are named in the booking.", decision="record_companion_arrival", by=Role.THERAPIST)
    if named is None:
        yield asked.closed(rule, "companion", f"No {who} is named.", missing=adult, opens=opens)
    elif named.is_adult:
        yield asked.open(rule, "companion", f"The {who} is named and an adult.", entries=[named.entry_id])
    else:
        said = "is not an adult" if named.is_adult is False else "may not be an adult: nobody asked"
        yield asked.closed(
            rule, "companion", f"The {who} {said}.", missing=adult, opens=opens, entries=[named.entry_id]
        )
