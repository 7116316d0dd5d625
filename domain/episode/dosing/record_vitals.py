"""Vitals of a dosing session. True extremes are asked about once and then kept; only nonsense is refused."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.dosing.outside_limits import dosed_outside_limits
from domain.episode.dosing.vitals_holds import holds_after
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import SessionKind, Vitals, VitalsPhase
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.protocol.numbers import Numbers
from domain.protocol.protocol import Protocol
from domain.refusal import AsksAgain, Refused
from domain.stream import put


class VitalsSource(StrEnum):
    OBSERVED = "observed"
    PATIENT_REPORTED = "patient_reported"


class Measured(BaseModel):
    """What was read off. A value that could not be taken stays empty; the pressure is then incomplete."""

    systolic_mmhg: int = Field(ge=0, le=400)
    diastolic_mmhg: int | None = Field(default=None, ge=0, le=400)
    pulse_per_min: int | None = Field(default=None, ge=0, le=400)
    spo2_percent: int | None = Field(default=None, ge=0, le=100)
    symptoms: bool = False
    """Chest pain, breathlessness, severe headache, visual change or weakness (S:SPR-BP)."""


class VitalsRecorded(EpisodeEvent, Measured, stored_as="VitalsRecorded", happened_in="taken_at"):
    """A set of vitals was measured in a dosing session."""

    session_id: UUID
    vitals_id: UUID
    phase: VitalsPhase
    taken_at: datetime
    source: VitalsSource


class RecordVitals(Order, Measured):
    session_id: UUID
    vitals_id: NewId
    phase: VitalsPhase
    taken_at: AwareDatetime | None = None
    source: VitalsSource = VitalsSource.OBSERVED
    confirm_extreme: bool = False


class SystolicIsNotAboveDiastolic(Refused):
    """{systolic_mmhg}/{diastolic_mmhg}: the systolic pressure is the higher of the two. Mend one of them."""


class ValuesAreExtreme(AsksAgain):
    """{values}: this is unusual. Measure again if you can, or say that it is so."""

    confirm = "confirm_extreme"


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_vitals(episode: Episode, order: RecordVitals, *, protocol: Protocol, now: datetime) -> list[Event]:
    """Record one set of vitals. Before the dose, used-up rechecks hold dosing; a crisis holds it at any time."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if order.vitals_id in session.vitals:
        return []
    require_plausible(order, order.confirm_extreme, protocol.numbers)
    taken_at = order.taken_at or order.happened_at(now)
    values = measured(order)
    vitals = Vitals(order.vitals_id, order.vitals_id, order.phase, taken_at=taken_at, **values)
    recorded = VitalsRecorded(
        session_id=order.session_id,
        vitals_id=order.vitals_id,
        phase=order.phase,
        taken_at=taken_at,
        source=order.source,
        **values,
    )
    return [
        recorded,
        *dosed_outside_limits(episode, session, vitals, protocol.numbers),
        *holds_after(episode, session, vitals, protocol.numbers),
    ]


def measured(of: Measured) -> dict[str, Any]:
    """The values alone."""
    return {name: getattr(of, name) for name in Measured.model_fields}


def require_plausible(values: Measured, is_confirmed: bool, numbers: Numbers) -> None:
    """Refuse what cannot be; ask again about what is rare."""
    if values.diastolic_mmhg is not None and values.systolic_mmhg <= values.diastolic_mmhg:
        raise SystolicIsNotAboveDiastolic(
            field="systolic_mmhg", systolic_mmhg=values.systolic_mmhg, diastolic_mmhg=values.diastolic_mmhg
        )
    if not is_confirmed and (rare := _extremes(values, numbers)):
        raise ValuesAreExtreme(field=rare[0][0], values=", ".join(said for _, said in rare))


def _extremes(values: Measured, numbers: Numbers) -> list[tuple[str, str]]:
    asked = (
        ("systolic_mmhg", "systolic", numbers.plausible_systolic_min_mmhg, numbers.plausible_systolic_max_mmhg),
        ("diastolic_mmhg", "diastolic", numbers.plausible_diastolic_min_mmhg, numbers.plausible_diastolic_max_mmhg),
        ("pulse_per_min", "pulse", numbers.plausible_pulse_min_per_min, numbers.plausible_pulse_max_per_min),
    )
    found = []
    for field, name, least, most in asked:
        value = getattr(values, field)
        if value is not None and not least.value <= value <= most.value:
            found.append((field, f"{name} {value}"))
    return found


@evolve.register
def _(event: VitalsRecorded, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    known = {**measured(event), "known_in": envelope.version}
    vitals = Vitals(envelope.event_id, event.vitals_id, event.phase, taken_at=event.taken_at, **known)
    return with_session(episode, event.session_id, vitals=put(session.vitals, event.vitals_id, vitals))
