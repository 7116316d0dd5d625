"""Forms of booking, moving and holding sessions, apart from what happens inside a dosing session."""

from datetime import datetime, timedelta

from api.forms import grounds
from api.forms.about import about_field, name_of, person_field, session_field, when
from api.forms.fields import Area, Hidden, Number, Text
from api.forms.form import Body, Form
from api.forms.lists import Option, Radio, Tick, YesNo
from api.forms.section import Section, section, side_by_side
from api.forms.times import Moment
from api.forms.words import options_of
from api.scene import Scene
from domain.actor import Role
from domain.episode.check_in.reports import Relationship
from domain.episode.gates.doses import dosed_sessions
from domain.episode.intake.intake import Way
from domain.episode.session.book_session import next_number
from domain.episode.session.confirm_transport import Transport
from domain.episode.session.session import SessionKind, SessionStatus

MINUTES = {SessionKind.PREPARATION: 60, SessionKind.DOSING: 180, SessionKind.INTEGRATION: 60}


def kind_in(scene: Scene) -> SessionKind:
    """The kind in question: the one named, else what the course asks for next."""
    named = scene.about.get("kind", "")
    if named in set(SessionKind):
        return SessionKind(named)
    prepared = any(
        s.kind is SessionKind.PREPARATION and s.status is SessionStatus.COMPLETED
        for s in scene.episode.sessions.values()
    )
    if not prepared:
        return SessionKind.PREPARATION
    dosed = dosed_sessions(scene.episode)
    held = [s for s in scene.episode.sessions.values() if s.kind is SessionKind.INTEGRATION and s.ended_at]
    is_integrated = not dosed or any(s.ended_at and s.ended_at >= dosed[-1].starts_at for s in held)
    return SessionKind.DOSING if is_integrated else SessionKind.INTEGRATION


def _book(scene: Scene) -> list[Section]:
    kind = kind_in(scene)
    ways = scene.plan.terms.ways if scene.plan and kind is SessionKind.DOSING else tuple(Way)
    return [
        section(
            Hidden(name="kind", seed=kind),
            Moment(name="starts_at", label="Date", missing="Say when it takes place."),
            Number(name="minutes", label="Length", unit="min", seed=MINUTES[kind]),
            Radio(
                name="way", label="Way", options=options_of(ways), seed=ways[0] if len(ways) == 1 else None, inline=True
            ),
            person_field(
                scene,
                "therapist_id",
                "Therapist",
                Role.THERAPIST,
                optional=True,
                hint="Empty: the therapist on the team",
            ),
        ),
        *([_companion()] if kind is SessionKind.DOSING else []),
    ]


def _companion() -> Section:
    return section(
        side_by_side(
            Text(name="companion_name", label="Name", optional=True),
            Text(name="companion_phone", label="Telephone", optional=True),
            label="Who stays or takes the patient home",
        ),
        YesNo(name="companion_is_adult", label="Of age", optional=True),
        heading="Chaperone or ride home",
        note="By video an adult stays until release; in person an adult takes the patient home. May be added later.",
    )


def _kinds(scene: Scene) -> list[tuple[str, str, bool]]:
    current = kind_in(scene)
    return [(f"kind={kind.value}", kind.value.capitalize(), kind is current) for kind in SessionKind]


def _book_title(scene: Scene) -> str:
    kind = kind_in(scene)
    return f"Schedule {kind.value} session {next_number(scene.episode, kind)}"


def _booked(scene: Scene) -> list[Option]:
    return [
        (str(s.session_id), f"{name_of(s)}, {when(scene, s.starts_at)}") for s in scene.sessions(SessionStatus.BOOKED)
    ]


def _of_booked(scene: Scene, words: str) -> str:
    session = scene.session()
    return f"{words} {name_of(session).lower()}" if session else f"{words} a session"


def _move(scene: Scene) -> list[Section]:
    session = scene.session()
    moment = Moment(name="starts_at", label="New date", seed=session.starts_at if session else None)
    return [section(about_field(scene, "session_id", "Session", _booked(scene)), moment)]


def _cancel(scene: Scene) -> list[Section]:
    reason = Area(name="reason", label="Reason", optional=True, rows=2)
    return [section(about_field(scene, "session_id", "Session", _booked(scene)), reason)]


def completion(kind: SessionKind) -> Form:
    """The form for a preparation or integration session that took place."""

    def sections(scene: Scene) -> list[Section]:
        booked = [s for s in scene.sessions(SessionStatus.BOOKED, kind=kind) if s.starts_at <= scene.now]
        named = scene.session()
        session = named if named and named.kind is kind else next(iter(booked), None)
        began = session.starts_at if session else scene.now - timedelta(minutes=60)
        minutes = session.minutes if session else MINUTES[kind]
        return [
            section(
                session_field(scene, SessionStatus.BOOKED, kind=kind),
                Moment(name="started_at", label="Date", time_label="Start", seed=min(began, scene.now)),
                Number(name="length", label="Length", unit="min", seed=minutes),
                Area(
                    name="summary",
                    label="Summary",
                    hint="Shared: the whole care team reads this",
                    optional=True,
                    rows=6,
                ),
            )
        ]

    word = kind.value
    return Form(
        decision=f"complete_{word}",
        title=f"Record {'an' if word[0] in 'aeiou' else 'a'} {word} session",
        sections=sections,
        follows="It counts towards the next dose.",
        recorded=f"{word} session",
        shape=with_an_end,
        comes_first=(f"book-session?kind={word}", "Schedule it first, with the date it took place"),
        grounds=grounds.facts(grounds.scores, grounds.doses, grounds.adverse_events),
    )


def with_an_end(body: Body) -> Body:
    """The order carries start and end; people say how long it took."""
    length = body.pop("length", None)
    if length is not None and "started_at" in body:
        body["ended_at"] = (datetime.fromisoformat(body["started_at"]) + timedelta(minutes=length)).isoformat()
    return body


def _verify(scene: Scene) -> list[Section]:
    booked = next(iter(scene.sessions(SessionStatus.BOOKED, kind=SessionKind.DOSING)), None)
    session = scene.session() or booked
    is_named = session is not None and session.companion is not None
    return [
        section(
            session_field(scene, SessionStatus.BOOKED, kind=SessionKind.DOSING),
            Tick(name="is_booked_companion", label="The person named when it was scheduled", seed=True)
            if is_named
            else None,
            Text(name="name", label="Name", optional=is_named, hint="For somebody else" if is_named else ""),
            Text(name="phone", label="Telephone", optional=is_named),
            Radio(name="relationship", label="Who they are", options=options_of(Relationship), inline=True),
            YesNo(name="is_adult", label="Of age", missing="Say whether they are of age."),
            YesNo(name="answers_the_phone", label="Answers the phone", missing="Say whether they were reached."),
            YesNo(
                name="has_capacity",
                label="Able to stay, look after the patient and call for help",
                missing="Say whether they can.",
            ),
        )
    ]


def _way_home(scene: Scene) -> list[Section]:
    return [
        section(
            session_field(scene, SessionStatus.BOOKED, kind=SessionKind.DOSING),
            Radio(name="transport", label="The way home", options=options_of(Transport), missing="Say how."),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


FORMS = (
    Form(
        decision="book_session",
        title=_book_title,
        button="Schedule",
        sections=_book,
        variants=_kinds,
        follows="Gates are asked again when it starts.",
        recorded="session scheduled",
        grounds=grounds.facts(grounds.plan, grounds.doses),
    ),
    Form(
        decision="move_session",
        title=lambda scene: _of_booked(scene, "Move"),
        button="Move",
        sections=_move,
        follows="The old time stays in the timeline.",
        recorded="session moved",
    ),
    Form(
        decision="cancel_session",
        title=lambda scene: _of_booked(scene, "Cancel"),
        button="Cancel the session",
        sections=_cancel,
        follows="It keeps its number.",
        recorded="session cancelled",
    ),
    Form(
        decision="miss_session",
        title=lambda scene: _of_booked(scene, "The patient missed"),
        button="Record as missed",
        sections=lambda scene: [section(about_field(scene, "session_id", "Session", _booked(scene)))],
        follows="It keeps its number.",
        recorded="missed session",
    ),
    Form(
        decision="verify_chaperone",
        title="Record a call with the chaperone",
        button="Record the call",
        sections=_verify,
        follows="They still have to be there before the dose.",
        recorded="call with the chaperone",
    ),
    Form(
        decision="confirm_transport",
        title="Settle the way home",
        sections=_way_home,
        follows="Before release somebody has to be there to take the patient.",
        recorded="way home",
    ),
    completion(SessionKind.PREPARATION),
    completion(SessionKind.INTEGRATION),
)
