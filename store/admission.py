"""Admitting a patient and referring them in one go: a new patient gets the next reference, a known one keeps theirs."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.derived import derived_id
from domain.episode.episode import EPISODE
from domain.episode.referral.refer import PatientIsNotKnown, Refer, refer
from domain.patient.patient import PATIENT, Patient
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.sealed import Sealed, ShortText
from store.blind_index import query_tokens
from store.care import Care
from store.command import Command, Receipt
from store.datastore import Datastore
from store.errors import KeyWasDestroyed
from store.key_file import KeyEncryptionKey
from store.keyring import Keyring


class Identity(BaseModel):
    """Who a new patient is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ShortText
    birth_date: date


class KnownPatient(NamedTuple):
    """Somebody of that name and birth date who is registered already."""

    patient_id: UUID
    reference: str


class Admitted(NamedTuple):
    patient_id: UUID
    episode_id: UUID
    reference: str
    receipt: Receipt


class Admission:
    """Doors into store and log that a referral needs."""

    def __init__(self, care: Care, datastore: Datastore, keyring: Keyring, kek: KeyEncryptionKey) -> None:
        self._care, self._datastore, self._keyring, self._kek = care, datastore, keyring, kek

    def known(self, network_id: UUID, name: str, birth_date: date) -> list[KnownPatient]:
        """Patients of this network with all words of the name and the very birth date."""
        tokens = query_tokens(self._kek, network_id, name)
        if not tokens:
            return []
        with self._datastore.in_network(network_id) as connection:
            rows = connection.execute(
                """
                SELECT patient_id
                  FROM patient_search
                 WHERE network_id = %s
                   AND token = ANY(%s)
                 GROUP BY patient_id
                HAVING count(DISTINCT token) = %s
                """,
                [network_id, tokens, len(set(tokens))],
            ).fetchall()
        found = [self._patient(network_id, patient_id) for (patient_id,) in rows]
        return sorted(
            KnownPatient(one.patient_id, one.reference)
            for one in found
            if one.patient_id is not None and self._born(network_id, one) == birth_date
        )

    def refer(
        self,
        referral: Mapping[str, Any],
        *,
        identity: Identity | None = None,
        patient_id: UUID | None = None,
        command: Command,
    ) -> Admitted:
        """Register the patient unless known, then refer them. `referral` is the order without the patient's id.

        The referral is asked for first: what stands in its way would stand in the way of a patient just registered, who
        would then be kept without one. The same command again has the same patient and episode.
        """
        contact = referral.get("contact")
        patient_id = patient_id or new_patient_id(command.command_id)
        order = Refer.model_validate({**referral, "patient_id": patient_id})
        episode_id = derived_id(command.command_id, "episode")
        step = _step(command, "refer")
        try:
            receipt = self._care.decide(EPISODE, episode_id, refer, order, command=step)
        except PatientIsNotKnown:
            if identity is None:
                raise
            self._register(identity, contact, patient_id, command)
            receipt = self._care.decide(EPISODE, episode_id, refer, order, command=step)
        return Admitted(patient_id, episode_id, self._patient(command.by.network_id, patient_id).reference, receipt)

    def _register(self, identity: Identity, contact: Any, patient_id: UUID, command: Command) -> None:
        known = self._patient(command.by.network_id, patient_id)
        reference = known.reference or self._next_reference(command.by.network_id)
        order = RegisterPatient(
            reference=reference,
            name=identity.name,
            birth_date=identity.birth_date,
            contact=None if contact is None else Sealed.of(contact),
        )
        step = _step(command, "register")._replace(body_hash=_hash_of(identity))
        self._care.decide(PATIENT, patient_id, register_patient, order, command=step)

    def _next_reference(self, network_id: UUID) -> str:
        with self._datastore.get_connection() as connection:
            ((reference,),) = connection.execute("SELECT next_reference(%s)", [network_id]).fetchall()
        return str(reference)

    def _patient(self, network_id: UUID, patient_id: UUID) -> Patient:
        patient: Patient
        patient, _ = self._care.state(PATIENT, patient_id, network_id=network_id)
        return patient

    def _born(self, network_id: UUID, patient: Patient) -> date | None:
        if patient.birth_date is None or patient.patient_id is None:
            return None
        try:
            text = self._keyring.open(
                patient.birth_date, network_id=network_id, person=patient.patient_id, field="birth_date"
            )
        except KeyWasDestroyed:
            return None
        return date.fromisoformat(text)


def new_patient_id(command_id: UUID) -> UUID:
    """The patient whom a command registers, the same again when it is repeated."""
    return derived_id(command_id, "patient")


def _step(command: Command, step: str) -> Command:
    """Each of the two records has a key of its own, derived from the whole's."""
    return command._replace(command_id=derived_id(command.command_id, step))


def _hash_of(identity: Identity) -> bytes:
    """A referral that was refused and mended comes back with the same person, who is registered by then."""
    return sha256(f"{identity.name.reveal_for_sealing()}\n{identity.birth_date}".encode()).digest()
