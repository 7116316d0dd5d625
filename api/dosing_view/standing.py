"""How a session stands beyond its steps: how it takes place, open holds, what is left to do after its end."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.formats import clock, full_date
from api.forms.about import when
from api.forms.words import in_words
from api.scene import Scene
from domain.actor import Role
from domain.episode.dosing.driving import zone_of
from domain.episode.dosing.end_dosing_session import driving_time
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Session


class HoldShown(NamedTuple):
    """`release_href` only for somebody who may release it."""

    title: str
    text: str
    release_href: str


def way_words(scene: Scene, session: Session) -> str:
    """`in person · started 13:02 · plan 2`."""
    said = [in_words(session.way)]
    if session.started_at is not None:
        said.append(f"started {clock(session.started_at, scene.zone)}")
    else:
        said.append(f"scheduled for {when(scene, session.starts_at)}")
    if scene.plan is not None:
        said.append(f"plan {scene.plan.number}")
    if session.ended_as is not None and session.ended_at is not None:
        said.append(f"ended {clock(session.ended_at, scene.zone)}: {in_words(session.ended_as)}")
    return " · ".join(said)


def holds(scene: Scene, session: Session) -> list[HoldShown]:
    """Every open hold stops this session's dose, wherever it came from."""
    standing = sorted((h for h in scene.episode.holds.values() if h.is_open), key=lambda h: h.placed_at)
    back = f"{scene.href}/sessions/{session.number}"
    may = scene.by.has(Role.PRESCRIBER)
    on_call = scene.network.on_call(scene.now)
    call = f" On call: {scene.name_of(on_call.prescriber_id)}, {on_call.phone}." if on_call else ""
    return [
        HoldShown(
            title=f"Dosing is held: {in_words(hold.reason)}."
            if hold.reason is not HoldReason.OTHER
            else "Dosing is held.",
            text=f"Since {when(scene, hold.placed_at)}. "
            + ("A prescriber releases it by name." if may else f"With {scene.who_has(Role.PRESCRIBER)}.")
            + call,
            release_href=f"{scene.href}/release-hold?hold_id={hold.hold_id}&back={back}" if may else "",
        )
        for hold in standing
    ]


def may_drive(scene: Scene, session: Session) -> datetime | None:
    """Counted anew, in the patient's zone: a part that was entered or corrected after the end moves it."""
    at = driving_time(scene.episode, session, scene.network, scene.protocol)
    return at and at.astimezone(ZoneInfo(zone_of(scene.episode, session, scene.network)))


def zone_beside(at: datetime, scene: Scene) -> str:
    """` PDT` after a moment whose clock is another than the page's, else nothing."""
    return "" if at.utcoffset() == at.astimezone(scene.zone).utcoffset() else f" {at:%Z}"


def aftermath(scene: Scene, session: Session) -> list[str]:
    """What holds after the end: driving, the call of the next day."""
    if session.is_running or session.ended_at is None:
        return []
    said = []
    if (at := may_drive(scene, session)) is not None:
        earliest = f"{full_date(at.date())}, {at:%H:%M}{zone_beside(at, scene)}"
        said.append(f"The patient may drive after a night's sleep, and not before {earliest}.")
    if session.checked_in_at is not None:
        said.append(f"Checked in {when(scene, session.checked_in_at)}.")
    elif session.check_in_attempts:
        said.append(f"{len(session.check_in_attempts)} attempts to check in reached nobody.")
    return said
