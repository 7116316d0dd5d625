"""Everybody in the demonstration. All are invented; the telephone numbers are from the range kept for fiction."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.actor import Actor, Role
from domain.derived import derived_id

SLUG = "bay-kap"
TITLE = "Bay KAP Network"
ZONE = "America/Los_Angeles"
STATE = "CA"
SPANISH_CRISIS_TEXT = "Peligro ahora: 911. Línea de crisis 988: llame y oprima 2."
CRISIS_TEXT = "Danger now: 911. Crisis line 988, call or text."
"""That nobody watches what is typed, every page says itself."""
ON_CALL_PHONE = "555-0142"
BACK_UP_PHONE = "555-0143"
NETWORK_ID = derived_id("demo", "network", SLUG)


class Staff(NamedTuple):
    """One person who works in the network."""

    key: str
    name: str
    role: Role

    @property
    def clinician_id(self) -> UUID:
        return derived_id("demo", "clinician", self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@bay-kap.example"

    @property
    def actor(self) -> Actor:
        return Actor(self.clinician_id, NETWORK_ID, frozenset({self.role}), reauthenticated=True)


LINDQVIST = Staff("mara.lindqvist", "Dr. Mara Lindqvist", Role.THERAPIST)
RIVERA = Staff("alma.rivera", "Dr. Alma Rivera", Role.PRESCRIBER)
OKAFOR = Staff("tom.okafor", "Tom Okafor", Role.COORDINATOR)
PARK = Staff("june.park", "June Park", Role.COMPLIANCE)
STEIN = Staff("ruth.stein", "Ruth Stein", Role.COMPLIANCE)
"""The second of compliance: what one person proposes to erase, another confirms."""
VANCE = Staff("idris.vance", "Dr. Idris Vance", Role.THERAPIST)
CARVALHO = Staff("ines.carvalho", "Dr. Ines Carvalho", Role.THERAPIST)
ACHEBE = Staff("owen.achebe", "Dr. Owen Achebe", Role.PRESCRIBER)
STAFF = (LINDQVIST, RIVERA, OKAFOR, PARK, STEIN, VANCE, CARVALHO, ACHEBE)
SIGN_INS = (LINDQVIST, RIVERA, OKAFOR, PARK, STEIN)
"""Those whom `demo` names when it has started."""


class Invented(NamedTuple):
    """A patient of the demonstration."""

    name: str
    birth_date: date
    weight_kg: int
    systolic_mmhg: int
    diastolic_mmhg: int
    diagnosis: str
    allergy: str | None
    course: int = 1
    """Which of this person's courses of care: a second referral begins the second."""

    @property
    def patient_id(self) -> UUID:
        return derived_id("demo", "patient", self.name)

    @property
    def episode_id(self) -> UUID:
        return derived_id("demo", "episode", self.name, *self.course_parts)

    @property
    def course_parts(self) -> tuple[int, ...]:
        """What tells the ids of a later course from those of the first."""
        return () if self.course == 1 else (self.course,)


FIRST = (
    "Ana Ben Leo Noor Devon Priya Marcus Elena Jonah Aisha Tomas Ruth Kofi Greta Hana Silas Mina "
    "Oscar Thea Rafael Ingrid Caleb Yara Felix Dalia Hugo Salma Victor Nadia Emil Rosa Amir Clara "
    "Joel Leila Mateo Petra Sami Vera Niko Alba Iris Bram Zora Otto Lena Karim Maeve Andre Tova Luis "
    "Edda Omar Signe Pavel Nora Dario Freya Malik Wren"
)
LAST = (
    "Whitfield Achterberg Castellanos Haddad Marsh Raman Bell Sorensen Whitaker Demir Novak Ellison "
    "Mensah Lindholm Kimura Hartley Farahani Delgado Vogel Moreno Nystrom Brooks Khalil Weber Sabbagh "
    "Laurent Aziz Petrov Rahimi Keller Espinosa Tehrani Beaumont Fischer Najjar Ortega Havel Laine "
    "Morozova Kallas Serrano Donovan Jansen Adeyemi Brandt Sokolova Mansour Gallagher Moreau Levin "
    "Vargas Holm Saleh Berglund Dvorak Quinn Ricci Solberg Osei Calloway"
)
DIAGNOSES = ("F33.2", "F32.2", "F33.1", "F43.10", "F41.1", "F33.2")
ALLERGIES = ("latex", None, None, "penicillin", None, None, None)


def patients() -> tuple[Invented, ...]:
    """Sixty invented people, the same every time."""
    return tuple(_patient(number) for number in range(len(FIRST.split())))


def _patient(number: int) -> Invented:
    return Invented(
        name=f"{FIRST.split()[number]} {LAST.split()[number]}",
        birth_date=date(1958 + (number * 7) % 44, 1 + (number * 5) % 12, 1 + (number * 11) % 28),
        weight_kg=55 + (number * 13) % 45,
        systolic_mmhg=112 + (number * 3) % 22,
        diastolic_mmhg=70 + (number * 5) % 14,
        diagnosis=DIAGNOSES[number % len(DIAGNOSES)],
        allergy=ALLERGIES[number % len(ALLERGIES)],
    )
