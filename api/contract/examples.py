"""An invented example of every event type, made from its shape: the same name has the same value everywhere."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.derived import derived_id
from domain.event import Event
from domain.sealed import PREFIX, SEALED
from store.feed import cloud_event
from store.row import Row
from store.view import in_full

ADDRESS = "https://throughline.example"
LOG_ID = derived_id("example", "log")
NETWORK_ID = derived_id("example", "network_id")
HAPPENED_AT = datetime(2026, 3, 12, 17, 15, tzinfo=UTC)
RECORDED_AT = datetime(2026, 3, 12, 17, 16, 4, 512000, tzinfo=UTC)
POSITION, VERSION = 4182, 41
AFTER = {"ended": timedelta(hours=2), "lapses": timedelta(minutes=30), "drive": timedelta(hours=18)}
"""How long after the rest, by a word in the name; what ends or is due otherwise comes half a year on."""
LATER = ("until", "expires", "valid", "due", "review_by", "visit_due")
VALUES: dict[str, Any] = {
    # doses and tablets, in mg and pieces
    "dose_mg": "100",
    "next_dose_mg": "100",
    "amount_mg": "100",
    "total_mg": "100",
    "was_mg": "50",
    "was_amount_mg": "50",
    "maximum_mg": "200",
    "strength_mg": "100",
    "quantity": 4,
    "refills": 0,
    # vitals and their limits
    "systolic_mmhg": 132,
    "diastolic_mmhg": 84,
    "pulse_per_min": 78,
    "spo2_percent": 98,
    "was_systolic_mmhg": 184,
    "was_diastolic_mmhg": 82,
    "was_pulse_per_min": 78,
    "was_spo2_percent": 98,
    "baseline_systolic_mmhg": 128,
    "baseline_diastolic_mmhg": 80,
    "baseline_pulse_per_min": 72,
    "systolic_limit_mmhg": 160,
    "diastolic_limit_mmhg": 100,
    "pulse_limit_per_min": 110,
    "systolic_min_mmhg": 90,
    "diastolic_min_mmhg": 50,
    "pulse_min_per_min": 50,
    "spo2_min_percent": 94,
    "distress": 2,
    "sedation": 1,
    "dissociation": 4,
    # times
    "usual_days": 14,
    "minimum_interval_days": 7,
    "paused_days": 12,
    "from_minutes": 15,
    "until_minutes": 30,
    "minutes": 50,
    "observation_minutes": 120,
    "hold_minutes": 12,
    "held_minutes": 12,
    "food_minutes": 360,
    "fluid_minutes": 120,
    "recheck_after_minutes": 15,
    "hold_hours": 24,
    "valid_hours": 72,
    "soon_days": 2,
    "digest_hour": 7,
    "quiet_from_hour": 20,
    "quiet_until_hour": 6,
    "wrong_dates_allowed": 5,
    "sessions_authorised": 6,
    "sessions_released": 3,
    # outcomes
    "answers": [2, 2, 1, 2, 1, 2, 2, 2, 0],
    "instrument": "phq-9",
    "instruments": ["phq-9"],
    "instrument_version": "1",
    "total": 14,
    "was_total": 21,
    "band": "moderate",
    "level": None,
    "was_level": None,
    "safety_answer": 0,
    "was_safety_answer": 0,
    "up_to_score": 1,
    # what is asked, and answered with no
    **dict.fromkeys(("ketamine_allergy", "nursing"), "no"),
    **dict.fromkeys(
        ("medicines_changed", "suicidal_thoughts_today", "intoxicated", "alcohol_or_thc_within_hold"), False
    ),
    **dict.fromkeys(("pregnancy_changed", "ketamine_elsewhere", "capacity_in_doubt", "breathing_depressed"), False),
    **dict.fromkeys(("serious", "urgency", "dysuria", "visible_blood", "suicidal_thoughts", "was_symptoms"), False),
    **dict.fromkeys(("swallowed", "is_psycholytic", "self_guided"), False),
    "frequency_per_day": 6,
    "label_strength_mg": "100",
    "grade": 2,
    # codes and words of the network
    "reference": "KAP-0012",
    "diagnoses": ["F33.2"],
    "code": "uncontrolled_hypertension",
    "absolute": [],
    "relative": ["uncontrolled_hypertension"],
    "contraindications": [],
    "serious_adverse_events": [],
    "rule": "8",
    "gates": ["1", "2", "4"],
    "values": {"dose_mg": "220", "maximum_mg": "200"},
    "values_seen": ["168/96 mmHg"],
    "missing": ["pulse"],
    "entry_stored_as": "VitalsRecorded",
    "entry_sensitivity": "standard",
    "key": "outcome phq-9",
    "due": "2026-03-26",
    "state": "NY",
    "home_state": "NY",
    "practice_state": "NY",
    "licence_state": "NY",
    "zone": "America/New_York",
    "patient_zone": "America/New_York",
    "local_emergency_number": "911",
    "phone": "555-0142",
    "back_up_phone": "555-0143",
    "crisis_text": "Call or text 988.",
    "spanish_crisis_text": "Llame o escriba al 988.",
    "slug": "bay-kap",
    "title": "Bay KAP Network",
    "protocol_id": "kap-core",
    "protocol_version": "1.0.0",
    "document": {"protocol_id": "kap-core", "protocol_version": "1.0.0"},
    "course": "ketamine-safety",
    "course_version": "2",
    "lot": "A1042",
    "lot_number": "A1042",
    "source": "outcomes.csv",
    "value": "71.5",
    "row": 17,
    "changed": ["minimum_interval_days"],
}


def example_row(of: type[Event]) -> Row:
    """The event as it would be stored: an invented moment, person and place."""
    payload = {**_fields(of.model_json_schema(mode="serialization"))}
    return Row(
        position=POSITION,
        stored_as=of.stored_as,
        schema_version=of.schema_version,
        payload=json.dumps(payload).encode(),
        event_id=_id("event", of.stored_as),
        stream_type=of.stream,
        stream_id=NETWORK_ID if of.stream == "network" else _id(f"{of.stream}_id"),
        version=VERSION,
        network_id=NETWORK_ID,
        occurred_at=HAPPENED_AT,
        occurred_zone="America/New_York",
        recorded_at=RECORDED_AT,
        actor_id=_id("actor_id"),
        actor_role="prescriber",
        command_id=_id("command", of.stored_as),
        ordinal=0,
        correlation_id=_id("correlation", of.stored_as),
        causation_id=None,
        protocol_version="1.0.0",
        sensitivity=of.sensitivity,
        facts=None,
    )


def _fields(whole: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _value(whole, "", whole.get("$defs", {}))
    return found


def _value(schema: Mapping[str, Any], name: str, defs: Mapping[str, Any]) -> Any:
    if SEALED in schema:
        return f"{PREFIX}example"
    match schema:
        case {"$ref": str(ref), **beside}:
            return _value({**defs[ref.rsplit("/", 1)[-1]], **beside}, name, defs)
        case {"properties": dict(fields)}:
            return {field: _value(of, field, defs) for field, of in fields.items()}
        case {"anyOf": [first, *_]} if SEALED in first or name not in VALUES:
            return _value(first, name, defs)
        case {"enum": [first, *_] as closed}:
            return next((known for known in (VALUES.get(name), schema.get("default")) if known in closed), first)
        case {"format": "uuid"}:
            return str(_id(name))
        case {"format": "date-time"}:
            return _moment(name).isoformat().replace("+00:00", "Z")
        case {"format": "date"}:
            return _moment(name).date().isoformat()
    return _plain(schema, name, defs)


def _plain(schema: Mapping[str, Any], name: str, defs: Mapping[str, Any]) -> Any:
    if name in VALUES:
        return VALUES[name]
    match schema:
        case {"items": dict(items)}:
            return [_value(items, name, defs)]
        case {"type": "boolean"}:
            return schema.get("default", True)
        case {"type": "string"}:
            return "9f" * 32 if name.endswith("sha256") else "1"
        case {"type": "integer"}:
            return 1
    return {}


def _moment(name: str) -> datetime:
    """The moment of the example, or one after it."""
    if any(word in name for word in LATER):
        return HAPPENED_AT.replace(month=9)
    return HAPPENED_AT + next((later for word, later in AFTER.items() if word in name), timedelta())


def _id(*parts: str) -> UUID:
    return derived_id("example", *parts)


def example_item(of: type[Event], *, is_full: bool) -> dict[str, Any]:
    """The event as a subscriber is sent it, thin or full."""
    row = example_row(of)
    thin = cloud_event(row, LOG_ID, POSITION - 1, ADDRESS)
    return in_full(thin, row, ADDRESS) if is_full else thin
