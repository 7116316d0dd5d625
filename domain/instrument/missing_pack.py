"""What stands in for an instrument whose licensed pack was taken away: its scores stay readable, and judge nothing."""

from domain.instrument.instrument import Codes, Instrument, Licence
from domain.instrument.item import Direction, Rater
from domain.instrument.rules import ChangeRules, MissingRule


class MissingPack(Instrument):
    """It has no items, no bands and no rule of change; what was stored with each outcome is all that is known."""

    @property
    def is_here(self) -> bool:
        return False

    @property
    def lowest(self) -> int:
        return 0

    @property
    def highest(self) -> int:
        return 0

    @property
    def has_text(self) -> bool:
        return False

    def is_positive(self, safety_answer: int | None) -> bool:
        """Without its rule any answer above the least asks for a clinician."""
        return safety_answer is not None and safety_answer > 0

    @property
    def safety_question(self) -> str:
        return "Answer on suicidal thoughts"

    def safety_words(self, answer: int | None, level: str | None = None) -> str:
        if level:
            return f"level {level}"
        return "not asked about suicidal thoughts" if answer is None else f"answer on suicidal thoughts was {answer}"


def missing_pack(instrument_id: str, version: str | None, title: str | None = None) -> MissingPack:
    """The stand-in for one version; `title` where the instrument itself is still here."""
    named = f"{title} version {version}" if title else instrument_id
    return MissingPack.model_construct(
        id=instrument_id,
        version=version or "",
        title=f"{named} (its pack is missing)",
        name=named,
        rater=Rater.SELF,
        direction=Direction.LOWER_IS_BETTER,
        lookback_days=None,
        items=(),
        missing=MissingRule(most=0, source="", mark="I"),
        bands=(),
        bands_source=None,
        change=ChangeRules(),
        is_for_change=False,
        codes=Codes(),
        licence=Licence(text_may_be_shipped=False, notice=""),
        sources={},
        about_substance_use=True,  # nobody here knows that it is not
    )
