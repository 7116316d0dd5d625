"""The wording of an instrument that is shipped as a scorer only: what a deployment adds once it has the licence."""

from collections.abc import Iterator

from pydantic import Field

from domain.instrument.instrument import Instrument
from domain.instrument.item import Frozen, Item, Option
from domain.protocol.check.lines import Place

Mistake = tuple[Place, str]


class ItemWording(Frozen):
    """The words of one question, and of its answers in the order of the scorer's."""

    number: int
    text: str = Field(min_length=1)
    hint: str | None = None
    options: tuple[str, ...] = ()


class Wording(Frozen):
    """Words only: they cannot change what anything counts."""

    words_for: str
    version: str
    notice: str = Field(min_length=1)
    """Whose text it is, and under which licence it is used here."""
    stem: str | None = None
    scale: tuple[str, ...] = ()
    """The words of the common answers, in the order of the scorer's."""
    items: tuple[ItemWording, ...] = Field(min_length=1)

    def mistakes(self, scorer: Instrument) -> Iterator[Mistake]:
        """What does not fit the scorer."""
        if self.scale and len(self.scale) != len(scorer.scale):
            yield ("scale",), f"{scorer.title} has {len(scorer.scale)} common answers; {len(self.scale)} are given."
        known = {item.number: item for item in scorer.items}
        for place, words in enumerate(self.items):
            if (item := known.pop(words.number, None)) is None:
                yield ("items", place, "number"), f"Item {words.number} is not one of {scorer.title}, or stands twice."
            elif words.options and len(words.options) != len(scorer.options_of(item)):
                count = len(scorer.options_of(item))
                yield ("items", place, "options"), f"Item {words.number} has {count} answers; give words for each."
        if known:
            missing = ", ".join(map(str, known))
            yield ("items",), f"Words are missing for item {missing}."

    def on(self, scorer: Instrument) -> Instrument:
        """The scorer with these words; it scores as before."""
        words = {one.number: one for one in self.items}
        return scorer.model_copy(
            update={
                "stem": self.stem,
                "scale": _named(scorer.scale, self.scale),
                "items": tuple(_worded(item, words[item.number]) for item in scorer.items),
                "licence": scorer.licence.model_copy(update={"notice": self.notice}),
            }
        )


def _worded(item: Item, words: ItemWording) -> Item:
    options = _named(item.options, words.options)
    return item.model_copy(update={"text": words.text, "hint": words.hint or item.hint, "options": options})


def _named(options: tuple[Option, ...], labels: tuple[str, ...]) -> tuple[Option, ...]:
    if not labels:
        return options
    return tuple(one.model_copy(update={"label": label}) for one, label in zip(options, labels, strict=True))
