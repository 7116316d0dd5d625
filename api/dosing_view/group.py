"""A group session at a glance: each patient with name and birth date, how far they are and what is next for them."""

from typing import NamedTuple

from api.banner import Banner
from api.dosing_view.clocks import Clock, clocks
from api.dosing_view.so_far import so_far
from api.dosing_view.standing import HoldShown, holds, way_words
from api.dosing_view.steps import steps_of
from api.forms.words import in_words
from api.scene import Scene
from domain.episode.gates import Checkpoint
from domain.episode.session.session import Session, SessionStatus

LATEST = 4


class Member(NamedTuple):
    """`next_words` is the open step on the patient's own page; nothing is recorded from here, where two stand close."""

    banner: Banner
    href: str
    title: str
    sub: str
    status: str
    is_urgent: bool
    next_words: str
    companion: str
    clocks: list[Clock]
    holds: list[HoldShown]
    latest: list[tuple[str, str]]

    @property
    def clocks_as_facts(self) -> list[tuple[str, str]]:
        """Several patients stand on one page, so the clocks are lines of words here."""
        return [(one.name, f"{one.figure} {one.beneath}".strip()) for one in self.clocks]


def member_of(scene: Scene, session: Session, banner: Banner) -> Member:
    """One patient of the group, as their own session page says it."""
    return Member(
        banner=banner,
        href=f"{scene.href}/sessions/{session.number}",
        title=f"Dosing session {session.number}",
        sub=way_words(scene, session),
        status=_status(session),
        is_urgent=session.is_emergency,
        next_words=_next(scene, session),
        companion=_companion(scene, session),
        clocks=clocks(scene, session),
        holds=holds(scene, session),
        latest=so_far(scene, session)[:LATEST],
    )


def _status(session: Session) -> str:
    if session.is_emergency:
        return "Emergency declared"
    if session.ended_as is not None:
        return f"Ended: {in_words(session.ended_as)}"
    return {SessionStatus.BOOKED: "Not started"}.get(session.status, session.status.value.capitalize())


def _next(scene: Scene, session: Session) -> str:
    """What stands open, or how many gates are closed before it may start."""
    if session.ended_at is not None:
        return ""
    if session.started_at is None and not session.is_dosed:
        closed = [gate for gate in scene.gates(Checkpoint.OPEN, session) if gate.stands_in_the_way]
        return f"{len(closed)} closed before it may start" if closed else "May start"
    step = next((step for step in steps_of(scene, session, 0, "") if step.state == "now"), None)
    return step.title if step else ""


def _companion(scene: Scene, session: Session) -> str:
    there = session.companion_at(scene.now)
    if there is not None:
        return "An adult is with the patient"
    return "Nobody is with the patient" if session.started_at is not None else ""
