"""Which questionnaires a patient may be shown, and in which language there is an official text."""

from collections.abc import Iterable

from domain.instrument import Instrument, Rater, ids, load
from domain.instrument.translation import translation
from domain.patient.language import Language


def can_be_shown(instrument: Instrument) -> str | None:
    """Why a patient may not be shown it; None where they may."""
    if instrument.rater is not Rater.SELF:
        return "a clinician rates it"
    if not instrument.has_text:
        return "its text is not here"
    return None


def still_shown(instruments: Iterable[str]) -> list[Instrument]:
    """Of those that a link asks for, the ones whose text was not taken away since it was sent."""
    here = (load(name) for name in instruments if name in ids())
    return [one for one in here if can_be_shown(one) is None]


def has_text_in(instrument: Instrument, language: Language) -> bool:
    """Whether its official text is there in this language; otherwise the English one is shown, with a notice."""
    return language is Language.ENGLISH or translation(instrument, language) is not None
