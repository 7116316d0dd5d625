"""Whether the course is under way, and the patient of age."""

from collections.abc import Iterable

from domain.actor import Role
from domain.days import day_of
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import on


def course(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed while the episode is paused and once it is discharged."""
    zone = asked.network.zone
    if episode.closed_at is not None:
        opens = Opens(act="The patient is referred again.", decision="refer", by=Role.THERAPIST)
        fact = f"Discharged on {on(day_of(episode.closed_at, zone))}."
        yield asked.closed("+open", "course", fact, missing="a new referral", opens=opens)
    elif episode.paused_at is not None:
        opens = Opens(act="The course is resumed.", decision="resume_episode", by=Role.THERAPIST)
        fact = f"Paused since {on(day_of(episode.paused_at, zone))}."
        yield asked.closed("+open", "course", fact, missing="the course resumed", opens=opens)
    else:
        yield asked.open("+open", "course", "The course is under way.")


def adult(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed for minors, and where nobody knows."""
    if episode.is_adult:
        return
    years = asked.protocol.numbers.adult_years.value
    missing = f"a patient of at least {years} years"
    entries = [episode.found_minor.entry_id] if episode.found_minor else []
    fact = f"The patient is not known to be {years}."
    yield asked.closed("+adult", "adult", fact, missing=missing, opens=Opens(), entries=entries)
