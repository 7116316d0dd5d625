"""A deviation: something that happened broke a rule. It is told to the prescriber and unmakes nothing."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from domain.derived import derived_id
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.safety import Deviation
from domain.event import Envelope
from domain.stream import change, put
from domain.substance_use import RULES


class DeviationNoted(EpisodeEvent, stored_as="DeviationNoted"):
    """Something departed from the protocol or the plan; noted beside the event that did.

    `code` is the situation (clearance_lapsed, over_maximum); `values` its numbers, the unit in each name.
    """

    deviation_id: UUID
    rule: str
    code: str
    about: UUID
    """The dose, set of vitals or session that broke the rule."""
    values: dict[str, Decimal] = Field(default_factory=dict)
    at: datetime | None = None
    """The moment the rule names, such as when the clearance had lapsed."""

    @property
    def leaves_in_full(self) -> bool:
        """That a rule about drinking was broken says that somebody drank (42 CFR Part 2)."""
        return self.rule not in RULES


def note_deviation(
    rule: str, code: str, about: UUID, at: datetime | None = None, **values: Decimal | int
) -> DeviationNoted:
    """The deviation that follows from something recorded in the same decision."""
    numbers = {name: Decimal(value) for name, value in values.items()}
    deviation_id = derived_id(about, "deviation", rule, code)
    return DeviationNoted(deviation_id=deviation_id, rule=rule, code=code, about=about, values=numbers, at=at)


@evolve.register
def _(event: DeviationNoted, episode: Episode, envelope: Envelope) -> Episode:
    deviation = Deviation(
        deviation_id=event.deviation_id,
        entry_id=envelope.event_id,
        rule=event.rule,
        code=event.code,
        about=event.about,
        noted_at=envelope.occurred_at,
        known_at=envelope.recorded_at,
    )
    return change(episode, deviations=put(episode.deviations, event.deviation_id, deviation))
