"""The clinical protocol: numbers, rules, lists and seeds as versioned data, each with its source.

A network adopts a whole document and its hash. Every field added later needs a default, so that adopted documents
keep loading.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.protocol.contraindication import WITHHELD, ContraindicationEntry
from domain.protocol.measure_schedule import ScheduledMeasure
from domain.protocol.numbers import Mark, Numbers
from domain.protocol.requirements import Kind, Requirement
from domain.refusal import Refused

K = TypeVar("K", bound=Kind)


class GateClass(StrEnum):
    """Who may go past a closed gate: nobody; a prescriber, once and with a reason; anyone, since it only informs."""

    ABSOLUTE = "absolute"
    OVERRIDE = "override"
    INFORMATIONAL = "informational"


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Rule(Entry):
    """One row of the rules table. `rule` is its number, with a dot and a word where one number has several classes."""

    rule: str
    name: str
    wording: str
    gate_class: GateClass
    way: str = ""
    """How it opens where nobody may override it."""
    source: str
    mark: Mark

    @property
    def number(self) -> str:
        return self.rule.partition(".")[0]


class AcceptedVersion(Entry):
    version: int
    from_on: date
    until_on: date | None = None
    """Accepted through the whole of this day."""

    def is_accepted_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class RequiredWhen(StrEnum):
    ALWAYS = "always"
    REMOTE = "remote"
    PREGNANCY = "pregnancy"
    NEVER = "never"


class ConsentRequirement(Entry):
    consent_type: str
    title: str
    required_when: RequiredWhen
    accepted: tuple[AcceptedVersion, ...]

    def accepts(self, version: int, on_day: date) -> bool:
        """Whether a signature under this version of the text counts on that day."""
        return any(a.version == version and a.is_accepted_on(on_day) for a in self.accepted)

    def current_version(self, on_day: date) -> int | None:
        """The newest version accepted on that day: the one to sign."""
        return max((a.version for a in self.accepted if a.is_accepted_on(on_day)), default=None)


class LegalBasis(Entry):
    """What allows prescribing without a visit in person; valid through the whole of `until_on`."""

    key: str
    name: str
    from_on: date
    until_on: date | None = None
    source: str
    mark: Mark


class RequiredTraining(Entry):
    course: str
    title: str
    accepted_versions: tuple[str, ...]


class RequiredInstrument(Entry):
    instrument: str
    every_days: int
    is_main: bool = False
    source: str = ""
    mark: Mark | None = None
    """Where the pace comes from; earlier documents do not say."""


class MedicineGuidance(Entry):
    """General guidance for a class of medicines; the prescriber's instruction for the patient stands above it."""

    medicine_class: str
    instruction: str
    hold_hours: int | None = None
    note: str = ""
    source: str
    mark: Mark


class Flag(Entry):
    """Shown beside a patient, closes nothing."""

    key: str
    rule: str | None = None
    name: str
    wording: str
    source: str
    mark: Mark


class Place(StrEnum):
    """A place on the ladder of an alert: who is told, in the order of the ladder."""

    PRESCRIBER = "prescriber"
    """The one responsible; whoever is on call while nobody is, or while they are away."""
    THERAPIST = "therapist"
    ON_CALL = "on_call"
    BACK_UP = "back_up"
    MEDICAL_DIRECTOR = "medical_director"
    COORDINATOR = "coordinator"


class AcknowledgeBy(StrEnum):
    """Days are those of the network's zone; working days are Monday to Friday."""

    SAME_DAY = "same_day"
    NEXT_WORKING_DAY = "next_working_day"


class AlertRule(Entry):
    """How one kind of alert is passed on, and how long each place on its ladder has to acknowledge it."""

    kind: str
    name: str
    ladder: tuple[tuple[Place, ...], ...]
    also_sees: tuple[Place, ...] = ()
    acknowledge_minutes: int | None = None
    acknowledge_by: AcknowledgeBy | None = None
    """Instead of minutes."""
    is_urgent: bool = False
    source: str
    mark: Mark


class RiskScreen(Entry):
    """The screener that is asked for on the day somebody says that they think of suicide."""

    instrument: str
    source: str
    mark: Mark


class PlanSeed(Entry):
    """What a new plan starts from; every value is the prescriber's to change."""

    depth: str
    usual_days: int
    minimum_interval_days: int
    sessions_authorised: int
    vital_limits: dict[str, int | str]
    food_minutes: int
    fluid_minutes: int
    hold_minutes: int
    after_hold: str
    observation_minutes: int
    booster_from_minutes: int
    booster_until_minutes: int
    review_after_days: int
    tablet_strengths_mg: tuple[Decimal, ...]
    divisible: str
    medicine_form: str = "tablet"
    source: str
    mark: Mark


class Protocol(Entry):
    """One version of the clinical protocol, complete."""

    protocol_id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    protocol_version: str = Field(pattern=r"^[0-9]{1,6}$")
    title: str
    published_on: date
    approved_by: str
    numbers: Numbers
    rules: tuple[Rule, ...]
    contraindications: tuple[ContraindicationEntry, ...]
    consents: tuple[ConsentRequirement, ...]
    legal_bases: tuple[LegalBasis, ...]
    trainings: tuple[RequiredTraining, ...]
    instruments: tuple[RequiredInstrument, ...]
    medicines: tuple[MedicineGuidance, ...]
    flags: tuple[Flag, ...]
    plan_seed: PlanSeed
    self_guided_allowed: bool = False
    measures: tuple[ScheduledMeasure, ...] = ()
    """Measures due at occasions of the course, besides the pace of `instruments`."""
    therapist_only: tuple[str, ...] = ()
    """Instruments about the work with the therapist: what they flag is for the therapist alone."""
    alerts: tuple[AlertRule, ...] = ()
    """Kinds it does not list are not raised."""
    requirements: tuple[Requirement, ...] = ()
    """Rules that are data alone, of the kinds in `requirements.py`."""
    pdmp_required: bool = False
    """A prescription is recorded only once the state's prescription monitoring program was asked lately."""
    risk_screen: RiskScreen | None = None
    sources: dict[str, str]
    """Source key to title or address."""

    def rule(self, rule: str) -> Rule:
        """The rule of that number; KeyError where the document has none."""
        found = next((r for r in self.rules if r.rule == rule), None)
        if found is None:
            raise KeyError(f"protocol {self.key} has no rule {rule}")
        return found

    @property
    def main_instrument(self) -> str | None:
        """The measure by which a course is followed first."""
        return next((one.instrument for one in self.instruments if one.is_main), None)

    def required(self, kind: type[K]) -> tuple[K, ...]:
        """The requirements of one kind, in the order of the document."""
        return tuple(one for one in self.requirements if isinstance(one, kind))

    def has_rule(self, rule: str) -> bool:
        """Whether the document has that rule; one that it lacks is not in force."""
        return any(r.rule == rule for r in self.rules)

    def contraindication(self, code: str) -> ContraindicationEntry | None:
        """What the document says of it; also of one that stands for what is withheld."""
        return next((c for c in self.contraindications if c.code == code), WITHHELD.get(code))

    def name_of_contraindication(self, code: str) -> str:
        """Its name; of one the document no longer lists, the code in words."""
        entry = self.contraindication(code)
        return entry.name if entry else code.replace("_", " ")

    def consent(self, consent_type: str) -> ConsentRequirement | None:
        return next((c for c in self.consents if c.consent_type == consent_type), None)

    def flag(self, key: str) -> Flag | None:
        return next((f for f in self.flags if f.key == key), None)

    def alert(self, kind: str) -> AlertRule | None:
        return next((a for a in self.alerts if a.kind == kind), None)

    def legal_basis_on(self, day: date) -> LegalBasis | None:
        """The basis in force on that day that lasts longest."""
        in_force = [b for b in self.legal_bases if b.from_on <= day and (b.until_on is None or day <= b.until_on)]
        return max(in_force, key=lambda b: b.until_on or date.max, default=None)

    @property
    def key(self) -> str:
        return f"{self.protocol_id}-{self.protocol_version}"


class ProtocolDocumentIsIncomplete(Refused):
    """The document is no complete protocol: {places}. Complete it and try again."""


def read(document: dict[str, Any]) -> Protocol:
    """The protocol in a document; refuses one that is incomplete, naming the first five places."""
    try:
        return Protocol.model_validate(document)
    except ValidationError as invalid:
        places = "; ".join(".".join(map(str, e["loc"])) + ": " + e["msg"] for e in invalid.errors()[:5])
        raise ProtocolDocumentIsIncomplete(field="document", places=places) from invalid


def hash_of(document: dict[str, Any]) -> str:
    """SHA-256 of a protocol document in canonical form: the same for the same content, however it was written."""
    return sha256(dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
