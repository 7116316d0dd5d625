"""What is arranged before the day: a chaperone who was spoken to, a way home. Both inform; the day itself is gated."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.intake.intake import Way


def arranged(episode: Episode, asked: Question) -> Iterable[Gate]:
    """In force where the document lists it, and once a session is booked."""
    session = asked.session
    if session is None:
        return
    if asked.way is not Way.IN_PERSON:
        yield from _verified(asked)
    elif asked.protocol.has_rule("13.transport"):
        if session.transport_confirmed_in is not None:
            yield asked.open("13.transport", "transport", entries=[session.transport_confirmed_in])
            return
        opens = Opens(act="Settle how the patient gets home.", decision="confirm_transport", by=Role.COORDINATOR)
        yield asked.closed("13.transport", "transport", missing="a way home that is settled", opens=opens)


def _verified(asked: Question) -> Iterable[Gate]:
    if not asked.protocol.has_rule("12.verified") or asked.session is None:
        return
    companion = asked.session.companion
    if companion is not None and companion.verified_in is not None:
        yield asked.open("12.verified", "chaperone_verified", entries=[companion.verified_in])
        return
    opens = Opens(act="Call the chaperone.", decision="verify_chaperone", by=Role.COORDINATOR)
    yield asked.closed("12.verified", "chaperone_verified", missing="a call with the chaperone", opens=opens)
