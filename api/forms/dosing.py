"""Forms of a dosing session besides vitals and doses: opening, checklist, place, companion, checks, end, next day."""

from api.formats import counted, number
from api.forms import grounds
from api.forms.about import session_field
from api.forms.fields import Field, Hidden, Number, Text
from api.forms.form import Form
from api.forms.lists import Choice, Radio, Tick, YesNo
from api.forms.section import Section, section, side_by_side
from api.forms.times import Moment, TimeOfDay
from api.forms.words import session_name
from api.scene import Scene
from domain.episode.gates.medicines_today import takes_pressure_medicine
from domain.episode.intake.intake import MedicineInstruction, Way
from domain.episode.session.session import SessionKind, SessionStatus

DOSING = SessionKind.DOSING
SEDATION = (("0", "Awake"), ("1", "Drowsy"), ("2", "Wakes to a voice"), ("3", "Does not wake"))


def checklist_sections(scene: Scene) -> list[Section]:
    """What is asked before the dose. What is left empty was not asked, and keeps its gate closed."""
    return [_asked_today(scene), _right_patient(scene)]


def _asked_today(scene: Scene) -> Section:
    return section(
        session_field(scene, kind=DOSING),
        side_by_side(
            _since(scene, "last_food_at", "Last food", "food_minutes"),
            _since(scene, "last_fluid_at", "Last drink", "fluid_minutes"),
            label="Fasting",
        ),
        _asked("medicines_held", "Medicines held as told", hint=_held(scene)),
        _last_held(scene),
        _skipped(scene),
        _asked("medicines_changed", "A medicine changed since the last review"),
        _asked("suicidal_thoughts_today", "Thoughts of suicide today"),
        _asked("intoxicated", "Intoxicated now"),
        _asked("alcohol_or_thc_within_hold", _alcohol(scene)),
        _asked("pregnancy_changed", "Pregnant, or possibly so, since the intake"),
        _asked("ketamine_elsewhere", "Ketamine elsewhere since the last dose here"),
        _asked("capacity_in_doubt", "Capacity to consent is in doubt"),
        _asked("room_is_ready", "The room is ready"),
        heading="Asked today",
    )


def _right_patient(scene: Scene) -> Section:
    return section(
        Tick(name="two_identifiers", label=f"Name and birth date were spoken and agree: {scene.patient}"),
        _asked("medicine_in_hand", "The medicine is in hand"),
        side_by_side(
            Number(
                name="label_strength_mg",
                label="Strength on the label",
                unit="mg",
                whole=False,
                optional=True,
                is_quiet=True,
                hint=f"Plan: {number(scene.plan.terms.tablets.strength_mg)} mg" if scene.plan else "",
            )
        ),
        Tick(
            name="driving_acknowledged",
            label="The patient promises not to drive until told, at the earliest tomorrow",
        ),
        heading="Right patient, right medicine",
    )


def _asked(name: str, label: str, hint: str = "") -> YesNo:
    """Yes, no, or not asked."""
    return YesNo(name=name, label=label, hint=hint, optional=True, is_quiet=True)


def _since(scene: Scene, name: str, label: str, term: str) -> Field:
    hint = f"Plan: {counted(getattr(scene.plan.terms, term), 'minute')} before" if scene.plan else "24 h, hh:mm"
    return TimeOfDay(name=name, label=label, hint=hint, optional=True, is_quiet=True)


def _held(scene: Scene) -> str:
    hold = [one.words for one in scene.medicines if one.instruction is MedicineInstruction.HOLD]
    return f"To hold: {', '.join(hold)}" if hold else "None is to be held"


def _last_held(scene: Scene) -> Field | None:
    """Asked where a medicine is to be held: the gate counts the hours from it."""
    listed = scene.episode.intake.medicines if scene.episode.intake else ()
    to_hold = [one for one in listed if one.instruction is MedicineInstruction.HOLD]
    if not to_hold:
        return None
    hours = max((one.hold_hours or 0 for one in to_hold), default=0)
    hint = f"{hours} h to hold are counted from it" if hours else ""
    label = "A medicine to hold was last taken on"
    return Moment(name="held_medicine_last_taken_at", label=label, hint=hint, optional=True, is_quiet=True)


def _skipped(scene: Scene) -> Field | None:
    """Asked where one is on the list; it closes nothing, and stands beside the vitals."""
    if not takes_pressure_medicine(scene.episode):
        return None
    return _asked("pressure_medicine_skipped", "The usual medicine against high blood pressure was skipped today")


def _alcohol(scene: Scene) -> str:
    return f"Alcohol or cannabis in the last {scene.protocol.numbers.alcohol_thc_hold_hours.value} h"


def place_sections(scene: Scene) -> list[Section]:
    """Where help would have to go."""
    state = scene.episode.intake.home_state if scene.episode.intake else scene.network.practice_state
    zone = scene.episode.intake.patient_zone if scene.episode.intake else scene.network.zone
    return [
        section(
            session_field(scene, kind=DOSING),
            Text(
                name="address", label="Address today", hint="Where help would have to go", missing="Write the address."
            ),
            Text(name="call_back", label="Call-back number", width="medium"),
            side_by_side(
                Text(name="state", label="State", width="short", hint="Such as CA", seed=state),
                Text(name="local_emergency_number", label="Emergency number there", width="short", seed="911"),
                label="Place",
            ),
            Text(name="zone", label="Time zone there", width="medium", hint="Such as America/Los_Angeles", seed=zone),
        )
    ]


def companion_sections(scene: Scene) -> list[Section]:
    """The person who was named beforehand, or somebody else."""
    session = scene.session()
    booked = session.companion if session else None
    arrived = TimeOfDay(name="arrived_at", label="There since", seed=scene.now, hint="24 h, hh:mm")
    same = Tick(name="is_booked_companion", label="The person named when it was scheduled", seed=True)
    return [
        section(
            session_field(scene, kind=DOSING),
            same if booked else None,
            YesNo(
                name="is_adult", label="Of age", seed=booked.is_adult if booked else None, optional=True, is_quiet=True
            ),
            arrived,
            Text(name="name", label="Name", optional=True, is_quiet=True, hint="For somebody else" if booked else ""),
            Text(name="phone", label="Telephone", optional=True, is_quiet=True),
        )
    ]


def check_sections(scene: Scene) -> list[Section]:
    """One look at the patient: four taps and a time."""
    ten = [(str(n), str(n)) for n in range(11)]
    return [
        section(
            session_field(scene, kind=DOSING),
            YesNo(name="responsive", label="Responsive", missing="Say whether the patient responds."),
            Radio(name="sedation", label="Sedation", options=SEDATION, inline=True, optional=True, is_quiet=True),
            _asked("breathing_depressed", "Breathing slow or shallow"),
            side_by_side(
                Choice(
                    name="distress",
                    label="Distress",
                    hint="0 none, 10 worst",
                    options=ten,
                    optional=True,
                    is_quiet=True,
                    empty="not asked",
                ),
                Choice(
                    name="dissociation",
                    label="Dissociation",
                    hint="0 none, 10 most",
                    options=ten,
                    optional=True,
                    is_quiet=True,
                    empty="not asked",
                ),
                TimeOfDay(name="at", label="At", seed=scene.now, hint="24 h, hh:mm"),
                label="Scales",
            ),
        )
    ]


def _way(scene: Scene) -> str:
    session = scene.session()
    return "The ride home" if session and session.way is not Way.REMOTE else "The adult with the patient"


def _named(scene: Scene) -> str:
    booked = scene.sessions(SessionStatus.BOOKED, kind=DOSING)
    session = scene.session() or next(iter(booked), None)
    return session_name(DOSING, session.number).lower() if session else "a dosing session"


def _running_or_none(scene: Scene) -> Field | None:
    session = scene.session()
    return Hidden(name="session_id", seed=session.session_id) if session else None


FORMS = (
    Form(
        decision="open_dosing_session",
        title=lambda scene: f"Start {_named(scene)}",
        button="Start",
        sections=lambda scene: [section(session_field(scene, SessionStatus.BOOKED, kind=DOSING))],
        follows="Clocks begin; the dose is cleared later, after checklist and vitals.",
        recorded="session started",
        watches_plan=True,
        grounds=grounds.facts(grounds.plan, grounds.doses, grounds.holds),
    ),
    Form(
        decision="record_checklist",
        title="Checklist",
        button="Record the checklist",
        sections=checklist_sections,
        follows="An answer that was not given keeps its gate closed.",
        recorded="checklist",
        grounds=grounds.facts(grounds.plan),
    ),
    Form(
        decision="confirm_place",
        title="Confirm where the patient is",
        sections=place_sections,
        follows="It stands on the emergency card.",
        recorded="place",
    ),
    Form(
        decision="record_companion_arrival",
        title=lambda scene: f"{_way(scene)} is there",
        button="Record arrival",
        sections=companion_sections,
        follows="They stay until the patient is released.",
        recorded="arrival",
    ),
    Form(
        decision="record_companion_departure",
        title=lambda scene: f"{_way(scene)} has left",
        button="Record departure",
        sections=lambda scene: [
            section(
                session_field(scene, kind=DOSING),
                TimeOfDay(name="left_at", label="Left at", seed=scene.now, hint="24 h, hh:mm"),
            )
        ],
        follows="Before the dose none is given; after it somebody else has to come.",
        recorded="departure",
    ),
    Form(
        decision="record_check",
        title="Check the patient",
        button="Record the check",
        sections=check_sections,
        recorded="check",
    ),
    Form(
        decision="declare_emergency",
        title="Declare an emergency",
        sections=lambda scene: [section(_running_or_none(scene))],
        follows="Dosing is held until a prescriber has looked. Call the emergency number yourself.",
        recorded="emergency",
    ),
)
