"""A course as coordination may know it: who, when and what is due, and nothing of what was found, measured or said.

Each clinical value is replaced by one that is the same for everybody, so that the dues of the domain still apply
while the row itself holds nothing clinical. That a patient has died stays: nobody may call them to book a session.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import chain, compress, repeat
from operator import attrgetter, is_not
from typing import Any
from uuid import UUID

from domain.episode.coordination.coordination import Recommendation
from domain.episode.course.done_mark import DoneMark
from domain.episode.due.contact import KEY as CONTACT
from domain.episode.eligibility.eligibility import Clearance
from domain.episode.episode import EarlierCourse, Episode
from domain.episode.intake.intake import Answer, Intake, Pregnancy
from domain.episode.outcome.outcomes import Outcome
from domain.episode.plan.plan import AfterHold, Plan, PlanTerms, Tablets, VitalLimits
from domain.episode.prescription.prescription import PdmpCheck, PdmpResult, Prescription
from domain.episode.safety.safety import AdverseEvent, Hold, HoldReason
from domain.episode.session.session import Dose, Session, SessionEnd
from domain.stream import change

ANY_AMOUNT_MG = Decimal(1)
ANY_LIMITS = VitalLimits(
    systolic_limit_mmhg=160,
    diastolic_limit_mmhg=90,
    pulse_limit_per_min=100,
    systolic_min_mmhg=90,
    diastolic_min_mmhg=50,
    pulse_min_per_min=50,
    recheck_after_minutes=0,
    rechecks_allowed=0,
)
ANY_TERMS = {
    "next_dose_mg": ANY_AMOUNT_MG,
    "maximum_mg": ANY_AMOUNT_MG,
    "booster": None,
    "tablets": Tablets(strength_mg=ANY_AMOUNT_MG),
    "vital_limits": ANY_LIMITS,
    "hold_minutes": 0,
    "after_hold": AfterHold.SPIT,
    "rescue_medicines": (),
}


def without_clinical_content(course: Episode, before: Episode) -> Episode:
    """The course with what has changed since `before` (already without clinical content) made neutral."""
    now, known = CLINICAL(course), CLINICAL(before)
    differing = compress(zip(NEUTRAL.items(), now, known, strict=True), map(is_not, now, known))
    changed = {name: neutral(value, was) for (name, neutral), value, was in differing}
    return change(course, **changed) if changed else course


Neutral = Callable[[Any, Any], Any]
"""What may be kept of a value, given what was kept of it before."""


def _each(neutral: Callable[[Any], Any]) -> Neutral:
    """Those that are new or changed; the others were made neutral when they were.

    Told by place and identity, not by key: hashing the ids of every session again cost a tenth of this read model.
    Where one was taken out, those behind it are made neutral once more, which leaves them as they are.
    """

    def each(facts: Mapping[UUID, Any], known: Mapping[UUID, Any]) -> Mapping[UUID, Any]:
        are_fresh = chain(map(is_not, facts.values(), known.values()), repeat(True))
        fresh = {key: neutral(fact) for key, fact in compress(facts.items(), are_fresh)}
        return {**facts, **fresh} if fresh else facts

    return each


def _as_a_whole(neutral: Callable[[Any], Any]) -> Neutral:
    return lambda value, _: neutral(value)


def _intake(intake: Intake | None) -> Intake | None:
    return intake and change(
        intake,
        weight=None,
        ketamine_allergy=Answer.NO,
        pregnancy=Pregnancy.NOT_APPLICABLE,
        ketamine_elsewhere_on=None,
        medicines=(),
        diagnoses=(),
        baseline_systolic_mmhg=None,
        baseline_diastolic_mmhg=None,
        baseline_pulse_per_min=None,
        urinary=None,
        known_in=0,
        said_at={},
        was=None,
    )


def _clearance(clearance: Clearance) -> Clearance:
    return change(clearance, is_cleared=None if clearance.received_at is None else True)


def _plan(plan: Plan) -> Plan:
    return change(plan, terms=_terms(plan.terms), suspended_because=None, suspensions=())


def _terms(terms: PlanTerms) -> PlanTerms:
    return terms.model_copy(update=ANY_TERMS)


def _prescription(prescription: Prescription) -> Prescription:
    steps = tuple(change(step, quantity=0) for step in prescription.steps)
    return change(prescription, strength_mg=ANY_AMOUNT_MG, quantity=1, refills=0, steps=steps)


def _pdmp_checks(checks: tuple[PdmpCheck, ...]) -> tuple[PdmpCheck, ...]:
    """Whether the program answered, not what."""
    found = (check for check in checks if check.result is not PdmpResult.NOT_AVAILABLE)
    return tuple(change(check, result=PdmpResult.AS_EXPECTED) for check in found)


def _session(session: Session) -> Session:
    ended_as = None if session.ended_as is None else SessionEnd.RELEASED
    doses = {key: _dose(dose) for key, dose in session.doses.items()}
    nothing: dict[str, Any] = {"checklist": None, "clearances": (), "vitals": {}, "vomitings": (), "checks": ()}
    amounts = {"planned_mg": None, "may_drive_from": None, "is_emergency": False}
    return change(session, ended_as=ended_as, doses=doses, **nothing, **amounts)


def _dose(dose: Dose) -> Dose:
    return change(dose, amount_mg=ANY_AMOUNT_MG, swallowed_in=None, was_cleared=True)


def _hold(hold: Hold) -> Hold:
    return change(hold, reason=HoldReason.OTHER, because_of=None)


def _outcome(outcome: Outcome) -> Outcome:
    return change(
        outcome,
        total=0 if outcome.total is not None else None,
        answers=None,
        level=None,
        has_safety_item=False,
        safety_answer=None,
        safety_item_is_positive=False,
        was=outcome.was and _outcome(outcome.was),
    )


def _deaths(events: Mapping[UUID, AdverseEvent], _: object) -> Mapping[UUID, AdverseEvent]:
    """Deaths; all others are left out."""
    return {key: _death(event) for key, event in events.items() if event.is_death}


def _death(event: AdverseEvent) -> AdverseEvent:
    return change(event, term="", serious=True, ended_on=None)


def _contacts(marks: Mapping[UUID, DoneMark], _: object) -> Mapping[UUID, DoneMark]:
    """That somebody was called; other marks speak of how a patient fares."""
    return {key: mark for key, mark in marks.items() if mark.key == CONTACT}


def _nothing(_: object, __: object) -> Mapping[Any, Any]:
    return {}


NEUTRAL: dict[str, Neutral] = {
    "earlier": _as_a_whole(lambda _: EarlierCourse()),
    "earlier_high": _as_a_whole(lambda _: None),
    "earlier_told": _as_a_whole(lambda _: ()),
    "intake": _as_a_whole(_intake),
    "clearances": _each(_clearance),
    "contraindications": _nothing,
    "plans": _each(_plan),
    "prescriptions": _each(_prescription),
    "pdmp_checks": _as_a_whole(_pdmp_checks),
    "sessions": _each(_session),
    "holds": _each(_hold),
    "overrides": _nothing,
    "safety_plans": _nothing,
    "acknowledgements": _nothing,
    "standing_reviews": _as_a_whole(lambda _: ()),
    "outcomes": _each(_outcome),
    "adverse_events": _deaths,
    "deviations": _nothing,
    "done_marks": _contacts,
    "symptom_reports": _nothing,
    "inventory_reports": _nothing,
    "tablet_explanations": _nothing,
    "caseload_review": _as_a_whole(lambda review: review and change(review, recommendation=Recommendation.GO_ON)),
    "ketamine_elsewhere": _as_a_whole(lambda _: ()),
    "medicines_changed": _as_a_whole(lambda _: None),
    "medicines_looked_at": _as_a_whole(lambda _: ()),
    "medicines_listed": _as_a_whole(lambda _: None),
}
CLINICAL = attrgetter(*NEUTRAL)
"""All of them at once, in this order."""
