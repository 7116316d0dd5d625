"""What the pages about a patient's record show: how it stands, what led there, and what an erasure leaves."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from api import formats
from api.confirming import Signing, signing
from api.edge import Edge
from api.reading import ERASED
from api.subscriber_view import Clock, DisclosureRow, disclosure_row
from api.viewer import Viewer
from domain.episode.episode import EPISODE, Episode
from domain.event import Recorded
from domain.patient.call_off_erasure import ErasureCalledOff
from domain.patient.confirm_erasure import PatientErased
from domain.patient.erasure import LegalBasis
from domain.patient.lift_legal_hold import LegalHoldLifted
from domain.patient.patient import PATIENT, Patient
from domain.patient.place_legal_hold import LegalHoldPlaced
from domain.patient.propose_erasure import ErasureProposed
from domain.sealed import Sealed
from domain.subscriber.subscriber import SUBSCRIBER
from projections.disclosed_by_hand import disclosed_by_hand
from projections.erasures import RecordKept
from store.disclosures import Asked, disclosures
from store.errors import KeyWasDestroyed

SHOWN = 20
BASES = (
    (LegalBasis.RETENTION_PERIOD_OVER.value, "The time for which state law has records kept is over"),
    (LegalBasis.PATIENT_RIGHT.value, "A law gives the patient a right to it, and they have asked"),
    (LegalBasis.COURT_ORDER.value, "A court or authority orders it"),
    (LegalBasis.REGISTERED_BY_MISTAKE.value, "Registered by mistake, and never treated here"),
)
BASIS_WORDS = dict(BASES)
Told = ErasureProposed | ErasureCalledOff | PatientErased | LegalHoldPlaced | LegalHoldLifted


class RecordRow(NamedTuple):
    """One record in the list."""

    href: str
    reference: str
    tags: list[tuple[str, str]]
    detail: str
    basis: str


class Act(NamedTuple):
    """What somebody did: when, who, what, and why as far as it can be read."""

    at: str
    words: str
    reason: str


class HoldShown(NamedTuple):
    hold_id: UUID
    since: str
    by: str
    reason: str


class EpisodeLine(NamedTuple):
    href: str
    words: str
    is_open: bool


class RecordShown(NamedTuple):
    """One patient's record. Once erased, name and birth date are not there."""

    patient_id: UUID
    reference: str
    name: str
    born: str
    erased_on: str
    erased_by: str
    basis: str
    erasure_id: UUID | None
    proposed: str
    proposed_reason: str
    confirmable_from: str
    is_time_over: bool
    is_own_proposal: bool
    holds: list[HoldShown]
    episodes: list[EpisodeLine]
    acts: list[Act]
    disclosed: list[DisclosureRow]
    disclosed_more: bool
    by_hand: int
    signing: Signing

    @property
    def is_erased(self) -> bool:
        return bool(self.erased_on)

    @property
    def has_open_episode(self) -> bool:
        return any(one.is_open for one in self.episodes)

    @property
    def may_propose(self) -> bool:
        return not (self.is_erased or self.erasure_id or self.holds or self.has_open_episode)

    @property
    def may_confirm(self) -> bool:
        """Whether nothing stands in the way but the signature."""
        waits = self.is_own_proposal or not self.is_time_over or self.holds or self.has_open_episode
        return self.erasure_id is not None and not self.is_erased and not waits

    @property
    def identity(self) -> str:
        """Whom it is about, as the forms say it once more."""
        return f"{self.name}, born {self.born}, {self.reference}" if self.born else f"{self.name}, {self.reference}"


def record_row(row: RecordKept, viewer: Viewer, clock: Clock) -> RecordRow:
    """As the list shows it: by reference, without a name."""
    tags = []
    if row.erased_at is not None:
        tags.append(("neutral", "erased"))
    elif row.proposed_at is not None:
        is_over = row.confirmable_from is not None and row.confirmable_from <= clock.now
        tags.append(("attention", "waits for a second person") if is_over else ("info", "can be called off"))
    if row.legal_holds and row.erased_at is None:
        tags.append(("blocked", "legal hold"))
    return RecordRow(
        href=f"/erasures/{row.patient_id}",
        reference=row.reference,
        tags=tags,
        detail=_detail(row, viewer, clock),
        basis=BASIS_WORDS.get(row.legal_basis or "", ""),
    )


def _detail(row: RecordKept, viewer: Viewer, clock: Clock) -> str:
    name_of = viewer.around.name_of
    if row.erased_at is not None and row.confirmed_by is not None and row.proposed_by is not None:
        return f"{clock.moment(row.erased_at)}, by {name_of(row.proposed_by)} and {name_of(row.confirmed_by)}"
    if row.proposed_at is not None and row.proposed_by is not None:
        until = f"to be confirmed from {clock.moment(row.confirmable_from)} on"
        proposed = f"Proposed {clock.moment(row.proposed_at)} by {name_of(row.proposed_by)}, {until}"
        return ". ".join([proposed, *_held(row, viewer, clock)])
    return ". ".join(_held(row, viewer, clock))


def _held(row: RecordKept, viewer: Viewer, clock: Clock) -> list[str]:
    """Each legal hold that stands: since when, and who placed it."""
    name_of = viewer.around.name_of
    return [f"Legal hold since {clock.moment(one.placed_at)}, by {name_of(one.placed_by)}" for one in row.legal_holds]


def record_shown(edge: Edge, viewer: Viewer, patient: Patient, patient_id: UUID) -> RecordShown:
    """Everything that somebody weighs before they propose or confirm. Reading it has to be written down before."""
    clock = Clock(viewer.zone, edge.clock())
    history = edge.care.history(PATIENT, patient_id, network_id=viewer.network_id)
    acts = [_act(edge, viewer, patient_id, one, clock) for one in history if isinstance(one.event, Told)]
    name, born = _identity(edge, viewer, patient, patient_id)
    proposal = patient.erasure_proposed
    proposed = _last(history, ErasureProposed)
    erased = _last(history, PatientErased)
    episode_ids = edge.care.episodes_of(patient_id, network_id=viewer.network_id)
    rows, more = _disclosed(edge, viewer, (patient_id, *episode_ids), clock)
    return RecordShown(
        patient_id=patient_id,
        reference=patient.reference,
        name=name,
        born=formats.full_date(born) if born else "",
        erased_on=clock.moment(patient.erased_at),
        erased_by=_erased_by(viewer, erased),
        basis=_basis(proposed if proposal else erased),
        erasure_id=proposal.erasure_id if proposal else None,
        proposed=f"{clock.moment(proposal.proposed_at)} by {viewer.around.name_of(proposal.proposed_by)}"
        if proposal
        else "",
        proposed_reason=_opened(edge, viewer, patient_id, proposed.event.reason)
        if proposal and proposed is not None and isinstance(proposed.event, ErasureProposed)
        else "",
        confirmable_from=clock.moment(proposal.confirmable_from) if proposal else "",
        is_time_over=proposal is not None and proposal.confirmable_from <= clock.now,
        is_own_proposal=proposal is not None and proposal.proposed_by == viewer.actor.actor_id,
        holds=_holds(edge, viewer, patient, history, clock),
        episodes=[_episode_line(edge, viewer, one, clock) for one in episode_ids],
        acts=acts[::-1],
        disclosed=rows,
        disclosed_more=more,
        by_hand=_by_hand(edge, viewer, episode_ids),
        signing=signing(edge, viewer),
    )


def _last(history: Sequence[Recorded], kind: type[Told]) -> Recorded | None:
    return next((one for one in reversed(history) if isinstance(one.event, kind)), None)


def _basis(recorded: Recorded | None) -> str:
    event = recorded.event if recorded else None
    return BASIS_WORDS[event.legal_basis] if isinstance(event, ErasureProposed | PatientErased) else ""


def _erased_by(viewer: Viewer, recorded: Recorded | None) -> str:
    if recorded is None or not isinstance(recorded.event, PatientErased):
        return ""
    name_of = viewer.around.name_of
    return f"proposed by {name_of(recorded.event.proposed_by)}, confirmed by {name_of(recorded.event.confirmed_by)}"


def _identity(edge: Edge, viewer: Viewer, patient: Patient, patient_id: UUID) -> tuple[str, date | None]:
    if patient.erased_at is not None:
        return ERASED, None
    name = _opened(edge, viewer, patient_id, patient.name)
    born = _opened(edge, viewer, patient_id, patient.birth_date)
    return name, date.fromisoformat(born) if born not in ("", ERASED) else None


def _opened(edge: Edge, viewer: Viewer, patient_id: UUID, sealed: Sealed[str] | None) -> str:
    if sealed is None:
        return ""
    try:
        return edge.keyring.open(sealed, network_id=viewer.network_id, person=patient_id)
    except KeyWasDestroyed:
        return ERASED


def _act(edge: Edge, viewer: Viewer, patient_id: UUID, recorded: Recorded, clock: Clock) -> Act:
    event, envelope = recorded
    who = viewer.around.name_of(envelope.actor_id)
    reason = getattr(event, "reason", None)
    match event:
        case ErasureProposed():
            words = f"{who} proposed to erase this patient"
        case ErasureCalledOff():
            words = f"{who} called the erasure off"
        case PatientErased(is_repeated=True):
            words = "The erasure was done again, on a database brought back from a copy of before"
        case PatientErased():
            words = f"{who} confirmed the erasure, and the patient was erased"
        case LegalHoldPlaced():
            words = f"{who} placed a legal hold"
        case _:
            words = f"{who} lifted a legal hold"
    return Act(clock.moment(envelope.recorded_at), words, _opened(edge, viewer, patient_id, reason))


def _holds(edge: Edge, viewer: Viewer, patient: Patient, history: Sequence[Recorded], clock: Clock) -> list[HoldShown]:
    reasons = {one.event.hold_id: one.event.reason for one in history if isinstance(one.event, LegalHoldPlaced)}
    if patient.patient_id is None or patient.erased_at is not None:
        return []
    return [
        HoldShown(
            hold_id=hold.hold_id,
            since=clock.moment(hold.placed_at),
            by=viewer.around.name_of(hold.placed_by),
            reason=_opened(edge, viewer, patient.patient_id, reasons.get(hold.hold_id)),
        )
        for hold in patient.legal_holds.values()
    ]


def _episode_line(edge: Edge, viewer: Viewer, episode_id: UUID, clock: Clock) -> EpisodeLine:
    episode: Episode
    episode, _ = edge.care.state(EPISODE, episode_id, network_id=viewer.network_id)
    href = f"/episodes/{episode_id}"
    if episode.is_imported:
        return EpisodeLine(href, "Imported history", is_open=False)
    begun = f"Referred {clock.moment(episode.referred_at)}"
    if episode.closed_at is None:
        return EpisodeLine(href, f"{begun}, open", is_open=True)
    return EpisodeLine(href, f"{begun}, ended {clock.moment(episode.closed_at)}", is_open=False)


def _disclosed(edge: Edge, viewer: Viewer, streams: tuple[UUID, ...], clock: Clock) -> tuple[list[DisclosureRow], bool]:
    """Batches that held something about this patient, the latest first, and whether there are more."""
    found = disclosures(edge.datastore, viewer.network_id, Asked(stream_ids=streams), limit=SHOWN + 1)
    titles = {one.subscriber_id: "" for one in found}
    for subscriber_id in titles:
        state, _ = edge.care.state(SUBSCRIBER, subscriber_id, network_id=viewer.network_id)
        titles[subscriber_id] = state.title
    return [disclosure_row(one, titles[one.subscriber_id], clock) for one in found[:SHOWN]], len(found) > SHOWN


def _by_hand(edge: Edge, viewer: Viewer, episode_ids: Sequence[UUID]) -> int:
    with edge.datastore.in_network(viewer.network_id) as connection:
        return len(disclosed_by_hand(connection, network_id=viewer.network_id, episode_ids=episode_ids))
