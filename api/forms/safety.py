"""Forms of safety: holds, overrides, safety reviews, adverse events and deviations."""

from collections.abc import Sequence

from api.forms import grounds
from api.forms.about import UNDER_WAY, about_field, happened_earlier, name_of, person_field, session_field, when
from api.forms.fields import Area, Field, Hidden, Number
from api.forms.form import Form
from api.forms.lists import Choice, Option, Radio, Tick, YesNo
from api.forms.section import Section, section, side_by_side
from api.forms.times import Day, Moment
from api.forms.words import options_of, word_of
from api.scene import Scene
from domain.actor import Role
from domain.episode.gates import Checkpoint, GateClass
from domain.episode.safety.override_limits import HOLD, THERAPIST_AGREES
from domain.episode.safety.record_adverse_event_outcome import AdverseEventOutcome
from domain.episode.safety.report_adverse_event import AdverseEventTerm
from domain.episode.safety.review_adverse_event import AdverseEventAction, Related
from domain.episode.safety.safety import SAFETY_HOLDS, AdverseEvent, Hold, HoldReason
from domain.episode.session.session import Session, SessionKind, SessionStatus
from domain.instrument import ids, load

GRADES = (
    ("1", "1 mild", "No help needed"),
    ("2", "2 moderate", "Little help needed"),
    ("3", "3 severe", "Dosing stops until a prescriber has reviewed it"),
    ("4", "4 life-threatening", "Urgent help needed"),
    ("5", "5 death", ""),
)
FIRST_TO_PLACE = (HoldReason.VITALS, HoldReason.SUICIDAL_THOUGHTS, HoldReason.MEDICINES, HoldReason.CONSENT)


def _hold(scene: Scene) -> list[Section]:
    reasons = [*FIRST_TO_PLACE, *(reason for reason in HoldReason if reason not in FIRST_TO_PLACE)]
    session = scene.session()
    return [
        section(
            Hidden(name="session_id", seed=session.session_id) if session else None,
            Choice(name="reason", label="Because of", options=options_of(reasons), seed=scene.about.get("reason")),
            Area(name="note", label="Note", optional=True, rows=2),
        ),
        happened_earlier("Since when"),
    ]


def _open_holds(scene: Scene, *, safety: bool | None = None) -> list[Option]:
    found = sorted((h for h in scene.episode.holds.values() if h.is_open), key=lambda h: h.placed_at)
    wanted = [h for h in found if safety is None or (h.reason in SAFETY_HOLDS) is safety]
    return [(str(h.hold_id), _hold_words(scene, h)) for h in wanted]


def _hold_words(scene: Scene, hold: Hold) -> str:
    return f"{word_of(hold.reason)}, since {when(scene, hold.placed_at)}"


def _release(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "hold_id", "Hold", _open_holds(scene)),
            Area(
                name="reason", label="Reason", hint="What you saw, and why dosing may go on", missing="Say why.", rows=2
            ),
        )
    ]


def _named_hold(scene: Scene) -> Sequence[tuple[str, str]]:
    """The hold in question, and its measured values where it came from vitals."""
    named = scene.id("hold_id")
    holds = [h for h in scene.episode.holds.values() if h.is_open]
    hold = scene.episode.holds.get(named) if named else (holds[0] if len(holds) == 1 else None)
    if hold is None:
        return []
    sets = [v for s in scene.episode.sessions.values() for v in s.vitals.values() if v.vitals_id == hold.because_of]
    values = [("Measured", f"{grounds.pressure(v)} at {when(scene, v.taken_at)}") for v in sets]
    return [("Hold", _hold_words(scene, hold)), ("Placed by", scene.name_of(hold.placed_by)), *values]


def _review_safety(scene: Scene) -> list[Section]:
    with_item = [(name, load(name).title) for name in ids() if load(name).safety_item]
    holds = _open_holds(scene, safety=True)
    return [
        section(
            about_field(scene, "hold_id", "Hold", holds) if holds else None,
            Area(name="done", label="What was done, and by whom", rows=4, missing="Say what was done."),
            YesNo(
                name="dosing_may_go_on",
                label="Dosing",
                yes="May go on; the hold is released",
                no="Stays held",
                inline=False,
                missing="Say whether dosing may go on.",
            ),
        ),
        section(
            side_by_side(
                Choice(name="standing.instrument", label="Measure", options=with_item, seed="phq-9"),
                Number(name="standing.up_to_score", label="Answer up to", optional=True, hint="Empty: this once only"),
                Day(name="standing.until_on", label="Until", missing="Say until when."),
                label="Standing review",
            ),
            heading="Standing review",
            note="Dosing then goes on while the answer is at most this, until that day.",
            folded=True,
        ),
    ]


def _adverse_event(scene: Scene) -> list[Section]:
    session = scene.session()
    return [
        section(
            Hidden(name="session_id", seed=session.session_id) if session else None,
            Radio(name="term", label="What happened", options=options_of(AdverseEventTerm), inline=True),
            Radio(name="grade", label="Grade", options=GRADES, missing="Choose the grade."),
            YesNo(
                name="serious",
                label="Serious",
                hint="Death, danger to life, hospital, lasting harm",
                missing="Say whether it was serious.",
            ),
            Moment(name="occurred_at", label="When it happened", seed=scene.now),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


def _event(scene: Scene) -> AdverseEvent | None:
    named = scene.id("adverse_event_id")
    waiting = [one for one in scene.episode.adverse_events.values() if one.reviewed_at is None]
    return scene.episode.adverse_events.get(named) if named else (waiting[0] if len(waiting) == 1 else None)


def _event_words(scene: Scene, event: AdverseEvent) -> str:
    return f"{event.term.replace('_', ' ').capitalize()}, grade {event.grade}, {when(scene, event.happened_at)}"


def _review_event(scene: Scene) -> list[Section]:
    known = sorted(
        scene.episode.adverse_events.values(), key=lambda one: (one.reviewed_at is not None, one.happened_at)
    )
    options = [(str(one.adverse_event_id), _event_words(scene, one)) for one in known]
    chosen: Field = about_field(scene, "adverse_event_id", "Adverse event", options)
    if (one := _event(scene)) is not None:
        chosen = Hidden(name="adverse_event_id", seed=one.adverse_event_id)
    return [
        section(
            chosen,
            Radio(name="related", label="Related to ketamine", options=options_of(Related), inline=True),
            YesNo(
                name="expected", label="Expected", hint="Listed for ketamine", missing="Say whether it was expected."
            ),
            Radio(name="action", label="Action", options=options_of(AdverseEventAction), inline=True),
            YesNo(
                name="dosing_may_go_on",
                label="Dosing",
                yes="May go on",
                no="Stops",
                missing="Say whether dosing may go on.",
            ),
            Area(name="note", label="Assessment", missing="Say how you judge it."),
        )
    ]


def _event_in_question(scene: Scene) -> Sequence[tuple[str, str]]:
    one = _event(scene)
    return [("Adverse event", _event_words(scene, one)), ("Serious", "yes" if one.serious else "no")] if one else []


def _outcome(scene: Scene) -> list[Section]:
    lasting = [one for one in scene.episode.adverse_events.values() if one.outcome_entry_id is None]
    options = [(str(one.adverse_event_id), _event_words(scene, one)) for one in lasting]
    return [
        section(
            about_field(scene, "adverse_event_id", "Adverse event", options),
            Radio(name="outcome", label="How it stands", options=options_of(AdverseEventOutcome), missing="Say how."),
            Day(name="ended_on", label="Ended on", optional=True, hint="Empty while it lasts"),
            Area(name="note", label="Note", optional=True, rows=2),
        )
    ]


def _deviations(scene: Scene) -> list[Option]:
    waiting = [d for d in scene.episode.deviations.values() if d.reviewed_at is None]
    words = "{code} ({rule}), {when}"
    return [
        (
            str(d.deviation_id),
            words.format(
                code=d.code.replace("_", " ").capitalize(),
                rule=rule_words(d.rule).lower(),
                when=when(scene, d.noted_at),
            ),
        )
        for d in sorted(waiting, key=lambda d: d.noted_at)
    ]


def _review_deviation(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "deviation_id", "Deviation", _deviations(scene)),
            Area(name="note", label="Assessment", missing="Say how you judge it."),
        )
    ]


def _named_deviation(scene: Scene) -> Sequence[tuple[str, str]]:
    options = {value: words for value, words, *_ in _deviations(scene)}
    named = scene.about.get("deviation_id") or (next(iter(options)) if len(options) == 1 else "")
    return [("Deviation", options[named])] if named in options else []


def closed_rules(scene: Scene) -> dict[str, str]:
    """Rules that stand in the way of the session in question and may be overridden, with what is missing."""
    session = _session(scene)
    if session is None:
        return {}
    found = {}
    for checkpoint in _ahead_of(session):
        for gate in scene.gates(checkpoint, session):
            if gate.stands_in_the_way and gate.gate_class is GateClass.OVERRIDE and gate.rule != HOLD:
                found[gate.rule] = f"{gate.name}: {gate.missing}"
    return found


def _session(scene: Scene) -> Session | None:
    booked = scene.sessions(SessionStatus.BOOKED, kind=SessionKind.DOSING)
    return scene.session() or next(iter(booked), None)


def _ahead_of(session: Session) -> tuple[Checkpoint, ...]:
    """What the session will be asked next."""
    if session.status is SessionStatus.BOOKED:
        return (Checkpoint.OPEN,)
    return (Checkpoint.SECOND_PART, Checkpoint.RELEASE) if session.is_dosed else (Checkpoint.CLEAR,)


def rule_words(rule: str) -> str:
    """`Rule 15`; the protocol's own rules have no number that anybody would know."""
    number = rule.partition(".")[0]
    return f"Rule {number}" if number.isdigit() else "Protocol"


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
    shown = {named: closed[named]} if named in closed else closed
    about = [("Session", f"{name_of(session)}, {when(scene, session.starts_at)}")] if session else []
    return [*about, *((rule_words(rule), words) for rule, words in shown.items())]


FORMS = (
    Form(
        decision="place_hold",
        title="Hold dosing",
        sections=_hold,
        follows="No dose is given until a prescriber releases this hold.",
        recorded="hold",
        grounds=grounds.facts(grounds.holds),
    ),
    Form(
        decision="release_hold",
        title="Release a hold",
        button="Release this hold",
        sections=_release,
        follows="Other holds stay.",
        recorded="release of the hold",
        grounds=grounds.facts(_named_hold, grounds.holds, grounds.plan, grounds.scores),
    ),
    Form(
        decision="grant_override",
        title="Override a closed gate",
        button="Sign the override",
        sections=_override,
        follows="For one rule and one session; it runs out after 24 h and changes no limit.",
        recorded="override",
        is_signed_anew=True,
        grounds=grounds.facts(_closed_now, grounds.plan, grounds.doses),
    ),
    Form(
        decision="review_safety",
        title="Review safety",
        button="Record the review",
        sections=_review_safety,
        follows="Where dosing may go on, it releases the hold named and no other.",
        recorded="safety review",
        together=(("standing", "standing.up_to_score"),),
        grounds=grounds.facts(grounds.scores, grounds.holds, grounds.doses),
    ),
    Form(
        decision="report_adverse_event",
        title="Report an adverse event",
        button="Report",
        sections=_adverse_event,
        follows="From grade 3, or serious, dosing stops until a prescriber has reviewed it.",
        recorded="adverse event",
        grounds=grounds.facts(grounds.adverse_events),
    ),
    Form(
        decision="review_adverse_event",
        title="Review an adverse event",
        button="Record the review",
        sections=_review_event,
        follows="Signs how it is judged, and whether dosing goes on.",
        recorded="review of the adverse event",
        grounds=grounds.facts(_event_in_question, grounds.plan, grounds.doses),
    ),
    Form(
        decision="record_adverse_event_outcome",
        title="Record how an adverse event ended",
        button="Record the outcome",
        sections=_outcome,
        follows="It neither reviews the event nor lets dosing go on.",
        recorded="outcome of the adverse event",
        grounds=grounds.facts(grounds.adverse_events),
    ),
    Form(
        decision="review_deviation",
        title="Review a deviation",
        button="Record the review",
        sections=_review_deviation,
        follows="What happened stays as it was recorded.",
        recorded="review of the deviation",
        grounds=grounds.facts(_named_deviation, grounds.plan, grounds.doses),
    ),
)
