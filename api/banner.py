"""The patient banner: who this is, allergies and what is dangerous, on every page about a patient."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from api.edge import Edge
from api.formats import birth_date, day_of, full_date
from api.history import history_of
from api.reading import ERASED, open_text, open_texts
from api.viewer import OpenedEpisode, Viewer
from domain.access import SUBSTANCE_USE_AUDIT, Relation
from domain.episode.due.flags import Severity, flags_against_dosing
from domain.episode.due.phase import phase
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.intake import Answer
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.referral.import_history import HistoryImported
from domain.episode.referral.refer import PatientReferred
from domain.event import Recorded
from domain.patient.patient import PATIENT, Patient
from domain.sealed import Sealed
from domain.substance_use import NOTICE

SAYS_ALLERGIES = frozenset({PatientReferred, IntakeCompleted, IntakeUpdated})


class Banner(NamedTuple):
    """As `macros/banner.html` shows it. `born` is `11 Mar 1984 (42 y)`, None where nobody knows it."""

    name: str
    born: str | None
    born_on: date | None
    reference: str
    phase: str
    href: str
    allergies: list[str] | None
    """None: not asked; empty: none."""
    alerts: list[tuple[str, str]]
    shows_allergies: bool
    notice: str | None = None
    """What has to stand beside records of substance use where they are opened for an audit (42 CFR 2.32)."""
    is_erased: bool = False

    @property
    def identity(self) -> str:
        """Name and birth date, as the second question before a dose repeats them."""
        return f"{self.name}, born {full_date(self.born_on)}" if self.born_on else self.name


class Allergies(NamedTuple):
    """What the history says about allergies, still sealed."""

    asked: bool
    ketamine: bool
    others: Sealed[Any] | None
    field: str = "other_allergies"


def banner_of(edge: Edge, viewer: Viewer, opened: OpenedEpisode) -> Banner:
    """The banner of this episode's patient, for the person who is looking."""
    history = history_of(edge, viewer, opened)
    patient = _patient(edge, viewer, opened)
    name, born_on = _identity(edge, viewer, opened, patient, history)
    now = edge.clock()
    return Banner(
        name=name,
        born=birth_date(born_on, day_of(now, viewer.zone)) if born_on else None,
        born_on=born_on,
        reference=opened.episode.reference,
        phase=phase(opened.episode, now),
        href=f"/episodes/{opened.episode_id}",
        allergies=_named(edge, opened, allergies_in(opened, history)) if opened.shows_clinical else None,
        alerts=_alerts(viewer, opened, edge),
        shows_allergies=opened.shows_clinical and not opened.episode.is_imported,
        notice=NOTICE if is_audited(viewer, opened) else None,
        is_erased=patient.erased_at is not None,
    )


def is_audited(viewer: Viewer, opened: OpenedEpisode) -> bool:
    """Whether it is read for the one purpose that opens records of substance use to compliance (42 CFR 2.53)."""
    return opened.relation is Relation.COMPLIANCE and viewer.purpose == SUBSTANCE_USE_AUDIT


def _patient(edge: Edge, viewer: Viewer, opened: OpenedEpisode) -> Patient:
    patient: Patient = PATIENT.initial
    if opened.episode.patient_id is not None:
        patient, _ = edge.care.state(PATIENT, opened.episode.patient_id, network_id=viewer.network_id)
    return patient


def _identity(
    edge: Edge, viewer: Viewer, opened: OpenedEpisode, patient: Patient, history: Sequence[Recorded]
) -> tuple[str, date | None]:
    """From the patient's own stream; imported history knows a name and no birth date."""
    if patient.erased_at is not None:
        return f"Erased on {full_date(day_of(patient.erased_at, viewer.zone))}", None
    if patient.name is None:
        imported = next((r.event for r in history if isinstance(r.event, HistoryImported)), None)
        return open_text(edge, opened, imported.name if imported else None, "name"), None
    name, born = open_texts(edge, opened, [patient.name, patient.birth_date])
    return name, date.fromisoformat(born) if born not in ("", ERASED) else None


def allergies_in(opened: OpenedEpisode, history: Sequence[Recorded]) -> Allergies:
    """The intake and its updates; before an intake, what the referral said."""
    found = Allergies(False, False, None)
    for event, envelope in history:
        if type(event) not in SAYS_ALLERGIES or envelope.event_id in opened.episode.in_error:
            continue
        match event:
            case PatientReferred(allergies_note=Sealed() as note):
                found = Allergies(False, False, note, "allergies_note")
            case IntakeCompleted() | IntakeUpdated():
                found = _gone_through(found, event)
    return found


def _gone_through(known: Allergies, event: IntakeCompleted | IntakeUpdated) -> Allergies:
    others = (event.other_allergies, "other_allergies") if event.other_allergies else (known.others, known.field)
    return Allergies(
        asked=known.asked if event.allergies_asked is None else event.allergies_asked,
        ketamine=known.ketamine if event.ketamine_allergy is None else event.ketamine_allergy is Answer.YES,
        others=others[0],
        field=others[1],
    )


def _named(edge: Edge, opened: OpenedEpisode, found: Allergies) -> list[str] | None:
    named = [*(["ketamine"] if found.ketamine else []), open_text(edge, opened, found.others, found.field)]
    named = [name for name in named if name]
    return named if named or found.asked else None


def _alerts(viewer: Viewer, opened: OpenedEpisode, edge: Edge) -> list[tuple[str, str]]:
    """Open safety alerts, each leading to what raised it; coordination learns only that dosing is on hold."""
    now, network = edge.clock(), viewer.around.network
    raised = flags_against_dosing(opened.episode, now=now, protocol=network.protocol, network=network)
    href = f"/episodes/{opened.episode_id}"
    if not opened.shows_clinical:
        return [("Dosing on hold", href)] if raised else []
    shown = [(flag.name, f"{href}#gates") for flag in raised if flag.severity is Severity.SAFETY]
    on_hold = any(flag.key == "hold" for flag in raised)
    return shown + ([("Dosing on hold", f"{href}#gates")] if on_hold and not shown else [])
