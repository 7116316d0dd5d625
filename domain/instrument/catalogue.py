"""The instruments there are: shipped ones, and those a deployment has licensed and put beside them.

`data/<id>.json` is the current version of a shipped one, `data/<id>@<version>.json` an earlier one.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from domain.instrument.instrument import Instrument
from domain.instrument.missing_pack import missing_pack
from domain.refusal import Refused


class InstrumentIsUnknown(Refused):
    """There is no instrument {wanted}. Choose one of: {known}."""


class InstrumentVersionIsUnknown(Refused):
    """{title} has no version {wanted} here. The current version is {current}."""


_licensed: dict[tuple[str, str], Instrument] = {}


def put_beside(licensed: Iterable[Instrument]) -> None:
    """Take what a deployment has licensed, in place of what was taken before. For entry points, before anything else.

    One of a shipped id and version is that instrument with its wording; the caller has seen that it scores the same.
    """
    _licensed.clear()
    _licensed.update({(one.id, one.version): one for one in licensed})
    ids.cache_clear()
    load.cache_clear()


@cache
def ids() -> tuple[str, ...]:
    """The instruments there are, in alphabetical order."""
    return tuple(sorted({*shipped_ids(), *(instrument_id for instrument_id, _ in _licensed)}))


def title_of(instrument_id: str) -> str:
    """Its title; of one that is not here, such as a licensed one that was taken away, its id and that it is not."""
    return recorded_with(instrument_id).title


def shipped_ids() -> tuple[str, ...]:
    """Those that come with this software."""
    return tuple(name for name in _names() if "@" not in name)


def is_licensed(instrument: Instrument) -> bool:
    """Whether it, or its wording, comes from this deployment."""
    return (instrument.id, instrument.version) in _licensed


@cache
def load(instrument_id: str, version: str | None = None) -> Instrument:
    """The current version, or the one a stored outcome names, so that old scores can be computed again."""
    if instrument_id not in ids():
        raise InstrumentIsUnknown(field="instrument", wanted=instrument_id[:40], known=", ".join(ids()))
    current = _current(instrument_id)
    if version is None or version == current.version:
        return current
    if (earlier := _licensed.get((instrument_id, version))) is not None:
        return earlier
    if instrument_id in shipped_ids() and (found := shipped(instrument_id, version)) is not None:
        return found
    raise InstrumentVersionIsUnknown(title=current.title, wanted=version[:40], current=current.version)


def recorded_with(instrument_id: str, version: str | None = None) -> Instrument:
    """The instrument of a stored outcome for whoever reads it: where its pack is missing, what stands in for it.

    History stays readable when a licence ends. Whoever records, scores or corrects asks `load`, which refuses.
    """
    try:
        return load(instrument_id, version)
    except InstrumentIsUnknown:
        return missing_pack(instrument_id, version)
    except InstrumentVersionIsUnknown:
        return missing_pack(instrument_id, version, load(instrument_id).title)


def _current(instrument_id: str) -> Instrument:
    """The shipped one with the deployment's wording, if it has one; of an instrument not shipped the newest."""
    if instrument_id in shipped_ids():
        plain = _read(instrument_id)
        return _licensed.get((plain.id, plain.version), plain)
    versions = [one for (its_id, _), one in _licensed.items() if its_id == instrument_id]
    return max(versions, key=lambda one: (len(one.version), one.version))


def shipped(instrument_id: str, version: str) -> Instrument | None:
    """A shipped version as it came; None where there is none."""
    if instrument_id not in shipped_ids():
        return None
    current = _read(instrument_id)
    if version == current.version:
        return current
    return _read(f"{instrument_id}@{version}") if f"{instrument_id}@{version}" in _names() else None


@cache
def _names() -> tuple[str, ...]:
    found = (entry.name for entry in (files(__package__) / "data").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in found if name.endswith(".json")))


@cache
def _read(name: str) -> Instrument:
    return Instrument.model_validate_json((files(__package__) / "data" / f"{name}.json").read_bytes())
