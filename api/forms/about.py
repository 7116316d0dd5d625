"""Fields that many forms share: the session it is about, a person, when it happened, why it is written late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.formats import clock, day_of, list_date
from api.forms.fields import Area, Field, Hidden
from api.forms.lists import Choice, Option
from api.forms.section import Section, section
from api.forms.times import Moment
from api.forms.words import session_name
from api.scene import Scene
from domain.actor import Role
from domain.episode.session.session import Session, SessionKind, SessionStatus

UNDER_WAY = (SessionStatus.OPEN, SessionStatus.CLEARED, SessionStatus.DOSED)
STATUSES = (SessionStatus.BOOKED, *UNDER_WAY, SessionStatus.COMPLETED)


def session_field(scene: Scene, *statuses: SessionStatus, kind: SessionKind | None = None) -> Field:
    """The session in question; without one, those it may be."""
    if (session := scene.session()) is not None and (kind is None or session.kind is kind):
        return Hidden(name="session_id", seed=session.session_id)
    return about_field(scene, "session_id", "Session", _session_options(scene, statuses or STATUSES, kind))


def about_field(scene: Scene, name: str, label: str, options: Sequence[Option], optional: bool = False) -> Field:
    """What the form is about: hidden where it was named, or where there is only one; else a choice."""
    values = [option[0] for option in options]
    named = scene.about.get(name)
    if named in values and not optional:
        return Hidden(name=name, label=label, seed=named)
    if len(values) == 1 and not optional:
        return Hidden(name=name, label=label, seed=values[0])
    missing = f"Choose the {label.lower()}." if options else f"There is no {label.lower()} to choose."
    return Choice(name=name, label=label, options=options, optional=optional, seed=named, missing=missing)


def person_field(
    scene: Scene, name: str, label: str, *roles: Role, optional: bool = False, seed: Any = None, hint: str = ""
) -> Field:
    """An active colleague in one of these roles."""
    working = [c for c in scene.colleagues.values() if not c.is_suspended and set(c.roles) & set(roles)]
    options = [(str(c.clinician_id), f"{c.name}, {_roles(c.roles)}") for c in sorted(working, key=lambda c: c.name)]
    seed = scene.about.get(name) or seed
    return Choice(name=name, label=label, options=options, optional=optional, seed=seed, hint=hint)


def happened_earlier(label: str = "When it happened") -> Section:
    """For what is written down later than it happened."""
    return section(
        Moment(name="occurred_at", label=label, optional=True, hint="Leave empty for now"),
        Area(name="late_reason", label="Why it is entered late", optional=True, rows=2),
        heading="It happened earlier",
        folded=True,
    )


def when(scene: Scene, at: datetime) -> str:
    """`Thu 12 Mar 08:51`."""
    return f"{list_date(day_of(at, scene.zone), scene.today)} {clock(at, scene.zone)}"


def name_of(session: Session) -> str:
    return session_name(session.kind, session.number)


def _session_options(scene: Scene, statuses: Sequence[SessionStatus], kind: SessionKind | None) -> list[Option]:
    found = scene.sessions(*statuses, kind=kind)
    return [(str(s.session_id), f"{name_of(s)}, {when(scene, s.starts_at)}") for s in found]


def _roles(roles: Sequence[Role]) -> str:
    return " and ".join(role.value for role in roles)
