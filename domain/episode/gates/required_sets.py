"""Sets of vitals and looks that the protocol asks for at set times, before the dose and before the patient leaves."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.episode.dosing.rechecks import before_the_dose
from domain.episode.dosing.sets_due import SetDue, has_looks, has_values, sets_due
from domain.episode.dosing.vital_limits import breaches, in_words
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import all_of, clock
from domain.episode.session.session import Session, Vitals
from domain.protocol.requirements import CheckAt, Look, Resolved, VitalsAt, VitalValue, When

SAID = {VitalValue.PRESSURE: "blood pressure", VitalValue.PULSE: "pulse", VitalValue.SPO2: "oxygen saturation"}
LOOKED = {Look.SEDATION: "sedation", Look.DISSOCIATION: "dissociation", Look.BREATHING: "breathing"}
TAKE = Opens(act="Take and record vitals.", decision="record_vitals", by=Role.THERAPIST)
LOOK = Opens(act="Look at the patient and record the check.", decision="record_check", by=Role.THERAPIST)
TOO_LATE = Opens(act="Its time is over. A prescriber overrides it, or the session ends in another way.")


def sets_before(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Before the dose: a set with every value asked for, not older than the protocol allows."""
    for one in asked.protocol.required(VitalsAt):
        if one.when is When.BEFORE_DOSE and asked.session is not None:
            sets = [v for v in before_the_dose(asked.session, asked.now) if has_values(v, one.values)]
            yield _fresh(one, asked, sets, "before the dose")


def sets_after(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Before release: every set and look of the hours after the dose was taken in its window, or is not due yet."""
    session = asked.session
    if session is None or not session.is_dosed:
        return
    for due in sets_due(session, asked.protocol):
        if due.opens_at <= asked.now or due.is_vitals:
            yield _in_window(due, asked)
    for one in asked.protocol.required(VitalsAt):
        if one.when is When.BEFORE_RELEASE:
            yield _last_set(one, session, episode, asked)
    for last in asked.protocol.required(Resolved):
        yield _resolved(last, session, asked)


def _in_window(due: SetDue, asked: Question) -> Gate:
    one, zone = due.requirement, asked.network.zone
    key = f"{one.key}:{due.minutes}" if isinstance(one, CheckAt) else one.key
    fact = f"Due from {clock(due.opens_at, zone)} to {clock(due.closes_at, zone)}."
    if due.met_by is not None:
        return asked.open(one.rule, key, fact, entries=[due.met_by])
    what = _values(one) if isinstance(one, VitalsAt) else f"a look at {all_of([LOOKED[look] for look in one.looks_at])}"
    missing = f"{what}, {clock(due.opens_at, zone)} to {clock(due.closes_at, zone)}"
    act = TAKE if due.is_vitals else LOOK
    opens = TOO_LATE if asked.now > due.closes_at else Opens(due.opens_at, act.act, act.decision, act.by)
    return asked.closed(one.rule, key, fact, missing=missing, opens=opens)


def _fresh(one: VitalsAt, asked: Question, sets: list[Vitals], when: str) -> Gate:
    newest = max(sets, key=lambda v: v.taken_at, default=None)
    if newest is None:
        return asked.closed(one.rule, one.key, missing=f"{_values(one)} {when}", opens=TAKE)
    zone, until = asked.network.zone, newest.taken_at + timedelta(minutes=one.until_minutes)
    fact = f"{clock(newest.taken_at, zone)}: {in_words(newest)}."
    if asked.now > until:
        missing = f"{_values(one)} {when}, not older than {one.until_minutes} min"
        return asked.closed(one.rule, one.key, fact, missing=missing, opens=TAKE, entries=[newest.entry_id])
    return asked.open(one.rule, one.key, fact, entries=[newest.entry_id])


def _last_set(one: VitalsAt, session: Session, episode: Episode, asked: Question) -> Gate:
    """The last set before leaving; where it has to be settled, its pressure is in limits or rises no more."""
    last_at = session.last_dose_at
    since = [v for v in session.vitals.values() if last_at is not None and last_at <= v.taken_at <= asked.now]
    complete = [v for v in since if has_values(v, one.values)]
    gate = _fresh(one, asked, complete, "before leaving")
    if not gate.is_open or not one.settled:
        return gate
    newest = max(complete, key=lambda v: v.taken_at)
    limits = episode.plan.terms.vital_limits if episode.plan else None
    if (limits is not None and not breaches(newest, limits)) or not _rises(newest, since):
        return gate
    missing = "a pressure inside the plan's limits, or one that no longer rises"
    return asked.closed(one.rule, one.key, *gate.facts, missing=missing, opens=TAKE, entries=gate.entries)


def _rises(newest: Vitals, since: list[Vitals]) -> bool:
    """Above the set before it, or with no set before it to compare with."""
    before = max((v for v in since if v.taken_at < newest.taken_at), key=lambda v: v.taken_at, default=None)
    if before is None:
        return True
    return newest.systolic_mmhg > before.systolic_mmhg or (newest.diastolic_mmhg or 0) > (before.diastolic_mmhg or 0)


def _resolved(one: Resolved, session: Session, asked: Question) -> Gate:
    """What is not said counts as not resolved."""
    looks = [c for c in session.checks if session.dosed_by(c.at) and c.at <= asked.now]
    newest = max((c for c in looks if has_looks(c, tuple(Look))), key=lambda c: c.at, default=None)
    what = "a look that finds sedation, dissociation and breathing as before the dose"
    if newest is None:
        return asked.closed(one.rule, one.key, missing=what, opens=LOOK)
    fact = (
        f"{clock(newest.at, asked.network.zone)}: sedation {newest.sedation} of 3, "
        f"dissociation {newest.dissociation} of 10{', breathing depressed' if newest.breathing_depressed else ''}."
    )
    is_fresh = asked.now <= newest.at + timedelta(minutes=one.within_minutes)
    is_over = (newest.sedation or 0) <= one.sedation_at_most and (newest.dissociation or 0) <= one.dissociation_at_most
    if newest.responsive and is_over and not newest.breathing_depressed and is_fresh:
        return asked.open(one.rule, one.key, fact, entries=[newest.entry_id])
    missing = what if is_fresh else f"{what}, not older than {one.within_minutes} min"
    return asked.closed(one.rule, one.key, fact, missing=missing, opens=LOOK, entries=[newest.entry_id])


def _values(one: VitalsAt) -> str:
    return f"a set with {all_of([SAID[value] for value in one.values])}"
