"""The second part of a dose: its window, fresh vitals, a responsive patient, nothing swallowed or vomited."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from domain.actor import Role
from domain.episode.dosing.next_part import is_split, next_part
from domain.episode.dosing.vital_limits import breaches, in_words, is_crisis
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import clock
from domain.episode.session.session import Check, DosePart, Session, Vitals

TAKE = Opens(act="Take and record vitals.", decision="record_vitals", by=Role.THERAPIST)
LOOK = Opens(act="Look at the patient and record the check.", decision="record_check", by=Role.THERAPIST)
NO_MORE = Opens(act="No further part in this session.")


def window(episode: Episode, asked: Question) -> Iterable[Gate]:
    """A booster is in the plan and inside its window; the second half of a split dose has no window of its own."""
    session, plan = asked.session, episode.plan
    if session is None or plan is None:
        return
    first_at = session.first_dose_at
    if first_at is None or first_at > asked.now:
        yield asked.closed("15", "first_part", missing="the first part of the dose", opens=NO_MORE)
        return
    if next_part(session, plan.terms) is DosePart.SECOND:
        yield asked.open("15.booster", "window", "The second part of a split dose.")
        return
    if any(dose.part is DosePart.BOOSTER for dose in session.doses.values()):
        yield asked.closed("15", "booster_once", "A booster was taken.", missing="one booster only", opens=NO_MORE)
        return
    if is_split(session, plan.terms):
        missing = "an undivided dose"
        yield asked.closed("15", "booster_on_split", "The dose was split.", missing=missing, opens=NO_MORE)
        return
    booster = plan.terms.booster
    if booster is None:
        yield asked.closed("15", "booster_in_plan", missing="a booster in the plan", opens=NO_MORE)
        return
    zone = asked.network.zone
    from_at, until_at = (first_at + timedelta(minutes=m) for m in (booster.from_minutes, booster.until_minutes))
    fact = f"From {clock(from_at, zone)} to {clock(until_at, zone)}."
    if from_at <= asked.now < until_at + timedelta(minutes=1):
        yield asked.open("15.booster", "window", fact)
    elif asked.now < from_at:
        opens = Opens(at=from_at, act=f"Wait until {clock(from_at, zone)}.")
        yield asked.closed("15.booster", "window", fact, missing="the booster's window", opens=opens)
    else:
        yield asked.closed("15.booster", "window", fact, missing="the booster's window, which is over", opens=NO_MORE)


def fresh_vitals(episode: Episode, asked: Question) -> Iterable[Gate]:
    """The newest set since the first part is at most so many minutes old and inside the plan's limits."""
    session, plan = asked.session, episode.plan
    if session is None or plan is None:
        return
    numbers, zone = asked.protocol.numbers, asked.network.zone
    newest = newest_since_first_part(session, asked)
    if newest is None:
        missing = "vitals since the first part"
        yield asked.closed("15.booster", "vitals_since", missing=missing, opens=TAKE)
        return
    fact, entries = f"{clock(newest.taken_at, zone)}: {in_words(newest)}.", [newest.entry_id]
    if is_crisis(newest, numbers):
        on_call = asked.network.on_call(asked.now)
        opens = Opens(act="Call the prescriber on call.", call=on_call.phone if on_call else None)
        missing = "vitals below the crisis range"
        yield asked.closed("4.crisis", "crisis", fact, missing=missing, opens=opens, entries=entries)
    until = newest.taken_at + timedelta(minutes=numbers.booster_vitals_minutes.value)
    if found := breaches(newest, plan.terms.vital_limits):
        missing = f"vitals within limits ({', '.join(found)})"
        yield asked.closed("15.booster", "vitals_since", fact, missing=missing, opens=TAKE, entries=entries)
    elif asked.now > until:
        missing = f"fresh vitals (expired {clock(until, zone)})"
        yield asked.closed("15.booster", "vitals_since", fact, missing=missing, opens=TAKE, entries=entries)
    else:
        yield asked.open("15.booster", "vitals_since", fact, entries=entries)


def newest_since_first_part(session: Session, asked: Question) -> Vitals | None:
    """The newest set taken after the first part, of any phase."""
    first_at = session.first_dose_at
    since = [v for v in session.vitals.values() if first_at is not None and first_at <= v.taken_at <= asked.now]
    return max(since, key=lambda v: v.taken_at, default=None)


def safe(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Nothing swallowed against the plan, nothing vomited, the patient responsive and not markedly sedated."""
    session = asked.session
    if session is None:
        return
    swallowed = [d.swallowed_in for d in session.doses.values() if d.swallowed_in is not None]
    yield _never(asked, "not_swallowed", swallowed, "A part was swallowed.", "a dose that was not swallowed")
    vomited = [vomiting.entry_id for vomiting in session.vomitings if vomiting.at <= asked.now]
    yield _never(asked, "not_vomited", vomited, "The patient vomited.", "a dose that was kept down")
    yield _responsive(asked, session)


def _never(asked: Question, key: str, entries: list[UUID], fact: str, missing: str) -> Gate:
    if not entries:
        return asked.open("15.after", key)
    return asked.closed("15.after", key, fact, missing=missing, opens=NO_MORE, entries=entries)


def _responsive(asked: Question, session: Session) -> Gate:
    numbers, zone = asked.protocol.numbers, asked.network.zone
    within = timedelta(minutes=numbers.check_interval_minutes.value + numbers.check_tolerance_minutes.value)
    since = [c for c in session.checks if session.dosed_by(c.at) and asked.now - within <= c.at <= asked.now]
    latest: Check | None = max(since, key=lambda c: c.at, default=None)
    if latest is None:
        return asked.closed("15.after", "responsive", missing="a check of the patient since the first part", opens=LOOK)
    fact, entries = f"Checked {clock(latest.at, zone)}.", [latest.entry_id]
    if latest.responsive and (latest.sedation or 0) < numbers.marked_sedation.value:
        return asked.open("15.after", "responsive", fact, entries=entries)
    missing = "a responsive patient who is not markedly sedated"
    return asked.closed("15.after", "responsive", fact, missing=missing, opens=LOOK, entries=entries)
