"""Official translations of questionnaires: `data/translations/<id>.<language>.json`, for one version each."""

from functools import cache
from importlib.resources import files

from domain.instrument.instrument import Instrument
from domain.instrument.item import Frozen


class Translation(Frozen):
    """Texts in the order of the instrument's items and of its common scale, word for word as published."""

    instrument: str
    version: str
    language: str
    stem: str
    scale: tuple[str, ...]
    items: tuple[str, ...]
    source: str
    notice: str


def translation(instrument: Instrument, language: str) -> Translation | None:
    """The text of exactly this version in a language; None where none is shipped, or where it no longer fits."""
    found = _shipped(instrument.id, language)
    if found is None or found.version != instrument.version:
        return None
    fits = (len(found.items), len(found.scale)) == (len(instrument.items), len(instrument.scale))
    return found if fits else None


@cache
def _shipped(instrument_id: str, language: str) -> Translation | None:
    entry = files(__package__) / "data" / "translations" / f"{instrument_id}.{language}.json"
    return Translation.model_validate_json(entry.read_bytes()) if entry.is_file() else None
