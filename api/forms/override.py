"""The form that overrides one closed gate for one session."""

from collections.abc import Sequence

from api.forms import grounds
from api.forms.about import UNDER_WAY, about_field, name_of, person_field, session_field, when
from api.forms.fields import Area
from api.forms.form import Body, Form
from api.forms.lists import Tick
from api.forms.section import Section, section
from api.forms.words import rule_words
from api.scene import Scene
from domain.actor import Role
from domain.episode.gates import Checkpoint, Gate, GateClass
from domain.episode.safety.override_limits import HOLD, PARTS, THERAPIST_AGREES
from domain.episode.session.session import Session, SessionKind, SessionStatus

PART = ":"
"""Between a rule and one of its gates, in the list of what is closed."""


def closed_rules(scene: Scene) -> dict[str, str]:
    """Rules that stand in the way of the session in question and may be overridden, with what is missing."""
    session = _session(scene)
    if session is None:
        return {}
    found = {}
    for checkpoint in _ahead_of(session):
        for gate in scene.gates(checkpoint, session):
            if gate.stands_in_the_way and gate.gate_class is GateClass.OVERRIDE and gate.rule != HOLD:
                found[_meant(gate)] = f"{gate.name}: {gate.missing}"
    return found


def _meant(gate: Gate) -> str:
    """The rule, and which gate of it where it asks for several things: each of them is signed by itself."""
    return f"{gate.rule}{PART}{gate.key}" if gate.rule in PARTS else gate.rule


def _in_two(body: Body) -> Body:
    rule, _, gate = str(body.get("rule", "")).partition(PART)
    return body | {"rule": rule, "gate": gate} if gate else body


def _session(scene: Scene) -> Session | None:
    booked = scene.sessions(SessionStatus.BOOKED, kind=SessionKind.DOSING)
    return scene.session() or next(iter(booked), None)


def _ahead_of(session: Session) -> tuple[Checkpoint, ...]:
    """What the session will be asked next."""
    if session.status is SessionStatus.BOOKED:
        return (Checkpoint.OPEN,)
    return (Checkpoint.SECOND_PART, Checkpoint.RELEASE) if session.is_dosed else (Checkpoint.CLEAR,)


def _override(scene: Scene) -> list[Section]:
    closed = closed_rules(scene)
    chosen = about_field(scene, "rule", "Rule", [(rule, words) for rule, words in closed.items()])
    agrees = Tick(name="therapist_agrees", label="The therapist agrees")
    return [
        section(
            session_field(scene, SessionStatus.BOOKED, *UNDER_WAY, kind=SessionKind.DOSING),
            chosen,
            Area(name="reason", label="Reason", hint="Signed by you", missing="Say why."),
            Area(name="conditions", label="Conditions", optional=True, rows=2),
            agrees if THERAPIST_AGREES & closed.keys() else None,
            person_field(
                scene,
                "second_prescriber_id",
                "Second prescriber who agrees",
                Role.PRESCRIBER,
                optional=True,
                hint="Needed for a third override of a session, or if you run it yourself",
            ),
        )
    ]


def _closed_now(scene: Scene) -> Sequence[tuple[str, str]]:
    session, named = _session(scene), scene.about.get("rule", "")
    closed = closed_rules(scene)
    own = {meant: words for meant, words in closed.items() if named in (meant, meant.partition(PART)[0])}
    shown = own or closed
    about = [("Session", f"{name_of(session)}, {when(scene, session.starts_at)}")] if session else []
    return [*about, *((rule_words(rule), words) for rule, words in shown.items())]


FORMS = (
    Form(
        decision="grant_override",
        title="Override a closed gate",
        button="Sign the override",
        sections=_override,
        follows="For one rule and one session; it runs out after 24 h and changes no limit.",
        recorded="override",
        shape=_in_two,
        is_signed_anew=True,
        grounds=grounds.facts(_closed_now, grounds.plan, grounds.doses),
    ),
)
