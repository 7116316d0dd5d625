"""Instruments that a deployment has licensed: one pack a file, in the folder THROUGHLINE_INSTRUMENTS names."""

from pathlib import Path

from deploy.failures import CannotGoOn
from domain.instrument.catalogue import put_beside


class PackIsBroken(CannotGoOn):
    """A licensed pack cannot be used; mend it, or take it out of the folder, and start again."""


def take_licensed(folder: Path | None) -> None:
    """Put the packs of a folder beside the shipped instruments; the first broken one stops the start."""
    if folder is None:
        put_beside(())
        return
    from domain.instrument.instrument import Instrument
    from domain.instrument.pack import PackIsWrong, read_pack

    if not folder.is_dir():
        raise PackIsBroken(f"THROUGHLINE_INSTRUMENTS names no folder: {folder}")
    found: dict[tuple[str, str], Instrument] = {}
    for file in sorted(folder.glob("*.json")):
        try:
            one = read_pack(text_of(file))
        except PackIsWrong as wrong:
            first = wrong.mistakes[0]
            raise PackIsBroken(f"{file.name}, line {first.line}: {first.says}") from wrong
        if (one.id, one.version) in found:
            raise PackIsBroken(f"{file.name}: {one.id} version {one.version} is in another file of the folder too.")
        found[one.id, one.version] = one
    put_beside(found.values())


def text_of(file: Path) -> str:
    """A pack as text; refused where it is none."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PackIsBroken(f"{file.name} is no UTF-8 text.") from None
