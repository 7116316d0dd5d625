"""A history as somebody reads it from whom records of substance use are withheld (42 CFR Part 2).

Every entry stays in its place, with its times and who recorded it; what it says goes. What an entry closes stays
closed: a finding keeps its weight under another name. So whatever is made from such a history, a state, a gate or a
sentence, can tell nothing more.
"""

from collections.abc import Iterable, Sequence, Set
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from domain.episode.consent.consents import ConsentType
from domain.episode.course.explain_late_entry import LateEntryExplained
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.disclosure.record_disclosure import RecordDisclosed
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.eligibility.resolve_contraindication import ContraindicationResolved
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.question.answer_question import QuestionAnswered
from domain.episode.question.ask_question import QuestionAsked
from domain.episode.question.close_question import QuestionClosed
from domain.event import Envelope, Event, Recorded
from domain.protocol.contraindication import ABSOLUTE, RELATIVE
from domain.sensitivity import Sensitivity
from domain.substance_use import speaks_of_substance_use

SOMETHING = "something on substance use, withheld from this role"
"""In the place of a diagnosis, or of a fact in words."""
LEVEL = "withheld from this role"
"""In the place of a result: that there is one settles what was due."""
NO_RESULT = {"total": None, "band": None, "answers": None, "safety_answer": None, "level": LEVEL}
CODES = frozenset({"absolute", "relative", "contraindications"})
"""Fields that hold codes of contraindications."""


class EntryWithheld(EpisodeEvent):
    """Stands for an entry that is withheld whole. It is never stored.

    `effect` is what of it the state still needs: that something stands in the way, or does not any more.
    """

    stored_as: ClassVar[str] = "EntryWithheld"
    schema_version: ClassVar[int] = 1
    happened_in: ClassVar[str | None] = None
    sensitivity: ClassVar[str] = Sensitivity.SUBSTANCE_USE.value

    effect: Event | None = None


@evolve.register
def _(event: EntryWithheld, episode: Episode, envelope: Envelope) -> Episode:
    return episode if event.effect is None else evolve(event.effect, episode, envelope)


def without_substance_use(
    history: Iterable[Recorded], *, relative: Set[str], tells_of_disclosures: bool
) -> tuple[Recorded, ...]:
    """The history without what speaks of substance use; as many entries, in the same order.

    `relative`: codes of contraindications that are not absolute. `tells_of_disclosures`: whether it is told that
    something on substance use was disclosed by hand, as whoever accounts for disclosures has to know (42 CFR 2.25).
    """
    reading = _Reading(relative, tells_of_disclosures)
    return tuple(Recorded(reading.of(one), one.envelope) for one in history)


class _Reading:
    """One walk through a history. What refers to an entry that was withheld is withheld with it."""

    def __init__(self, relative: Set[str], tells_of_disclosures: bool) -> None:
        self._relative, self._tells_of_disclosures = relative, tells_of_disclosures
        self._withheld: set[UUID] = set()
        """Ids of entries, of the results and questions in them, and of the commands that recorded them."""

    def of(self, recorded: Recorded) -> Event:
        event, envelope = recorded
        if not self._is_guarded(event, envelope):
            return self._in_part(event)
        self._withheld |= {envelope.event_id, envelope.command_id, *_ids_in(event)}
        return EntryWithheld(effect=self._effect(event))

    def _is_guarded(self, event: Event, envelope: Envelope) -> bool:
        if Sensitivity.SUBSTANCE_USE in (envelope.sensitivity, event.guarded_as):
            return True
        if isinstance(event, LateEntryExplained):
            return envelope.command_id in self._withheld
        return not self._withheld.isdisjoint(_refers_to(event))

    def _effect(self, event: Event) -> Event | None:
        match event:
            case ContraindicationFound() | ContraindicationResolved():
                return event.model_copy(update={"code": self._code(event.code)})
            case OutcomeRecorded() | OutcomeCorrected():
                return event.model_copy(update=NO_RESULT)
            case EntryMarkedInError():
                return event
            case _:
                return None

    def _in_part(self, event: Event) -> Event:
        if isinstance(event, RecordDisclosed) and not self._tells_of_disclosures:
            missing = None if event.consent_missing is ConsentType.SUBSTANCE_USE_RECORDS else event.consent_missing
            return event.model_copy(update={"with_substance_use": False, "consent_missing": missing})
        kept: Event = self._without(event)
        return kept

    def _without(self, model: Any) -> Any:
        """The same model where nothing in it speaks of it, else a copy; lists are looked through at every depth."""
        changed: dict[str, Any] = {}
        for name, value in model.__dict__.items():
            match value:
                case tuple() if value:
                    told = self._items(name, value)
                case BaseModel():
                    told = self._without(value)
                case _ if hasattr(value, "__dataclass_fields__"):
                    told = self._without_in_dataclass(value)
                case _:
                    continue
            if told != value:
                changed[name] = told
        return model.model_copy(update=changed) if changed else model

    def _without_in_dataclass(self, value: Any) -> Any:
        fields = {name: item for name, item in value.__dict__.items() if isinstance(item, tuple) and item}
        told = {name: self._items(name, items) for name, items in fields.items()}
        copy = object.__new__(type(value))
        copy.__dict__.update(value.__dict__ | told)
        return copy

    def _items(self, name: str, items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(told for item in items if (told := self._item(name, item)) is not None)

    def _item(self, name: str, item: Any) -> Any:
        if isinstance(item, str) and speaks_of_substance_use(str(item)):
            if isinstance(item, Enum):
                return None  # a closed set has no word for what is withheld
            return self._code(item) if name in CODES else SOMETHING
        if isinstance(instrument := getattr(item, "instrument", None), str):
            asked = {"instrument": instrument, "instrument_version": getattr(item, "instrument_version", None)}
            return None if speaks_of_substance_use(asked) else item
        return self._without(item) if isinstance(item, BaseModel) else item

    def _code(self, code: str) -> str:
        if not speaks_of_substance_use(code):
            return code
        return RELATIVE if code in self._relative else ABSOLUTE


def _refers_to(event: Event) -> set[UUID]:
    """What an entry is about, where it could quote it."""
    match event:
        case EntryMarkedInError(entry_id=found) | QuestionAsked(about_entry_id=found):
            return {found}
        case OutcomeCorrected(outcome_id=found) | QuestionAnswered(question_id=found):
            return {found}
        case QuestionClosed(question_id=found):
            return {found}
        case _:
            return set()


def _ids_in(event: Event) -> set[UUID]:
    """By what later entries name what this one brought into being."""
    match event:
        case OutcomeRecorded(outcome_id=found) | QuestionAsked(question_id=found):
            return {found}
        case _:
            return set()
