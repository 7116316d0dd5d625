"""What stands above everything on the episode page: safety first, then why a course rests or has ended."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from api import formats
from api.forms.words import in_words
from api.scene import Scene
from domain.episode.course.discharge_patient import PatientDischarged
from domain.episode.due.ending_licences import ending_licences
from domain.episode.due.flags import Flag, Severity, flags
from domain.episode.due.owner import owner_of_alert
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import PlanStatus
from domain.protocol.ending import ending_bases

NOT_WATCHED = "This page is not monitored live."


class Callout(NamedTuple):
    """`small` always carries the network's crisis text where somebody may be in danger; `entries` raised it."""

    kind: str
    title: str
    text: str
    small: str = ""
    button: tuple[str, str] | None = None
    entries: tuple[UUID, ...] = ()


def callouts(scene: Scene) -> list[Callout]:
    """Safety, then what has stopped the course; nobody without clinical sight learns why."""
    if not scene.shows_clinical:
        return [*_without_content(scene), *_ending(scene)]
    found = flags(scene.episode, now=scene.now, protocol=scene.protocol, network=scene.network)
    urgent = [_safety(flag, scene) for flag in found if flag.severity is Severity.SAFETY]
    return [*urgent, *_standing_still(scene), *_ending(scene)]


def crisis_text(scene: Scene) -> str:
    """The network's words for the moment of danger, whoever is on call, and that this page reaches nobody by itself."""
    on_call = scene.network.on_call(scene.now)
    duty = f" On call: {scene.name_of(on_call.prescriber_id)}, {on_call.phone}." if on_call else ""
    return f"{scene.network.crisis_text}{duty} {NOT_WATCHED}"


def _safety(flag: Flag, scene: Scene) -> Callout:
    owner = owner_of_alert(scene.episode, scene.now, scene.network, scene.clinicians)
    waits = f" Waiting for {scene.name_of(owner.clinician_id)}." if owner.clinician_id else ""
    is_item = "item" in flag.name.lower()
    button = (
        ("Review safety", f"{scene.href}/review-safety")
        if is_item and scene.by.actor_id == owner.clinician_id
        else None
    )
    return Callout("urgent", f"{flag.name}.", f"{flag.reason}{waits}", crisis_text(scene), button, flag.entries)


def _standing_still(scene: Scene) -> list[Callout]:
    episode, plan = scene.episode, scene.plan
    if episode.closed_at is not None:
        ended_on = formats.full_date(formats.day_of(episode.closed_at, scene.zone))
        return [Callout("neutral", "Ended", f"{ended_on}{_why_ended(scene)}.")]
    if episode.is_imported:
        return [Callout("info", "History imported.", "No gates, no due dates.")]
    if episode.paused_at is not None:
        since = formats.full_date(formats.day_of(episode.paused_at, scene.zone))
        return [Callout("attention", "Paused", f"since {since}. Safety holds stay; nothing else falls due.")]
    if plan is not None and plan.status is PlanStatus.SUSPENDED:
        because = (plan.suspended_because or "").replace("_", " ")
        return [Callout("attention", f"Plan {plan.number} is suspended", f"because of: {because}." if because else ".")]
    return []


def _ending(scene: Scene) -> list[Callout]:
    """Dated rules and licences on which this course counts, long before they close a dose."""
    episode = scene.episode
    if episode.closed_at is not None or episode.is_imported or episode.intake is None:
        return []
    said = []
    if episode.intake.way is not Way.IN_PERSON:
        said = [
            f"{one.basis.name}: until {formats.full_date(one.until_on)}. No dose after it without a visit in person."
            for one in ending_bases(scene.protocol, scene.today)
        ]
    licences = ending_licences(episode, scene.clinicians, scene.protocol, scene.today, scene.now)
    said += [
        f"{scene.name_of(one.clinician_id)}: licence in {one.licence.state} {_ends(one.licence.last_day, scene)}."
        for one in licences
    ]
    kind = "attention" if any(one.licence.last_day < scene.today for one in licences) else "info"
    return [Callout(kind, "Ends soon.", " ".join(said))] if said else []


def _ends(last_day: date, scene: Scene) -> str:
    word = "ended" if last_day < scene.today else "ends"
    return f"{word} {formats.full_date(last_day)}"


def _why_ended(scene: Scene) -> str:
    """`: course completed`, from the last discharge that stands."""
    discharges = [event for event, _ in scene.history if isinstance(event, PatientDischarged)]
    return f": {in_words(discharges[-1].reason)}" if discharges else ""


def _without_content(scene: Scene) -> list[Callout]:
    found = flags(scene.episode, now=scene.now, protocol=scene.protocol, network=scene.network)
    is_held = any(flag.severity is Severity.SAFETY or flag.key == "hold" for flag in found)
    return [Callout("attention", "Dosing on hold.", "Waiting for a prescriber's review.")] if is_held else []
