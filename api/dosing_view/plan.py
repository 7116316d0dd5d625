"""The plan as it is looked at during a session: the dose in tablets, booster times, limits, whom to call."""

from datetime import timedelta

from api.formats import EN_DASH, clock, dose
from api.forms.dose import in_tablets, pieces_word
from api.scene import Scene
from domain.episode.plan.plan import AfterHold, Comparator
from domain.episode.session.session import Session


def plan_facts(scene: Scene, session: Session) -> tuple[str, list[tuple[str, str]]]:
    """The heading, and name and value."""
    if scene.plan is None:
        return "Plan", [("Plan", "none issued")]
    terms, limits = scene.plan.terms, scene.plan.terms.vital_limits
    word = "below" if limits.comparator is Comparator.BELOW else "up to"
    after = {AfterHold.SPIT: "spit out", AfterHold.SWALLOW: "swallow"}.get(terms.after_hold)
    facts = [
        ("Dose", f"{dose(terms.next_dose_mg)} first, {dose(terms.maximum_mg)} at most"),
        (f"In {pieces_word(scene).lower()}", in_tablets(terms.next_dose_mg, terms)),
        ("Booster", _booster(scene, session)),
        ("Limits", f"{word} {limits.systolic_limit_mmhg}/{limits.diastolic_limit_mmhg}"),
        ("Pulse", f"{limits.pulse_min_per_min}{EN_DASH}{limits.pulse_limit_per_min}"),
        ("Rechecks", f"{limits.rechecks_allowed}, {limits.recheck_after_minutes} min apart"),
        *([("Hold", f"{terms.hold_minutes} min, then {after}")] if after else []),
    ]
    on_call = scene.network.on_call(scene.now)
    call = f"{scene.name_of(on_call.prescriber_id)}, {on_call.phone}" if on_call else "nobody is named"
    return f"Plan {scene.plan.number}", [*facts, ("On call", call)]


def _booster(scene: Scene, session: Session) -> str:
    """With the clock times of its window once the first part was taken."""
    booster = scene.plan.terms.booster if scene.plan else None
    if booster is None:
        return "none"
    if session.first_dose_at is None:
        return f"{dose(booster.dose_mg)}, {booster.from_minutes}{EN_DASH}{booster.until_minutes} min after"
    opens = clock(session.first_dose_at + timedelta(minutes=booster.from_minutes), scene.zone)
    closes = clock(session.first_dose_at + timedelta(minutes=booster.until_minutes), scene.zone)
    return f"{dose(booster.dose_mg)}, {opens}{EN_DASH}{closes}"
