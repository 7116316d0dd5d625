"""Records the outcomes of a file: an imported episode per patient, and each outcome once, however often it is read."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from deploy.operating.acting import act
from deploy.outcomes.destination import Destination
from deploy.outcomes.outcome_file import ImportedOutcome, ParsedFile, Rejection
from deploy.wiring import Wiring
from domain.actor import Role
from domain.derived import derived_id
from domain.episode.episode import EPISODE, Episode
from domain.episode.outcome.import_outcome import ImportOutcome, import_outcome
from domain.episode.outcome.outcomes import ImportedFrom, Outcome
from domain.episode.referral.import_history import ImportHistory, import_history
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.event import Event
from domain.instrument import Instrument
from domain.order import Order
from domain.sealed import Sealed
from store.blind_index import imported_token

LONGEST_RUNNING_NUMBER = 4
LONGEST_SOURCE = 120


class Imported(NamedTuple):
    """What became of a file. `skipped` were known already, stand in the file twice, or are of another instrument."""

    rows: int
    patients: int
    outcomes: int
    added: int
    skipped: int
    rejected: list[Rejection]


def import_outcomes(
    wiring: Wiring,
    to: Destination,
    instrument: Instrument,
    file: ParsedFile,
    source: str,
    advance: Callable[[int, int], None] = lambda done, of: None,
) -> Imported:
    """Record what is new, patient by patient in short transactions; what differs from the record is rejected."""
    by_patient: dict[str, list[ImportedOutcome]] = defaultdict(list)
    for outcome in file.outcomes:
        by_patient[outcome.patient].append(outcome)
    added, done, rejected = 0, 0, list(file.rejected)
    for patient, outcomes in by_patient.items():
        course = _Course(wiring, to, instrument, file, source[:LONGEST_SOURCE], patient)
        course.open(min(outcome.taken_on for outcome in outcomes))
        for outcome in outcomes:
            match course.record(outcome):
                case Rejection() as why_not:
                    rejected.append(why_not)
                case is_new:
                    added += is_new
        done += len(outcomes)
        advance(done, len(file.outcomes))
    differing = len(rejected) - len(file.rejected)
    skipped = file.skipped + file.of_other_instruments + len(file.outcomes) - added - differing
    rejected.sort(key=lambda one: one.line)
    return Imported(file.rows, len(by_patient), len(file.outcomes), added, skipped, rejected)


class _Course:
    """The imported episode of one patient. All ids follow from network and patient, so a repetition meets the same.

    They follow by a key: ids leave the house, and a plain hash would give a record number away to whoever tries them.
    """

    def __init__(
        self, wiring: Wiring, to: Destination, instrument: Instrument, file: ParsedFile, source: str, patient: str
    ) -> None:
        self._wiring, self._to, self._instrument, self._file = wiring, to, instrument, file
        self._source, self._patient = source, patient
        self._token = imported_token(wiring.kek, to.network_id, patient)
        self._patient_id = derived_id("imported patient", self._token)
        self._episode_id = derived_id("imported episode", self._token)
        self._episode: Episode = wiring.care.state(EPISODE, self._episode_id, network_id=to.network_id)[0]

    def open(self, first_taken_on: date) -> None:
        """Open the episode, as of its first outcome, and put the therapist on its team, unless that was done."""
        if self._episode.episode_id is None:
            history = ImportHistory(
                occurred_at=self._taken_at(first_taken_on),
                patient_id=self._patient_id,
                reference=reference_of(self._to.slug, self._patient, self._token),
                source=self._source,
                file_sha256=self._file.sha256,
                name=Sealed.of(f"{self._to.slug} {self._patient}"),
            )
            self._act(import_history, history, derived_id(self._episode_id, "import"))
        if not any(member.clinician_id == self._to.therapist_id for member in self._episode.team):
            member = AssignCareTeamMember(clinician_id=self._to.therapist_id, role=Role.THERAPIST)
            key = derived_id(self._episode_id, "team", self._to.therapist_id)
            self._act(assign_care_team_member, member, key)

    def record(self, outcome: ImportedOutcome) -> bool | Rejection:
        """Whether it was new, or why it cannot go in."""
        outcome_id = derived_id(self._token, self._instrument.id, outcome.taken_on)
        known = self._episode.outcomes.get(outcome_id)
        if known is not None:
            as_what = _differs(known, outcome)
            reason = f"It is recorded {as_what} already; correct the outcome in its episode."
            return Rejection(outcome.line, outcome.column, reason) if as_what else False
        order = ImportOutcome(
            outcome_id=outcome_id,
            instrument=self._instrument.id,
            instrument_version=self._instrument.version,
            taken_at=self._taken_at(outcome.taken_on),
            answers=outcome.answers,
            total=outcome.total if outcome.answers is None else None,
            imported=ImportedFrom(source=self._source, file_sha256=self._file.sha256, row=outcome.line),
        )
        return self._act(import_outcome, order, outcome_id)

    def _act(self, decision: Callable[..., list[Event]], order: Order, command_id: UUID) -> bool:
        to, episode_id = self._to, self._episode_id
        receipt = act(
            self._wiring, to.network_id, EPISODE, episode_id, decision, order, command_id=command_id, zone=to.zone
        )
        return bool(receipt.recorded) and not receipt.repeated

    def _taken_at(self, taken_on: date) -> datetime:
        """A file names days: noon is on that day in nearly every zone; the day's first minute while noon is to come."""
        noon = datetime.combine(taken_on, time(12), ZoneInfo(self._to.zone))
        return noon if noon <= self._wiring.clock() else noon.replace(hour=0)


def _differs(known: Outcome, found: ImportedOutcome) -> str | None:
    """As what else it is recorded. Answers of one total are not the same: one of them may be about suicide.

    A bare total says nothing against answers that come to it.
    """
    if known.total != found.total:
        return f"as {known.total}"
    if found.answers is None or found.answers == known.answers:
        return None
    return "without its answers" if known.answers is None else "with other answers"


def reference_of(slug: str, patient: str, token: str) -> str:
    """Such as BTHEB-0017. Only short running numbers are kept: anything longer might be a record number or a name.

    Then the token stands for it. A network such as n1 has too few letters to begin with.
    """
    letters = "".join(letter for letter in slug.upper() if letter.isalpha())[:8]
    prefix = letters if len(letters) > 1 else "IMP"
    is_running_number = patient.isascii() and patient.isdigit() and str(int(patient)) == patient
    if is_running_number and len(patient) <= LONGEST_RUNNING_NUMBER:
        return f"{prefix}-{patient.zfill(LONGEST_RUNNING_NUMBER)}"
    return f"{prefix}-{token[:10].upper()}"
