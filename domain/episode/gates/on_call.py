"""On-call prescriber: somebody can be reached while the patient is under the medicine."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at


def on_call(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed while no working prescriber is named for that moment."""
    duty = asked.network.on_call(asked.now)
    who = asked.clinicians.get(duty.prescriber_id) if duty else None
    if duty is not None and (who is None or who.is_active_as(Role.PRESCRIBER)):
        until = f" until {at(duty.until_at, asked.network.zone)}" if duty.until_at else ""
        yield asked.open("+on_call", "on_call", f"A prescriber is on call{until}: {duty.phone}.")
        return
    fact = f"Nobody is on call at {at(asked.now, asked.network.zone)}."
    opens = Opens(act="A coordinator or prescriber names one.", decision="name_on_call", by=Role.COORDINATOR)
    yield asked.closed("+on_call", "on_call", fact, missing="a prescriber on call", opens=opens)
