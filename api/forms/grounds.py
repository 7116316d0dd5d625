"""What a decision rests on, as name and value beside its form; pure. Coordination is shown none of it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from api.formats import blood_pressure, clock, counted, dose, full_date, list_date, score_change
from api.formats import day_of as day_in
from api.forms.form import Fact, Facts
from api.forms.words import in_words, word_of
from api.scene import Scene
from domain.episode.consent.consents import ConsentType
from domain.episode.document.missing import undocumented_sessions, waiting_requests
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.gates.doses import dosed_sessions, sessions_used
from domain.episode.gates.safety_review import newest_answers
from domain.episode.outcome.baseline import course, last_score
from domain.episode.plan.plan import PlanStatus
from domain.episode.session.session import Vitals
from domain.instrument import Instrument, recorded_with


def facts(*of: Facts) -> Facts:
    """Several kinds of facts, in this order."""

    def together(scene: Scene) -> Sequence[Fact]:
        return tuple(chain.from_iterable(one(scene) for one in of)) if scene.shows_clinical else ()

    return together


def eligibility(scene: Scene) -> Sequence[Fact]:
    found = scene.episode.eligibility
    if found is None:
        return [("Eligibility", "not determined yet")]
    words = word_of(found.outcome)
    if found.outcome is EligibilityOutcome.ELIGIBLE and found.valid_until:
        words += f", until {full_date(found.valid_until)}"
    return [("Eligibility", words)]


def contraindications(scene: Scene) -> Sequence[Fact]:
    standing: dict[bool, list[str]] = {True: [], False: []}
    for code in sorted(scene.episode.unresolved_contraindications):
        entry = scene.protocol.contraindication(code)
        standing[entry is None or entry.is_absolute].append(scene.protocol.name_of_contraindication(code))
    return [
        ("Absolute", ", ".join(standing[True]) or "no contraindication recorded"),
        ("Relative", ", ".join(standing[False]) or "no contraindication recorded"),
    ]


def clearances(scene: Scene) -> Sequence[Fact]:
    def answer(is_cleared: bool | None) -> str:
        return {True: "cleared", False: "not cleared", None: "awaited"}[is_cleared]

    known = scene.episode.clearances.values()
    return [(f"Clearance, {one.specialty}", answer(one.is_cleared)) for one in known]


def scores(scene: Scene) -> Sequence[Fact]:
    """First and last score of every instrument the protocol asks for."""
    found = []
    for required in scene.protocol.instruments:
        instrument, newest = recorded_with(required.instrument), last_score(scene.episode, required.instrument)
        compared = course(scene.episode, required.instrument)
        if newest is None or newest.total is None:
            found.append((instrument.title, "no score"))
        elif compared is None or compared.first.total is None:
            found.append((instrument.title, _banded(instrument, newest.total)))
        else:
            band = band_of(instrument, newest.total)
            found.append((instrument.title, f"{score_change(compared.first.total, newest.total)} {band}".strip()))
    return found


def suicidal_thoughts(scene: Scene) -> Sequence[Fact]:
    """What each questionnaire that asks about them said last, and when."""
    said = []
    for newest in newest_answers(scene.episode):
        instrument = recorded_with(newest.instrument, newest.instrument_version)
        words = instrument.safety_words(newest.safety_answer, newest.level)
        said.append(f"{instrument.title}, {moment(scene, newest.taken_at)}: {words}")
    return [("Suicidal thoughts", "; ".join(said) or "no questionnaire has asked")]


def doses(scene: Scene) -> Sequence[Fact]:
    dosed = dosed_sessions(scene.episode)
    if not dosed:
        return [("Doses", "none yet")]
    last = dosed[-1]
    when = list_date(day_in(last.last_dose_at, scene.zone), scene.today) if last.last_dose_at else ""
    used = f"{len(dosed)} taken"
    if scene.plan:
        used = f"{sessions_used(scene.episode, scene.plan)} of {scene.plan.terms.sessions_authorised} used"
    return [("Doses", f"{used}, last {dose(last.total_mg)} on {when}")]


def highest_pressure(scene: Scene) -> Sequence[Fact]:
    measured = [v for session in scene.episode.sessions.values() for v in session.vitals.values()]
    if not measured:
        return [("Highest BP", "not measured in a session yet")]
    top = max(measured, key=lambda v: (v.systolic_mmhg, v.diastolic_mmhg or 0))
    return [("Highest BP", f"{pressure(top)} on {list_date(day_in(top.taken_at, scene.zone), scene.today)}")]


def adverse_events(scene: Scene) -> Sequence[Fact]:
    known = sorted(scene.episode.adverse_events.values(), key=lambda one: one.happened_at)
    said = [
        f"{one.term.replace('_', ' ')}, grade {one.grade}{', not reviewed' if one.reviewed_at is None else ''}"
        for one in known
    ]
    return [("Adverse events", "; ".join(said) or "none reported")]


def intake(scene: Scene) -> Sequence[Fact]:
    found = scene.episode.intake
    if found is None:
        return [("Intake", "not complete")]
    lines = [("Intake", f"{full_date(day_in(found.completed_at, scene.zone))}, {scene.name_of(found.completed_by)}")]
    lines.append(("Diagnoses", ", ".join(found.diagnoses) or "none"))
    lines += weight(scene)
    if found.baseline_systolic_mmhg and found.baseline_diastolic_mmhg:
        lines.append(("Baseline BP", blood_pressure(found.baseline_systolic_mmhg, found.baseline_diastolic_mmhg)))
    lines.append(("Allergy to ketamine", in_words(found.ketamine_allergy)))
    return [*lines, ("Pregnancy", in_words(found.pregnancy))]


def weight(scene: Scene) -> Sequence[Fact]:
    found = scene.episode.intake.weight if scene.episode.intake else None
    if found is None:
        return [("Weight", "not recorded")]
    return [
        ("Weight", f"{found.value.normalize():f}\N{NO-BREAK SPACE}{found.unit.value}, {full_date(found.measured_on)}")
    ]


def plan(scene: Scene) -> Sequence[Fact]:
    found = scene.plan
    if found is None:
        return [("Plan", "none yet")]
    status = {PlanStatus.IN_FORCE: "in force", PlanStatus.SUSPENDED: "suspended", PlanStatus.ENDED: "ended"}[
        found.status
    ]
    terms = found.terms
    limits = terms.vital_limits
    return [
        (f"Plan {found.number}", f"{status}, by {scene.name_of(found.prescriber_id)}"),
        ("Dose", f"{dose(terms.next_dose_mg)} next, {dose(terms.maximum_mg)} at most"),
        ("Days between", f"{counted(terms.usual_days, 'day')}, at least {terms.minimum_interval_days}"),
        ("Limits", f"{limits.systolic_limit_mmhg}/{limits.diastolic_limit_mmhg}, pulse {limits.pulse_limit_per_min}"),
        ("Review by", full_date(terms.review_by)),
    ]


def consents(scene: Scene) -> Sequence[Fact]:
    """The newest signature of each type, and whether it stands."""
    lines = []
    for kind in ConsentType:
        signed = [one for one in scene.episode.consents if one.consent_type is kind]
        if signed:
            newest = max(signed, key=lambda one: one.signed_at)
            when = full_date(day_in(newest.signed_at, scene.zone))
            withdrawn = "" if newest.is_standing_at(scene.now) else ", withdrawn"
            lines.append((word_of(kind), f"version {newest.text_version}, {when}{withdrawn}"))
    return lines or [("Consents", "none signed")]


def holds(scene: Scene) -> Sequence[Fact]:
    standing = sorted((h for h in scene.episode.holds.values() if h.is_open), key=lambda h: h.placed_at)
    said = [f"{word_of(h.reason)}, {moment(scene, h.placed_at)}" for h in standing]
    return [("Holds", "; ".join(said) or "none open")]


def notes_missing(scene: Scene) -> Sequence[Fact]:
    """What is not written yet. It closes nothing; whoever authorises more doses should know (rule +documents)."""
    sessions = [f"{one.kind.value} session {one.number}" for one in undocumented_sessions(scene.episode)]
    asked = [f"{in_words(one.kind)}, due {full_date(one.due_on)}" for one in waiting_requests(scene.episode)]
    lines = [("No signed note on", ", ".join(sessions))] if sessions else []
    return [*lines, *[("Asked for", "; ".join(asked))]] if asked else lines or [("Notes", "complete")]


def care_team(scene: Scene) -> Sequence[Fact]:
    """Who cares for the patient now; everybody may see it."""
    members = scene.episode.members_at(scene.now)
    return [(member.role.value.capitalize(), scene.name_of(member.clinician_id)) for member in members] or [
        ("Care team", "nobody yet")
    ]


def moment(scene: Scene, at: datetime) -> str:
    """`Thu 12 Mar 08:51`."""
    return f"{list_date(day_in(at, scene.zone), scene.today)} {clock(at, scene.zone)}"


def pressure(vitals: Vitals) -> str:
    """`148/82`; one that could not be read says so."""
    if vitals.diastolic_mmhg is None:
        return f"{vitals.systolic_mmhg}, diastolic not measured"
    return blood_pressure(vitals.systolic_mmhg, vitals.diastolic_mmhg)


def band_of(instrument: Instrument, total: int) -> str:
    return next((band.label for band in instrument.bands if band.lowest <= total <= band.highest), "")


def _banded(instrument: Instrument, total: int) -> str:
    return f"{total} {band_of(instrument, total)}".strip()
