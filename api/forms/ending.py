"""Forms that end a dosing session, and those of the day after."""

from api.forms import grounds
from api.forms.about import session_field
from api.forms.check_in import urinary_section
from api.forms.fields import Area, Field, Hidden
from api.forms.form import Body, Form
from api.forms.lists import Radio, Tick, YesNo
from api.forms.section import Section, section
from api.forms.times import Moment, TimeOfDay
from api.forms.words import options_of, session_name
from api.scene import Scene
from domain.episode.session.session import SessionEnd, SessionKind, SessionStatus

DOSING = SessionKind.DOSING
EARLY = tuple(end for end in SessionEnd if end is not SessionEnd.RELEASED)
CRITERIA = (
    ("is_oriented", "Oriented"),
    ("walks_steadily", "Walks steadily"),
    ("keeps_fluids_down", "Keeps fluids down"),
    ("pressure_near_baseline", "Blood pressure near baseline"),
    ("adult_stays", "An adult stays, or takes the patient home"),
    ("knows_when_to_drive", "Knows not to drive until the day they are told"),
)


def release_sections(scene: Scene) -> list[Section]:
    """Each is looked at before the patient goes."""
    criteria = [Tick(name=f"criteria.{name}", label=label) for name, label in CRITERIA]
    return [
        section(
            session_field(scene, kind=DOSING),
            Hidden(name="ended_as", seed=SessionEnd.RELEASED),
            *criteria,
            TimeOfDay(name="ended_at", label="Released at", seed=scene.now, hint="24 h, hh:mm"),
        )
    ]


def _end(scene: Scene) -> list[Section]:
    if scene.about.get("ended_as") == SessionEnd.RELEASED.value:
        return release_sections(scene)
    session = scene.session()
    dosed = bool(session and session.is_dosed)
    ends = [end for end in EARLY if not (dosed and end is SessionEnd.HELD_NO_DOSE)]
    vitals = Area(
        name="vitals_after_missing_reason",
        label="Why no vitals after the dose",
        hint="If they could not be taken",
        optional=True,
        rows=2,
    )
    return [
        section(
            session_field(scene, kind=DOSING),
            Radio(name="ended_as", label="How it ended", options=options_of(ends), missing="Say how it ended."),
            Area(name="reason", label="Reason", hint="Not needed for an emergency transfer", optional=True, rows=2),
            TimeOfDay(name="ended_at", label="Ended at", seed=scene.now, hint="24 h, hh:mm"),
            vitals if dosed else None,
        )
    ]


def _reason_given(body: Body) -> dict[str, str]:
    """An end that was not a release has a reason; in an emergency nobody asks for one."""
    needs_none = (SessionEnd.RELEASED.value, SessionEnd.EMERGENCY_TRANSFER.value)
    if body.get("ended_as") in needs_none or body.get("reason"):
        return {}
    return {"reason": "Say why it ended this way."}


def _end_title(scene: Scene) -> str:
    session = scene.session()
    name = session_name(DOSING, session.number).lower() if session else "the dosing session"
    return f"Complete {name}" if scene.about.get("ended_as") == SessionEnd.RELEASED.value else f"End {name} early"


def ended_field(scene: Scene) -> Field:
    """A session that was dosed; the last one unless another is named."""
    dosed = [s for s in scene.sessions(SessionStatus.COMPLETED, SessionStatus.DOSED, kind=DOSING) if s.is_dosed]
    if scene.id("session_id") is None and dosed:
        return Hidden(name="session_id", seed=dosed[-1].session_id)
    return session_field(scene, SessionStatus.COMPLETED, SessionStatus.DOSED, kind=DOSING)


def _next_day(scene: Scene) -> list[Section]:
    return [
        section(
            ended_field(scene),
            Moment(name="at", label="Reached on", seed=scene.now),
            YesNo(
                name="well", label="How the patient is", yes="Well", no="Not well", missing="Say how the patient is."
            ),
            Area(name="note", label="Note", optional=True),
        ),
        urinary_section(),
    ]


FORMS = (
    Form(
        decision="end_dosing_session",
        title=_end_title,
        sections=_end,
        follows="What was recorded stays; vitals after the dose can still be added.",
        recorded="end of the session",
        check=_reason_given,
        grounds=grounds.facts(grounds.plan),
    ),
    Form(
        decision="record_next_day_check_in",
        title="Check-in on the day after",
        button="Record the check-in",
        sections=_next_day,
        recorded="check-in",
        grounds=grounds.facts(grounds.doses),
    ),
    Form(
        decision="attempt_check_in",
        title="Nobody was reached",
        button="Record the attempt",
        sections=lambda scene: [section(ended_field(scene), Moment(name="at", label="Tried on", seed=scene.now))],
        follows="After two attempts it is the prescriber's.",
        recorded="attempt to check in",
    ),
)
