"""The shipped instruments: `data/<id>.json` is the current version, `data/<id>@<version>.json` an earlier one."""

from functools import cache
from importlib.resources import files

from domain.instrument.instrument import Instrument
from domain.refusal import Refused


class InstrumentIsUnknown(Refused):
    """There is no instrument {wanted}. Choose one of: {known}."""


class InstrumentVersionIsUnknown(Refused):
    """{title} has no version {wanted} here. The current version is {current}."""


@cache
def ids() -> tuple[str, ...]:
    """The instruments there are, in alphabetical order."""
    return tuple(name for name in _names() if "@" not in name)


@cache
def load(instrument_id: str, version: str | None = None) -> Instrument:
    """The current version, or the one a stored outcome names, so that old scores can be computed again."""
    if instrument_id not in ids():
        raise InstrumentIsUnknown(field="instrument", wanted=instrument_id[:40], known=", ".join(ids()))
    current = _read(instrument_id)
    if version is None or version == current.version:
        return current
    if (earlier := f"{instrument_id}@{version}") not in _names():
        raise InstrumentVersionIsUnknown(title=current.title, wanted=version[:40], current=current.version)
    return _read(earlier)


@cache
def _names() -> tuple[str, ...]:
    found = (entry.name for entry in (files(__package__) / "data").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in found if name.endswith(".json")))


def _read(name: str) -> Instrument:
    return Instrument.model_validate_json((files(__package__) / "data" / f"{name}.json").read_bytes())
