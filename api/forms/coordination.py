"""Forms of coordination: contacts, gaps in care, and reviews of the caseload."""

from collections.abc import Sequence
from datetime import timedelta

from api.formats import full_date
from api.forms import grounds
from api.forms.about import about_field
from api.forms.fields import Area
from api.forms.form import Form
from api.forms.lists import Choice, Many, Option, Radio, YesNo
from api.forms.section import Section, section
from api.forms.times import Day, Moment
from api.forms.words import in_words, options_of, word_of
from api.scene import Scene
from domain.actor import Role
from domain.episode.coordination.coordination import (
    CareGapKind,
    Channel,
    ContactOutcome,
    ContactWith,
    Recommendation,
)

CARE = {Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR}


def _contact(scene: Scene) -> list[Section]:
    return [
        section(
            Radio(name="who", label="With", options=options_of(ContactWith), seed=ContactWith.PATIENT, inline=True),
            Radio(name="channel", label="By", options=options_of(Channel), seed=Channel.PHONE, inline=True),
            Radio(name="outcome", label="Outcome", options=options_of(ContactOutcome), missing="Say what came of it."),
            Moment(name="at", label="When", seed=scene.now),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


def _raise(scene: Scene) -> list[Section]:
    return [
        section(
            Choice(name="kind", label="What is missing", options=options_of(CareGapKind)),
            Day(name="due_on", label="Mended by", seed=scene.today + timedelta(days=7)),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


def _open_gaps(scene: Scene) -> list[Option]:
    waiting = sorted((g for g in scene.episode.care_gaps.values() if g.closed_at is None), key=lambda g: g.due_on)
    return [(str(gap.gap_id), f"{word_of(gap.kind)}, by {full_date(gap.due_on)}") for gap in waiting]


def _close(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "gap_id", "Gap", _open_gaps(scene)),
            YesNo(name="is_mended", label="It is", yes="Mended", no="Not to be mended", missing="Say how it stands."),
            Area(name="note", label="How, or why not", missing="Say how, or why not.", rows=2),
        )
    ]


def _flag(scene: Scene) -> list[Section]:
    return [section(Area(name="question", label="What to discuss", optional=True, rows=2))]


def _attendees(scene: Scene) -> list[Option]:
    working = [c for c in scene.colleagues.values() if not c.is_suspended and CARE & set(c.roles)]
    others = [c for c in working if c.clinician_id != scene.by.actor_id]
    return [(str(c.clinician_id), c.name) for c in sorted(others, key=lambda c: c.name)]


def _review(scene: Scene) -> list[Section]:
    return [
        section(
            Day(name="held_on", label="Held on", seed=scene.today),
            Many(name="attendees", label="Who else was there", options=_attendees(scene)),
            Radio(
                name="recommendation",
                label="Recommendation",
                options=options_of(Recommendation),
                missing="Say what is recommended.",
            ),
            Area(name="note", label="Note", hint="The care team reads this", optional=True),
        )
    ]


def last_review(scene: Scene) -> Sequence[tuple[str, str]]:
    """When the patient last came up, and what was recommended."""
    found = scene.episode.caseload_review
    if found is None:
        return [("Last caseload review", "none yet")]
    return [("Last caseload review", f"{full_date(found.held_on)}: {in_words(found.recommendation)}")]


FORMS = (
    Form(
        decision="attempt_contact",
        title="Record a contact",
        sections=_contact,
        recorded="contact",
    ),
    Form(
        decision="raise_care_gap",
        title="Raise a gap in care",
        button="Raise",
        sections=_raise,
        follows="Coordination owes its mending until it is closed.",
        recorded="gap in care",
    ),
    Form(
        decision="close_care_gap",
        title="Close a gap in care",
        button="Close the gap",
        sections=_close,
        recorded="gap in care closed",
    ),
    Form(
        decision="flag_for_discussion",
        title="Flag for discussion",
        button="Flag",
        sections=_flag,
        follows="The next review of the caseload answers it.",
        recorded="flag for discussion",
        grounds=grounds.facts(last_review, grounds.scores),
    ),
    Form(
        decision="record_caseload_review",
        title="Record the caseload review",
        button="Record the review",
        sections=_review,
        follows="It recommends; plans are the prescriber's to change.",
        recorded="caseload review",
        grounds=grounds.facts(last_review, grounds.scores, grounds.doses, grounds.plan, grounds.adverse_events),
    ),
)
