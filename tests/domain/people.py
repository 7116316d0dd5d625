"""The people, the network and the protocol that the tests of the domain share. All are invented."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinician, Licence
from domain.derived import derived_id
from domain.network.network import Adoption, Network, OnCall
from domain.patient.patient import Patient
from domain.protocol.protocol import hash_of
from domain.protocol.shipped import CURRENT, document
from domain.sealed import PREFIX, Sealed

NEW_YORK = ZoneInfo("America/New_York")
NETWORK_ID = derived_id("network", "test")
OTHER_NETWORK_ID = derived_id("network", "other")


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """An instant from local time: `local("2026-03-17 14:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def sealed(text: str) -> Sealed[str]:
    """A value as it comes back from the store."""
    return Sealed(token=PREFIX + text)


def person(name: str, *roles: Role) -> Actor:
    return Actor(derived_id("person", name), NETWORK_ID, frozenset(roles), reauthenticated=True)


LINDQVIST = person("lindqvist", Role.THERAPIST)
"""Ada's therapist."""
RIVERA = person("rivera", Role.PRESCRIBER)
"""Ada's prescriber."""
ABARA = person("abara", Role.PRESCRIBER)
"""A prescriber who is not on the team."""
SOLIS = person("solis", Role.THERAPIST)
"""A therapist who is not on the team."""
OKAFOR = person("okafor", Role.COORDINATOR)
PARK = person("park", Role.COMPLIANCE)
SYSTEM = person("system", Role.SYSTEM)
PEOPLE = (LINDQVIST, RIVERA, ABARA, SOLIS, OKAFOR, PARK, SYSTEM)

ADA = derived_id("patient", "ada")


def clinician(
    who: Actor,
    *,
    states: tuple[str, ...] = ("NY", "CA"),
    until: date = date(2027, 12, 31),
    trained: bool = True,
    suspended: bool = False,
) -> Clinician:
    """A clinician licensed in some states until a day, in all their professions."""
    professions = who.roles & {Role.THERAPIST, Role.PRESCRIBER}
    return Clinician(
        clinician_id=who.actor_id,
        network_id=who.network_id,
        roles=who.roles,
        licences={(role, state): Licence(role, state, until) for role in professions for state in states},
        trainings={(c, "2024"): date(2025, 1, 31) for c in ("kap-theory-and-method", "kap-protocols") if trained},
        is_suspended=suspended,
    )


def clinicians(*changed: Clinician) -> dict[UUID, Clinician]:
    """Everybody, with some of them as given: `clinicians(clinician(RIVERA, states=("NJ",)))`."""
    everybody = {who.actor_id: clinician(who) for who in PEOPLE}
    return everybody | {c.clinician_id: c for c in changed if c.clinician_id is not None}


_DOCUMENT = document(*CURRENT)
_ADOPTION = Adoption(*CURRENT, hash_of(_DOCUMENT), _DOCUMENT, local("2026-01-02 09:00"))
PROTOCOL = _ADOPTION.protocol
TEST_NETWORK = Network(
    network_id=NETWORK_ID,
    slug="test",
    title="Hudson KAP Network",
    zone="America/New_York",
    crisis_text="In danger now: 911. Someone to talk to: 988.",
    practice_state="NY",
    adoptions={CURRENT: _ADOPTION},
    current=_ADOPTION,
    on_calls=(OnCall(ABARA.actor_id, "+1 212 555 0100", local("2026-01-02 09:00"), None),),
)
ADA_PATIENT = Patient(
    patient_id=ADA,
    network_id=NETWORK_ID,
    reference="KAP-0012",
    is_adult=True,
    name=sealed("ada"),
    birth_date=sealed("1984-03-11"),
    contact=sealed("contact"),
)
