"""Rules 12 and 13 in the session: an adult is with a remote patient all the time, and takes one home who came."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Checkpoint, Gate, Opens, Question
from domain.episode.gates.words import clock
from domain.episode.intake.intake import Way
from domain.episode.session.session import Companion, Session

KEY = "companion_present"
ARRIVE = Opens(act="An adult arrives.", decision="record_companion_arrival", by=Role.THERAPIST)


def companion_present(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Remote: an adult, there long enough before the dose and until release. In person: an adult to go home with."""
    if asked.session is None:
        return
    if asked.way is not Way.IN_PERSON:
        yield _present(asked, asked.session, "12", "an adult with the patient")
    elif asked.checkpoint is Checkpoint.RELEASE:
        yield _present(asked, asked.session, "13", "an adult to take the patient home")


def _present(asked: Question, session: Session, rule: str, missing: str) -> Gate:
    there = session.companion_at(asked.now)
    if there is None or there.arrived_at is None:
        return asked.closed(rule, KEY, _absence(asked, session.companion), missing=missing, opens=ARRIVE)
    if asked.checkpoint is Checkpoint.CLEAR and not asked.is_of_this_sitting(there.arrived_at):
        return asked.closed(rule, KEY, "Nobody has arrived today.", missing=missing, opens=ARRIVE)
    arrived, entries = f"Arrived {clock(there.arrived_at, asked.network.zone)}.", [there.entry_id]
    if not there.is_adult:
        said = "Not of age." if there.is_adult is False else "Nobody asked for the age."
        missing = f"a companion of {asked.protocol.numbers.chaperone_adult_years.value} or older"
        return asked.closed(rule, KEY, arrived, said, missing=missing, opens=ARRIVE, entries=entries)
    minutes = asked.protocol.numbers.chaperone_before_minutes.value
    opens_at = there.arrived_at + timedelta(minutes=minutes)
    if asked.checkpoint is Checkpoint.CLEAR and asked.now < opens_at:
        opens = Opens(at=opens_at, act=f"Wait until {clock(opens_at, asked.network.zone)}.")
        missing = f"{minutes} min with the adult before the dose"
        return asked.closed(rule, KEY, arrived, missing=missing, opens=opens, entries=entries)
    return asked.open(rule, KEY, arrived, entries=entries)


def _absence(asked: Question, latest: Companion | None) -> str:
    if latest is not None and latest.left_at is not None and latest.left_at <= asked.now:
        return f"Left {clock(latest.left_at, asked.network.zone)}."
    return "Nobody has arrived."
