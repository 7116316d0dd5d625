"""Another network in the same installation: what belongs to it does not exist for ours, and the other way round."""

from uuid import UUID, uuid4

from domain.actor import Actor, Role
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.episode.episode import EPISODE
from domain.episode.referral.refer import Refer, refer
from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.create_network import CreateNetwork, create_network
from domain.network.network import NETWORK
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.protocol.shipped import CURRENT, document
from domain.sealed import Sealed
from tests.api.clinic import CRISIS_TEXT, ZONE, Clinic


class NextDoor:
    """The network, and one person there who may do everything."""

    def __init__(self, clinic: Clinic, slug: str = "next-door") -> None:
        self.clinic = clinic
        self.network_id = uuid4()
        self.system = Actor(uuid4(), self.network_id, frozenset({Role.SYSTEM}))
        order = CreateNetwork(slug=slug, title="Next Door", zone=str(ZONE), crisis_text=CRISIS_TEXT)
        clinic.decide(NETWORK, self.network_id, create_network, order, by=self.system)
        adopted = AdoptProtocol(document=document(*CURRENT))
        clinic.decide(NETWORK, self.network_id, adopt_protocol, adopted, by=self.system)
        self.everybody = self.admit("Dr. Una Fremd", *set(Role) - {Role.SYSTEM, Role.PATIENT})
        self.patient_id = self.register("Nora Nextdoor")
        self.episode_id = self.refer(self.patient_id)

    def admit(self, name: str, *roles: Role) -> Actor:
        clinician_id = uuid4()
        email = Sealed.of(f"{clinician_id.hex}@example.org")
        order = AdmitClinician(email=email, display_name=Sealed.of(name), roles=roles)
        self.clinic.decide(CLINICIAN, clinician_id, admit_clinician, order, by=self.system)
        self.clinic.edge.people.forget(self.network_id)
        return Actor(clinician_id, self.network_id, frozenset(roles))

    def register(self, name: str) -> UUID:
        patient_id = uuid4()
        body = {"reference": f"KAP-{patient_id.hex[:8].upper()}", "name": name, "birth_date": "1984-03-11"}
        order = RegisterPatient.model_validate(body)
        self.clinic.decide(PATIENT, patient_id, register_patient, order, by=self.system)
        return patient_id

    def refer(self, patient_id: UUID) -> UUID:
        episode_id = uuid4()
        order = Refer(patient_id=patient_id, reason=Sealed.of("words"))
        self.clinic.decide(EPISODE, episode_id, refer, order, by=self.everybody)
        self.clinic.catch_up()
        return episode_id
