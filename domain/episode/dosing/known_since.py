"""What has become known since a go to dose and ends it: whoever gave it had not looked at that."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.days import latest_day
from domain.episode.consent.consents import ConsentType
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.gates.safety_review import live, unanswered
from domain.episode.gates.urinary import waiting_at
from domain.episode.intake.intake import Way
from domain.episode.intake.update_intake import KEPT
from domain.episode.session.session import Checklist, Clearance, DosePart, Session
from domain.protocol.numbers import Numbers


def known_since(
    clearance: Clearance, session: Session, moment: datetime, numbers: Numbers, episode: Episode
) -> Iterator[datetime]:
    """Since when it no longer stood at that moment, for each thing that ended it."""
    yield from _by_checklist(clearance, session, moment)
    yield from _by_holds(clearance, moment, episode)
    yield from _by_consent(clearance, session, moment, episode)
    yield from _by_plan(clearance, moment, episode)
    yield from _by_findings(clearance, moment, episode)
    yield from _by_medicines(clearance, moment, episode)
    yield from _by_reports(clearance, moment, numbers, episode)
    yield from _by_other_sessions(clearance, session, moment, episode)
    yield from _by_intake(clearance, moment, episode)
    yield from _by_earlier_courses(clearance, moment, numbers, episode)
    yield from _by_screening(clearance, moment, episode)
    yield from _by_companion(clearance, session, moment)
    yield from _by_place(clearance, session, moment)
    if clearance.part is not DosePart.FIRST:
        yield from _by_the_first_part(clearance, session, moment, numbers)


def _by_checklist(clearance: Clearance, session: Session, moment: datetime) -> Iterator[datetime]:
    checklist = session.checklist
    if checklist is None or checklist.known_in <= clearance.known_in:
        return
    if checklist.recorded_at <= moment and _says_no(checklist):
        yield max(checklist.recorded_at, clearance.cleared_at)


def _by_holds(clearance: Clearance, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """Somebody has stopped dosing since."""
    for hold in episode.holds.values():
        is_since = hold.known_in > clearance.known_in and hold.placed_at <= moment
        if is_since and (hold.released_at is None or moment < hold.released_at):
            yield max(hold.placed_at, clearance.cleared_at)


def _by_consent(clearance: Clearance, session: Session, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """The patient does not agree any more, whenever that was written down; nor by a signature that was another's."""
    also = [ConsentType.KETAMINE_IN_PREGNANCY] + ([] if session.way is Way.IN_PERSON else [ConsentType.TELEHEALTH])
    for consent_type in (ConsentType.KETAMINE, *also):
        signed = [one for one in episode.consents if one.consent_type is consent_type]
        if any(one.is_standing_at(moment) for one in signed):
            continue
        withdrawn = [one for one in signed if one.withdrawn_at is not None and one.withdrawn_at <= moment]
        is_since = any(one.withdrawn_in > clearance.known_in for one in withdrawn)
        if is_since or consent_type is ConsentType.KETAMINE:
            yield max([clearance.cleared_at, *(one.withdrawn_at for one in withdrawn if one.withdrawn_at is not None)])


def _by_plan(clearance: Clearance, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """The prescriber has changed the plan since, suspended it, or put another in its place (D7)."""
    plan = episode.plans.get(clearance.plan_id)
    if plan is None:
        yield clearance.cleared_at
        return
    for changed in plan.changes:
        if changed.known_in > clearance.known_in and changed.at <= moment:
            yield max(changed.at, clearance.cleared_at)
    for other in episode.plans.values():
        if other.issued_in > clearance.known_in and other.issued_at <= moment:
            yield max(other.issued_at, clearance.cleared_at)


def _by_findings(clearance: Clearance, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """A contraindication, relative ones too; eligibility that was taken away; a clearance that was asked for."""
    for found in episode.contraindications.values():
        is_since = found.known_in > clearance.known_in and found.found_at <= moment
        if is_since and (found.resolved_at is None or moment < found.resolved_at):
            yield max(found.found_at, clearance.cleared_at)
    determined = episode.eligibility
    if determined is None:
        yield clearance.cleared_at
    elif determined.known_in > clearance.known_in and determined.determined_at <= moment:
        is_over = determined.outcome is not EligibilityOutcome.ELIGIBLE
        yield from [max(determined.determined_at, clearance.cleared_at)] if is_over else []
    for asked in episode.clearances.values():
        is_answered = asked.is_cleared and asked.received_at is not None and asked.received_at <= moment
        if asked.requested_in > clearance.known_in and asked.requested_at <= moment and not is_answered:
            yield max(asked.requested_at, clearance.cleared_at)


def _by_medicines(clearance: Clearance, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """A change that nobody has looked at, or what a prescriber says after a look: another list, other holds."""
    waited = (one.changed for one in episode.medicines_looked_at if moment < one.looked_at)
    for told in (episode.medicines_changed, episode.medicines_listed, *waited):
        if told is not None and told.known_in > clearance.known_in and told.at <= moment:
            yield max(told.at, clearance.cleared_at)


def _by_reports(clearance: Clearance, moment: datetime, numbers: Numbers, episode: Episode) -> Iterator[datetime]:
    """New or worse urinary symptoms (U1), and a prescription that was cancelled with no other on record."""
    for report in waiting_at(episode, numbers, moment):
        if report.known_in > clearance.known_in:
            yield max(report.reported_at, clearance.cleared_at)
    if any(not one.is_cancelled for one in episode.prescriptions.values()):
        return
    for step in (step for one in episode.prescriptions.values() for step in one.steps):
        if step.told is not None and step.told.known_in > clearance.known_in and step.told.at <= moment:
            yield max(step.told.at, clearance.cleared_at)


def _by_other_sessions(
    clearance: Clearance, session: Session, moment: datetime, episode: Episode
) -> Iterator[datetime]:
    """A dose of another session that nobody knew of: the days between doses and the sessions left were others."""
    others = (one for one in episode.sessions.values() if one.session_id != session.session_id)
    for dose in (dose for other in others for dose in other.doses.values()):
        if dose.known_in > clearance.known_in and dose.taken_at <= moment:
            yield clearance.cleared_at


def _by_intake(clearance: Clearance, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """Ketamine elsewhere on a day that nobody knew of (I2); weight, pregnancy, medicines found to be other."""
    then_known = latest_day(*(one.on for one in episode.ketamine_elsewhere if one.told.known_in <= clearance.known_in))
    for day, told in episode.ketamine_elsewhere:
        is_news = told.known_in > clearance.known_in and (then_known is None or day > then_known)
        if is_news and told.at <= moment:
            yield max(told.at, clearance.cleared_at)
    intake = episode.intake
    if intake is None or intake.updated_at is None or intake.updated_at > moment:
        return
    then = intake
    while then.was is not None and then.known_in > clearance.known_in:
        then = then.was
    if any(getattr(then, name) != getattr(intake, name) for name in KEPT):
        yield max(intake.updated_at, clearance.cleared_at)


def _by_earlier_courses(
    clearance: Clearance, moment: datetime, numbers: Numbers, episode: Episode
) -> Iterator[datetime]:
    """A dose of an earlier course that nobody knew of here, so lately that the days between doses may be too few.

    A day more than the plan asks for, as the zone of the calendar is not known here: a go is soon given anew.
    """
    plan = episode.plans.get(clearance.plan_id)
    days = max(plan.terms.minimum_interval_days if plan else 0, numbers.minimum_interval_floor_days.value)
    doses = [*(one.was.last_dose_at for one in episode.earlier_told[1:]), episode.earlier.last_dose_at]
    for known, dosed_at in zip(episode.earlier_told, doses, strict=False):
        is_since = known.told.known_in > clearance.known_in and known.told.at <= moment
        is_news = dosed_at is not None and dosed_at != known.was.last_dose_at
        if is_since and is_news and dosed_at is not None and moment < dosed_at + timedelta(days=days + 1):
            yield max(known.told.at, clearance.cleared_at)


def _by_screening(clearance: Clearance, moment: datetime, episode: Episode) -> Iterator[datetime]:
    """A questionnaire that left suicidal thoughts out: not screened, which is not zero (P2)."""
    for blank in unanswered([outcome for outcome in live(episode) if outcome.taken_at <= moment]):
        if blank.known_in > clearance.known_in:
            yield max(blank.taken_at, clearance.cleared_at)


def _by_companion(clearance: Clearance, session: Session, moment: datetime) -> Iterator[datetime]:
    """The adult with a remote patient has gone, and nobody was there in their place."""
    if session.way is Way.IN_PERSON:
        return
    for one in (*session.earlier_companions, *([session.companion] if session.companion else [])):
        if one.left_at is None or one.left_at > moment:
            continue
        if session.companion_at(since := max(one.left_at, clearance.cleared_at)) is None:
            yield since


def _by_place(clearance: Clearance, session: Session, moment: datetime) -> Iterator[datetime]:
    """The patient is in another state than the one whose licences were looked at."""
    place = session.place
    if place is None or clearance.state is None or place.state == clearance.state:
        return
    if place.known_in > clearance.known_in and place.confirmed_at <= moment:
        yield max(place.confirmed_at, clearance.cleared_at)


def _by_the_first_part(
    clearance: Clearance, session: Session, moment: datetime, numbers: Numbers
) -> Iterator[datetime]:
    """No more after a part that was swallowed or not kept down, nor for a patient who does not respond (D10, D11)."""
    if any(dose.was_swallowed for dose in session.doses.values() if dose.part is not clearance.part):
        yield clearance.cleared_at
    for vomiting in session.vomitings:
        if vomiting.known_in > clearance.known_in and vomiting.at <= moment:
            yield max(vomiting.at, clearance.cleared_at)
    seen_at = max((c.at for c in session.checks if c.known_in <= clearance.known_in), default=None)
    for check in session.checks:
        is_since = check.known_in > clearance.known_in and (seen_at is None or seen_at <= check.at)
        is_marked = (check.sedation or 0) >= numbers.marked_sedation.value
        if is_since and check.at <= moment and (is_marked or not check.responsive):
            yield max(check.at, clearance.cleared_at)


def _says_no(checklist: Checklist) -> bool:
    """An answer that would have closed a gate; one that was left out this time takes nothing back."""
    stops = (
        checklist.suicidal_thoughts_today,
        checklist.intoxicated,
        checklist.alcohol_or_thc_within_hold,
        checklist.pregnancy_changed,
        checklist.ketamine_elsewhere,
        checklist.capacity_in_doubt,
        checklist.medicines_changed,
    )
    return any(stops) or checklist.medicines_held is False
