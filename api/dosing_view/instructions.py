"""The patient's sheet for a dosing day, in plain words: eating, medicines, tablet, driving, whom to call."""

from datetime import datetime, timedelta
from typing import NamedTuple

from api.dosing_view.standing import may_drive, zone_beside
from api.formats import and_list, clock, counted, heading_date
from api.formats import day_of as day_in
from api.medicines import MedicineShown
from api.scene import Scene
from domain.days import end_of
from domain.episode.intake.intake import MedicineInstruction, Way
from domain.episode.plan.plan import AfterHold, MedicineForm, PlanTerms
from domain.episode.session.session import Session


class Part(NamedTuple):
    heading: str
    sentences: tuple[str, ...]


def instructions(scene: Scene, session: Session | None) -> list[Part]:
    """Everything the plan and the medicine list say about the day; without a plan there is nothing to say yet."""
    if scene.plan is None:
        return []
    terms, begins = scene.plan.terms, session.starts_at if session else None
    return [
        Part("Eating and drinking", _fasting(scene, terms, begins)),
        Part("Your medicines", _medicines(scene)),
        Part("Alcohol, cannabis and other ketamine", _sober(scene)),
        Part("The tablet" if terms.tablets.form is MedicineForm.TABLET else "The medicine", _tablet(terms)),
        Part("Who is with you", _companion(session)),
        Part("Driving and the day after", _driving(scene, session)),
        Part("Whom to call", _calls(scene)),
        *([Part("Tablets that are left", _left())] if terms.tablets.form is MedicineForm.TABLET else []),
    ]


def _fasting(scene: Scene, terms: PlanTerms, begins: datetime | None) -> tuple[str, ...]:
    def until(minutes: int) -> str:
        before = f"for {_hours(minutes)} before the session"
        return f"{before}: from {clock(begins - timedelta(minutes=minutes), scene.zone)} on" if begins else before

    return (f"Eat nothing {until(terms.food_minutes)}.", f"Drink nothing {until(terms.fluid_minutes)}.")


def _medicines(scene: Scene) -> tuple[str, ...]:
    by = MedicineInstruction
    skip = [_skip(one) for one in scene.medicines if one.instruction is by.HOLD]
    take = [one.words for one in scene.medicines if one.instruction in (by.CONTINUE, by.TAKE_AS_USUAL)]
    unclear = [one.words for one in scene.medicines if one.instruction is by.NOT_REVIEWED]
    said = [f"Do not take {and_list(skip)}." if skip else "", f"Take as usual: {and_list(take)}." if take else ""]
    said.append(f"Ask your prescriber about {and_list(unclear)} before the session." if unclear else "")
    return tuple(one for one in said if one) or ("No medicines are on your list. Tell us if you take any.",)


def _skip(medicine: MedicineShown) -> str:
    hours = f" for {counted(medicine.hold_hours, 'hour')} before the session" if medicine.hold_hours else " on the day"
    return f"{medicine.words}{hours}"


def _sober(scene: Scene) -> tuple[str, ...]:
    hours = scene.protocol.numbers.alcohol_thc_hold_hours.value
    said = f"No alcohol and no cannabis for {hours} hours before the session."
    return (said, "Tell us about ketamine from anybody else: it counts towards the days between doses.")


def _tablet(terms: PlanTerms) -> tuple[str, ...]:
    if terms.tablets.form is MedicineForm.NASAL_DEVICE:
        return ("You use the devices for the nose at the practice, with somebody beside you. You take none home.",)
    hold = f"Keep the tablet in your mouth for {counted(terms.hold_minutes, 'minute')} without swallowing."
    if terms.after_hold is AfterHold.SPIT:
        return (hold, "Then spit everything out. Do not swallow it; tell us if you did.")
    return (hold, "Then swallow what is left.")


def _companion(session: Session | None) -> tuple[str, ...]:
    if session is not None and session.way is Way.REMOTE:
        return ("An adult is in the home with you from before the dose until we end the session.",)
    return ("An adult takes you home. You cannot leave by yourself.",)


def _driving(scene: Scene, session: Session | None) -> tuple[str, ...]:
    """The actual day where the session has ended, else the rule."""
    hours = scene.protocol.numbers.driving_hours.value
    rule = f"Do not drive or use machines before the next day, after a night's sleep, and at least {hours} hours."
    begins = session.starts_at if session else None
    if session is not None and session.ended_at is not None and (at := may_drive(scene, session)) is not None:
        first = f"{heading_date(at.date())}, {at:%H:%M}{zone_beside(at, scene)}"
        return (f"Do not drive before {first}, nor before you have slept a night.",)
    if begins is None:
        return (rule,)
    next_day = end_of(day_in(begins, scene.zone), scene.network.zone)
    return (rule, f"For this session: not before {heading_date(day_in(next_day, scene.zone))}.")


def _calls(scene: Scene) -> tuple[str, ...]:
    on_call = scene.network.on_call(scene.now)
    night = f"At night and at any time: {scene.name_of(on_call.prescriber_id)}, {on_call.phone}." if on_call else ""
    return tuple(one for one in (scene.network.crisis_text, night) if one)


def _left() -> tuple[str, ...]:
    return (
        "Keep tablets locked away, and never give them to anybody.",
        "Bring tablets that are left back to the pharmacy, or use a drug take-back site. Tell us how many.",
    )


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest:
        return counted(minutes, "minute")
    return counted(hours, "hour")
