"""An episode's state as a list to read: course and plan first, then sessions, measures and safety. Pure words."""

from collections.abc import Callable, Iterable

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.phase import phase
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.gates.doses import sessions_left
from domain.episode.gates.words import all_of, at, count, on
from domain.episode.intake.elsewhere import last_elsewhere
from projections.replay.document_lines import documents
from projections.replay.line import StateLine, Surroundings, mg, person, plain
from projections.replay.safety_lines import adverse_events, deviations, holds, measures, overrides, safety
from projections.replay.session_lines import sessions

Lines = Callable[[Episode, Surroundings], Iterable[StateLine]]
TEAM_ROLES = (Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)


def state_lines(episode: Episode, around: Surroundings) -> list[StateLine]:
    """All lines in a fixed order; the same state at the same moment always reads the same."""
    if episode.referred_at is None and not episode.is_imported and not episode.outcomes:
        return [StateLine("phase", "Phase", "not referred yet")]
    read = OF_IMPORTED if episode.is_imported else LINES
    return [line for lines in read for line in lines(episode, around)]


def _phase(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    yield StateLine("phase", "Phase", phase(episode, around.now))
    if episode.closed_at is not None:
        yield StateLine("ended", "Ended", on(day_of(episode.closed_at, around.zone)))


def _team(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    for role in TEAM_ROLES:
        members = [person(member.clinician_id) for member in episode.members_at(around.now, role)]
        if members or (role is not Role.COORDINATOR and not episode.is_imported):
            yield StateLine(f"team:{role}", role.value.capitalize(), all_of(members) or "nobody yet")


def _intake(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    intake = episode.intake
    if intake is None:
        booked = episode.intake_booked_for
        yield StateLine("intake", "Intake", f"booked for {at(booked, around.zone)}" if booked else "not yet")
        return
    updated = f", updated {at(intake.updated_at, around.zone)}" if intake.updated_at else ""
    yield StateLine("intake", "Intake", f"completed {at(intake.completed_at, around.zone)}{updated}")
    weight = intake.weight
    measured = f"{weight.value.normalize():f} {weight.unit} on {on(weight.measured_on)}" if weight else "not recorded"
    yield StateLine("weight", "Weight", measured)
    if (changed := episode.medicines_changed) is not None:
        yield StateLine("medicines", "Medicines", f"changed {at(changed.at, around.zone)}, not reviewed")
    elsewhere = last_elsewhere(episode)
    if elsewhere is not None:
        yield StateLine("ketamine_elsewhere", "Ketamine elsewhere", on(elsewhere))


def _eligibility(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    found = episode.eligibility
    if found is None:
        yield StateLine("eligibility", "Eligibility", "not determined")
    elif found.outcome is EligibilityOutcome.ELIGIBLE and found.valid_until is not None:
        has_run_out = not found.is_valid_on(day_of(around.now, around.zone))
        words = "ran out on" if has_run_out else "eligible until"
        yield StateLine("eligibility", "Eligibility", f"{words} {on(found.valid_until)}")
    else:
        yield StateLine("eligibility", "Eligibility", plain(found.outcome))
    if codes := sorted(episode.unresolved_contraindications):
        protocol = around.protocol
        named = [protocol.name_of_contraindication(code) if protocol else plain(code) for code in codes]
        yield StateLine("contraindications", "Contraindications", all_of(named))
    for clearance in episode.clearances.values():
        answer = {None: "asked for", True: "cleared", False: "not cleared"}[clearance.is_cleared]
        yield StateLine(f"clearance:{clearance.clearance_id}", f"Clearance, {clearance.specialty}", answer)


def _consents(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    standing = [consent for consent in episode.consents if consent.is_standing_at(around.now)]
    latest = {consent.consent_type: consent for consent in sorted(standing, key=lambda consent: consent.signed_at)}
    signed = [f"{plain(kind)} (version {latest[kind].text_version})" for kind in sorted(latest)]
    yield StateLine("consents", "Consents", all_of(signed) or "none signed")


def _plan(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    plan = episode.plan
    if plan is None:
        yield StateLine("plan", "Plan", "no plan")
        return
    terms, because = plan.terms, plain(plan.suspended_because or "")
    standing = plain(plan.status) + (f" because of {because}" if because else "")
    yield StateLine("plan", "Plan", f"plan {plan.number}, version {plan.version}, {standing}")
    most = f"{mg(terms.next_dose_mg)} next, at most {mg(terms.maximum_mg)} in a session"
    booster = f", booster {mg(terms.booster.dose_mg)}" if terms.booster else ""
    yield StateLine("dose", "Dose", most + booster)
    yield StateLine(
        "interval", "Days between doses", f"at least {terms.minimum_interval_days}, usually {terms.usual_days}"
    )
    limits = terms.vital_limits
    upper = f"{limits.systolic_limit_mmhg}/{limits.diastolic_limit_mmhg}, pulse {limits.pulse_limit_per_min}"
    yield StateLine("limits", "Vital limits", upper)
    left = sessions_left(episode, plan)
    yield StateLine("doses_left", "Doses left", f"{left} of {terms.sessions_authorised}")
    yield StateLine("review_by", "Plan review by", on(terms.review_by))


def _prescription(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    latest = max(episode.prescriptions.values(), key=lambda one: one.issued_on, default=None)
    if latest is not None:
        tablets = f"{count(latest.quantity, 'tablet')} of {mg(latest.strength_mg)}"
        yield StateLine("prescription", "Prescription", f"{tablets}, expires {on(latest.expires_on)}")


def _follow_up(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    latest = max(episode.follow_ups, key=lambda visit: visit.completed_at, default=None)
    if latest is not None:
        when, released = on(day_of(latest.completed_at, around.zone)), count(latest.sessions_released, "more session")
        yield StateLine("follow_up", "Follow-up", f"{when}: {plain(latest.decision)}, {released}")
    elif episode.follow_up_booked_for is not None:
        yield StateLine("follow_up", "Follow-up", f"booked for {at(episode.follow_up_booked_for, around.zone)}")


LINES: tuple[Lines, ...] = (
    _phase,
    _team,
    _intake,
    _eligibility,
    _consents,
    _plan,
    _prescription,
    sessions,
    measures,
    safety,
    holds,
    overrides,
    adverse_events,
    deviations,
    _follow_up,
    documents,
)
"""The order in which a state is read."""
OF_IMPORTED: tuple[Lines, ...] = (_phase, _team, measures)
"""In imported history no care is decided: there is nothing else to ask."""
