"""The decisions that wait for a prescriber in one episode: what happened, why it is here, since when. Pure."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.episode.document.missing import undocumented_sessions
from domain.episode.due.flags import Flag
from domain.episode.due.obligation import Obligation
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions
from domain.episode.gates.holds import SAID
from domain.episode.gates.words import all_of, at, count, on
from domain.episode.plan.plan import PlanStatus
from domain.episode.safety.safety import Hold, HoldReason
from domain.episode.session.which_session import name_of
from domain.instrument import recorded_with
from projections.glance import SOON, Glance, Measure, Moment, measure_of
from projections.held_vitals import HeldVitals, in_numbers
from projections.worklist_groups import DATED, GROUP_OF, Group, Waiting

VITALS_HOLDS = (HoldReason.VITALS, HoldReason.RECHECKS_USED_UP, HoldReason.CRISIS)


def decisions_waiting(glance: Glance, clinician_id: UUID, vitals: HeldVitals | None) -> Iterator[Waiting]:
    """What waits for this prescriber in an episode of theirs, or which they own on call."""
    for obligation in glance.obligations:
        if obligation.with_role is Role.PRESCRIBER and _is_theirs(obligation, glance, clinician_id):
            group = _group_of(obligation)
            if group not in DATED or _is_near(obligation, glance.moment):
                yield _waiting(obligation, group, glance, vitals)
    for flag in glance.flags:
        is_owed = flag.key == "not_improving" and any(one.key == "case_review" for one in glance.obligations)
        is_theirs = glance.course.prescriber_at(glance.moment.now) == clinician_id
        if flag.key in ("worsening", "not_improving") and is_theirs and not is_owed:
            yield _worsening(flag, glance)


def from_the_pool(glance: Glance) -> Waiting:
    """A patient whom no prescriber has taken yet."""
    referred_at = glance.course.referred_at or glance.case.phase_since
    reason = f"Phase: {glance.phase.lower()}. No prescriber is on the care team."
    fact = f"Referred {on(_day(referred_at, glance.moment))}"
    return Waiting(
        Group.POOL, glance, fact, reason, "take_patient_from_pool", since=referred_at, is_mine=False, about="pool"
    )


def _is_theirs(obligation: Obligation, glance: Glance, clinician_id: UUID) -> bool:
    if obligation.with_id is not None:
        return obligation.with_id == clinician_id
    return glance.course.member(clinician_id, Role.PRESCRIBER, glance.moment.now) is not None


def _group_of(obligation: Obligation) -> Group:
    if obligation.done is not None:
        return Group.DONE
    known = GROUP_OF.get(obligation.key.partition(":")[0])
    return known or (Group.SEE_FIRST if obligation.is_safety else Group.REVIEWS)


def _is_near(obligation: Obligation, moment: Moment) -> bool:
    day = obligation.day(moment.zone)
    return day is None or day <= moment.today + SOON


def _waiting(obligation: Obligation, group: Group, glance: Glance, vitals: HeldVitals | None) -> Waiting:
    fact, reason, since = _told(obligation, glance, vitals)
    if obligation.done is not None:
        since = obligation.done.at
    is_dated = (group in DATED or obligation.key == "case_review") and since is None
    return Waiting(
        group=group,
        glance=glance,
        fact=fact,
        reason=reason,
        decision=obligation.decision,
        entry_id=next(iter(obligation.entries), None),
        since=since,
        due_on=obligation.day(glance.moment.zone) if is_dated else None,
        is_overdue=is_dated and obligation.is_overdue(glance.moment.now, glance.moment.zone),
        about=obligation.key,
        done=obligation.done,
    )


def _told(obligation: Obligation, glance: Glance, vitals: HeldVitals | None) -> tuple[str, str, datetime | None]:
    """Fact, reason and since when."""
    course, zone = glance.course, glance.moment.zone
    match obligation.key.partition(":")[0]:
        case "safety_review":
            return _safety(obligation, glance)
        case "hold" if (hold := _hold(obligation, course)) is not None:
            return _held(hold, obligation, glance, vitals)
        case "adverse_event_review":
            events = [event for event in course.adverse_events.values() if event.needs_review]
            first = min(events, key=lambda event: event.happened_at)
            fact = f"Adverse event: {first.term.replace('_', ' ')}, grade {first.grade}"
            return fact, obligation.why, first.happened_at
        case "case_review":  # its scores are older than the wait
            return obligation.what, obligation.why, None
        case "late_release":  # its entry is the booking, which may be weeks older
            return obligation.what, obligation.why, obligation.due_at
        case "eligibility":
            return _eligibility(obligation, glance)
        case "more_sessions" | "plan":
            return _plan(obligation, glance)
        case "follow_up":
            day = obligation.day(zone)
            over = (glance.moment.today - day).days if day else 0
            fact = f"Follow-up overdue {count(over, 'day')}" if over > 0 else "Follow-up due"
            return fact, obligation.why, None
    times = entry_times(course)
    return obligation.what, obligation.why, min((times[e] for e in obligation.entries if e in times), default=None)


def _safety(obligation: Obligation, glance: Glance) -> tuple[str, str, datetime | None]:
    course, zone = glance.course, glance.moment.zone
    answers = [o for o in course.outcomes.values() if o.entry_id in obligation.entries and o.safety_item_is_positive]
    times = entry_times(course)
    since = min((times[entry] for entry in obligation.entries if entry in times), default=None)
    if not answers:
        return obligation.what, obligation.why, since
    worst = max(answers, key=lambda outcome: (outcome.safety_answer or 0, outcome.taken_at))
    instrument = recorded_with(worst.instrument, worst.instrument_version)
    score = f"{instrument.title} {worst.total}" if worst.total is not None else instrument.title
    reason = f"{score}, {at(worst.taken_at, zone)}. Dosing is held until you record a review."
    if instrument.triage is not None:
        return f"{instrument.title} {instrument.safety_words(worst.safety_answer, worst.level)}", reason, since
    return f"{instrument.safety_question} above 0 (answer {worst.safety_answer})", reason, since


def _hold(obligation: Obligation, course: Episode) -> Hold | None:
    return next((hold for hold in course.holds.values() if obligation.key == f"hold:{hold.hold_id}"), None)


def _held(
    hold: Hold, obligation: Obligation, glance: Glance, vitals: HeldVitals | None
) -> tuple[str, str, datetime | None]:
    plan = glance.course.plan
    session = glance.course.sessions.get(vitals.session_id) if vitals and vitals.session_id == hold.session_id else None
    is_before = session is not None and not session.dosed_by(hold.placed_at)
    if hold.reason not in VITALS_HOLDS or vitals is None or plan is None or not is_before:
        return f"Dosing held: {_because(hold)}", obligation.why, hold.placed_at
    before = f" before dose {session.number}" if session else ""
    limits = plan.terms.vital_limits
    reason = f"Plan {plan.number} limits {limits.systolic_limit_mmhg}/{limits.diastolic_limit_mmhg}."
    if hold.reason is HoldReason.RECHECKS_USED_UP:
        reason += f" {count(limits.rechecks_allowed, 'recheck').capitalize()} used."
    return f"Held{before}: {in_numbers(vitals)}", reason, hold.placed_at


def _because(hold: Hold) -> str:
    return SAID.get(hold.reason, hold.reason.value.replace("_", " "))


def _eligibility(obligation: Obligation, glance: Glance) -> tuple[str, str, datetime | None]:
    course, moment = glance.course, glance.moment
    received = [c.received_at for c in course.clearances.values() if c.received_at is not None]
    if course.intake is None:
        return obligation.what, obligation.why, None
    since = max([course.intake.completed_at, *received])
    what = "Clearance received" if received and since in received else "Intake complete"
    known = [f"{one.instrument.title} {one.last.total}" for one in _last_scores(glance)]
    found = sorted(code.replace("_", " ") for code in course.unresolved_contraindications)
    contraindicated = f"Contraindications: {', '.join(found)}." if found else ""
    measures = f"{', '.join(known)}." if known else "No measure recorded yet."
    return f"{what} {on(_day(since, moment))}", " ".join(filter(None, [measures, contraindicated])), since


def _plan(obligation: Obligation, glance: Glance) -> tuple[str, str, datetime | None]:
    course, moment = glance.course, glance.moment
    measure = glance.measure
    told = [] if measure is None or measure.change is None else [f"{_score_words(glance)}."]
    latest = max(course.follow_ups, key=lambda visit: visit.completed_at, default=None)
    if latest is not None:
        told.append(f"Follow-up done {on(_day(latest.completed_at, moment))}.")
    if sessions := undocumented_sessions(course):
        told.append(f"No signed note on {all_of([name_of(one).lower() for one in sessions])}.")
    if course.plan is None:
        since = course.eligibility.determined_at if course.eligibility else None
        return obligation.what, " ".join([obligation.why, *told]), since
    since = max(
        [visit.completed_at for visit in course.follow_ups]
        + [session.ended_at for session in dosed_sessions(course) if session.ended_at],
        default=course.plan.issued_at,
    )
    if course.plan.status is PlanStatus.SUSPENDED:
        reason = " ".join([obligation.why, *told])
        return f"Plan {course.plan.number} is suspended", reason, course.plan.suspended_at or since
    if glance.doses_used >= (glance.doses_authorised or 0):
        return f"{glance.doses_used} of {count(glance.doses_authorised or 0, 'session')} used", " ".join(told), since
    return obligation.what, " ".join([obligation.why, *told]), since


def _worsening(flag: Flag, glance: Glance) -> Waiting:
    doses = count(len(dosed_sessions(glance.course)), "dose")
    times = entry_times(glance.course)
    since = max((times[entry] for entry in flag.entries if entry in times), default=None)
    scores_said, _, why = flag.reason.partition(". ")  # the scores that worsened may be of another measure
    fact, reason = (scores_said, why) if flag.key == "worsening" and why else (_score_words(glance), flag.reason)
    return Waiting(
        Group.WORSENING,
        glance,
        f"{fact} after {doses}",
        reason,
        None,
        next(reversed(flag.entries), None),
        since,
        about=flag.key,
    )


def _score_words(glance: Glance) -> str:
    measure = glance.measure
    if measure is None:
        return "Scores"
    result = ", remission" if measure.change and measure.change.remission else ""
    return f"{measure.instrument.title} {measure.first.total} → {measure.last.total}{result}"


def _last_scores(glance: Glance) -> list[Measure]:
    """Of every instrument but those that are for the therapist alone."""
    taken = dict.fromkeys(outcome.instrument for outcome in glance.course.outcomes.values())
    names = [name for name in taken if name not in glance.moment.protocol.therapist_only]
    return [found for name in names if (found := measure_of(glance.course, name))]


def entry_times(course: Episode) -> dict[UUID, datetime]:
    """When the things happened that obligations and flags name as their entries."""
    times = {outcome.entry_id: outcome.taken_at for outcome in course.outcomes.values()}
    times |= {hold.entry_id: hold.placed_at for hold in course.holds.values()}
    times |= {event.entry_id: event.happened_at for event in course.adverse_events.values()}
    times |= {asked.entry_id: asked.asked_at for asked in course.document_requests.values()}
    times |= {
        asked.entry_id: asked.asked_at for one in course.documents.values() for asked in one.co_signature_requests
    }
    for question in course.questions.values():
        times[question.entry_id] = question.asked_at
        if question.answer_entry_id and question.answered_at:
            times[question.answer_entry_id] = question.answered_at
    times |= {report.entry_id: report.reported_at for report in course.symptom_reports.values()}
    times |= {deviation.entry_id: deviation.noted_at for deviation in course.deviations.values()}
    return times


def _day(at: datetime, moment: Moment) -> date:
    return day_of(at, moment.zone)
