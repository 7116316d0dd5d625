"""The emergency card: who the patient is, where they are, whom to call, what they took; there before a dose."""

from datetime import datetime
from typing import Any, NamedTuple

from api.banner import Banner
from api.dosing_view.so_far import vitals_words
from api.edge import Edge
from api.formats import clock, day_of, dose, full_date, full_moment, number, to_dial
from api.reading import open_text
from api.scene import Scene
from api.viewer import OpenedEpisode
from domain.episode.dosing.confirm_place import PlaceConfirmed
from domain.episode.dosing.record_companion_arrival import CompanionArrived
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.referral.refer import PatientReferred
from domain.episode.session.book_session import SessionBooked
from domain.episode.session.session import Session
from domain.sealed import Sealed

RED_FLAGS = (
    "Call emergency care for chest pain, breathlessness, a sudden severe headache, changed sight, a seizure, reduced "
    "consciousness or weakness of one side.",
    "Not responsive, or does not wake: call, then stay.",
)
NOT_KNOWN = "not recorded"


class Card(NamedTuple):
    """As `macros/steps.html` shows it: (name, value), (words, telephone number), sentences."""

    rows: list[tuple[str, str]]
    numbers: list[tuple[str, str]]
    red_flags: list[str]


class Found(NamedTuple):
    """The newest sealed values about today's whereabouts and people, with the field each was sealed in."""

    address: Sealed[Any] | None = None
    call_back: Sealed[Any] | None = None
    local_number: str = "911"
    companion: Sealed[Any] | None = None
    companion_phone: Sealed[Any] | None = None
    emergency_contact: Sealed[Any] | None = None
    contact: Sealed[Any] | None = None


def card_of(edge: Edge, opened: OpenedEpisode, scene: Scene, banner: Banner, session: Session | None) -> Card:
    """Opened for whoever may read the episode; the reading was logged with the page.

    Of a session on an earlier day only what was taken and measured is left, with its date: the patient is elsewhere
    now, and perhaps with somebody else.
    """
    today = None if _is_past(scene, session) else session
    found = found_in(scene, today)

    def text(sealed: Sealed[Any] | None) -> str:
        return open_text(edge, opened, sealed)

    companion = ", ".join(part for part in (text(found.companion), text(found.companion_phone)) if part)
    return Card(
        rows=[
            ("Patient", banner.identity),
            ("Reference", scene.episode.reference),
            ("Address today", text(found.address) or _in_person(scene, today)),
            ("Call-back", to_dial(text(found.call_back) or text(found.contact) or NOT_KNOWN)),
            ("With the patient", to_dial(companion or NOT_KNOWN)),
            ("Emergency contact", to_dial(text(found.emergency_contact) or NOT_KNOWN)),
            ("Allergies", ", ".join(banner.allergies) if banner.allergies else _no_allergies(banner)),
            ("Medicines", ", ".join(medicine.words for medicine in scene.medicines) or NOT_KNOWN),
            ("Weight", _weight(scene)),
            ("Last dose" if session and not today else "Dose today", _taken(scene, session)),
            ("Last vitals", _vitals(scene, session)),
        ],
        numbers=[("Emergency", found.local_number), *_on_call(scene)],
        red_flags=[*_crisis(scene), *RED_FLAGS],
    )


def found_in(scene: Scene, session: Session | None) -> Found:
    """From the history: what state does not keep because no rule reads it."""
    found, in_error = Found(), scene.episode.in_error
    session_id = session.session_id if session else None
    for event, envelope in scene.history:
        if envelope.event_id in in_error:
            continue
        match event:
            case PatientReferred():
                found = found._replace(contact=event.contact)
            case IntakeCompleted() | IntakeUpdated() if event.emergency_contact is not None:
                found = found._replace(emergency_contact=event.emergency_contact)
            case SessionBooked(session_id=booked) if booked == session_id:
                found = found._replace(companion=event.companion_name, companion_phone=event.companion_phone)
            case CompanionArrived(session_id=arrived) if arrived == session_id and event.name is not None:
                found = found._replace(companion=event.name, companion_phone=event.phone)
            case PlaceConfirmed(session_id=where) if where == session_id:
                found = found._replace(address=event.address, call_back=event.call_back)
                found = found._replace(local_number=event.local_emergency_number)
    return found


def _is_past(scene: Scene, session: Session | None) -> bool:
    """Ended, and not today."""
    if session is None or session.ended_at is None:
        return False
    return day_of(session.ended_at, scene.zone) < scene.today


def _at(scene: Scene, at: datetime) -> str:
    """By the clock, and where it is not of today with its date."""
    return (clock if day_of(at, scene.zone) == scene.today else full_moment)(at, scene.zone)


def _in_person(scene: Scene, session: Session | None) -> str:
    if session is None or session.way.value == "remote":
        return NOT_KNOWN
    return f"at the practice, {scene.network.title}"


def _no_allergies(banner: Banner) -> str:
    return "not asked" if banner.allergies is None else "none recorded"


def _weight(scene: Scene) -> str:
    found = scene.episode.intake.weight if scene.episode.intake else None
    if found is None:
        return NOT_KNOWN
    return f"{number(round(found.kg, 1))} kg, {full_date(found.measured_on)}"


def _taken(scene: Scene, session: Session | None) -> str:
    if session is None or not session.is_dosed:
        return "none taken"
    parts = sorted(session.doses.values(), key=lambda one: one.taken_at)
    said = [
        f"{dose(one.amount_mg)} at {_at(scene, one.taken_at)}{', swallowed' if one.was_swallowed else ''}"
        for one in parts
    ]
    return "; ".join(said)


def _vitals(scene: Scene, session: Session | None) -> str:
    newest = max(session.vitals.values(), key=lambda one: one.taken_at, default=None) if session else None
    return f"{vitals_words(newest)} at {_at(scene, newest.taken_at)}" if newest else NOT_KNOWN


def _on_call(scene: Scene) -> list[tuple[str, str]]:
    on_call = scene.network.on_call(scene.now)
    return [(f"On call, {scene.name_of(on_call.prescriber_id)}", on_call.phone)] if on_call else []


def _crisis(scene: Scene) -> list[str]:
    numbers = scene.protocol.numbers
    high = f"{numbers.crisis_systolic_mmhg.value} systolic or {numbers.crisis_diastolic_mmhg.value} diastolic"
    return [f"Blood pressure from {high}: call the prescriber on call."]
