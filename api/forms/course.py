"""Forms of the course as a whole: follow-up, pausing, discharge, and taking an entry out."""

import re
from collections.abc import Sequence

from api.forms import grounds
from api.forms.about import about_field, happened_earlier, person_field, when
from api.forms.check_in import urinary_section
from api.forms.fields import Area, Number
from api.forms.form import Form
from api.forms.lists import Option, Radio
from api.forms.section import Section, section, side_by_side
from api.forms.times import Day, Moment
from api.forms.words import options_of
from api.scene import Scene
from domain.actor import Role
from domain.episode.course.discharge_patient import DischargeReason
from domain.episode.course.mark_in_error import OWN_WAY, may_take_back
from domain.episode.due.obligations import obligations
from domain.episode.follow_up.follow_up import FollowUpDecision

NEWEST = 40


def _book_follow_up(scene: Scene) -> list[Section]:
    return [section(Moment(name="starts_at", label="Date", seed=scene.episode.follow_up_booked_for))]


def _follow_up(scene: Scene) -> list[Section]:
    return [
        section(
            Moment(name="completed_at", label="Date", time_label="End", seed=scene.now),
            side_by_side(
                Number(name="minutes", label="Length", unit="min", missing="Say how long it took."),
                Number(
                    name="sessions_released",
                    label="Sessions released",
                    hint="0 to stop",
                    missing="Say how many more sessions the plan may have.",
                ),
            ),
            Radio(
                name="decision", label="Decision", options=options_of(FollowUpDecision), missing="Say what you decide."
            ),
            Area(name="note", label="Note", optional=True, rows=4),
        ),
        urinary_section(),
    ]


def _discharge(scene: Scene) -> list[Section]:
    return [
        section(
            Radio(name="reason", label="Reason", options=options_of(DischargeReason), missing="Say why."),
            Day(name="on", label="On", seed=scene.today),
            Area(name="note", label="Note", optional=True),
        )
    ]


def _entries(scene: Scene) -> list[Option]:
    """The newest entries that the person may take out, in the words of their kind; where one is named, it alone."""
    entries: list[Option] = [
        (str(one.envelope.event_id), f"{_words(one.event.stored_as)}, {when(scene, one.envelope.occurred_at)}")
        for one in reversed(scene.history)
        if one.event.stored_as not in OWN_WAY and one.envelope.event_id not in scene.episode.in_error
        if may_take_back(scene.by, one)
    ]
    if (named := scene.about.get("event_id")) is not None:
        return [option for option in entries if option[0] == named]
    return entries[:NEWEST]


def _words(stored_as: str) -> str:
    """`Vitals recorded`."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", stored_as).capitalize()


def _in_error(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "event_id", "Entry", _entries(scene)),
            Area(name="reason", label="Reason", hint="Such as: wrong patient", missing="Say what was wrong.", rows=2),
            person_field(
                scene,
                "second_person_id",
                "Second person who agrees",
                Role.PRESCRIBER,
                Role.THERAPIST,
                optional=True,
                hint="Only for a finding that never resolves",
            ),
        )
    ]


def _entry(scene: Scene) -> Sequence[tuple[str, str]]:
    named = scene.about.get("event_id")
    found = next((recorded for recorded in scene.history if str(recorded.envelope.event_id) == named), None)
    if found is None or not may_take_back(scene.by, found):
        return []
    event, envelope = found
    facts = [("Entry", _words(event.stored_as)), ("Happened", when(scene, envelope.occurred_at))]
    if (way := OWN_WAY.get(event.stored_as)) is not None:
        return [*facts, ("Not marked in error", f"{way}.")]
    return [*facts, ("Recorded by", scene.name_of(envelope.actor_id)), ("Number", f"Event {envelope.version}")]


def _to_mark(scene: Scene) -> list[Option]:
    due = obligations(scene.episode, now=scene.now, protocol=scene.protocol, network=scene.network)
    return [(one.key, f"{one.what}. {one.why}") for one in due if one.may_be_marked and one.done is None]


def _done(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "key", "Task", _to_mark(scene)),
            Area(name="note", label="Note", hint="Such as: called, all is well", optional=True, rows=2),
        ),
        happened_earlier(),
    ]


def _task(scene: Scene) -> Sequence[tuple[str, str]]:
    named = scene.about.get("key")
    return [("Task", option[1]) for option in _to_mark(scene) if option[0] == named]


FORMS = (
    Form(
        decision="book_follow_up",
        title="Schedule the follow-up consult",
        button="Schedule",
        sections=_book_follow_up,
        recorded="follow-up scheduled",
        grounds=grounds.facts(grounds.doses, grounds.plan),
    ),
    Form(
        decision="complete_follow_up",
        title="Record the follow-up consult",
        sections=_follow_up,
        follows="Amend the plan next, to order the sessions released.",
        recorded="follow-up consult",
        grounds=grounds.facts(
            grounds.scores,
            grounds.doses,
            grounds.highest_pressure,
            grounds.adverse_events,
            grounds.plan,
            grounds.notes_missing,
        ),
    ),
    Form(
        decision="pause_episode",
        title="Pause the course",
        sections=lambda scene: [
            section(Area(name="reason", label="Reason", missing="Say why.", rows=2)),
            happened_earlier("Since when"),
        ],
        follows="Nothing falls due meanwhile; holds and safety reviews stay.",
        recorded="course paused",
        grounds=grounds.facts(grounds.doses, grounds.holds),
    ),
    Form(
        decision="resume_episode",
        title="Resume the course",
        sections=lambda scene: [happened_earlier("Since when")],
        follows="After a long pause the intake is gone through again before a dose.",
        recorded="course resumed",
        grounds=grounds.facts(grounds.eligibility, grounds.plan, grounds.doses),
    ),
    Form(
        decision="discharge_patient",
        title="Discharge the patient",
        button="Discharge",
        sections=_discharge,
        follows="The course ends; the patient may be referred again.",
        recorded="discharge",
        grounds=grounds.facts(grounds.scores, grounds.doses, grounds.adverse_events, grounds.holds),
    ),
    Form(
        decision="mark_done",
        title="Mark as done",
        button="Mark as done",
        sections=_done,
        follows="Everybody goes on seeing it, struck and with your name.",
        recorded="marked as done",
        grounds=grounds.facts(_task),
    ),
    Form(
        decision="mark_in_error",
        title="Mark an entry in error",
        button="Mark in error",
        sections=_in_error,
        follows="It stays readable and counts no longer.",
        recorded="entry marked in error",
        grounds=grounds.facts(_entry),
    ),
)
