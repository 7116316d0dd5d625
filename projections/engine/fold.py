"""Folding a page of events into rows, in memory."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.event import Event
from projections.engine.read_model import ReadModel
from projections.engine.rows import Rows, Slot
from projections.engine.source import Entry
from projections.engine.statements import Same
from projections.engine.table import Fold, Keys, by_stream

Folding = tuple[Rows, Keys, Fold[Any]]
Step = tuple[Entry, Rows, Slot, Fold[Any]]
Derived = dict[tuple[Any, ...], tuple[Any, Any, Any]]
"""What rows became, by the identities of what they were made of; these are kept beside, so that none is reused."""


class FoldFailed(Exception):
    """A fold, or the decoding before it, failed at one event; `entry` says which, the cause says how."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"position {entry.position}")
        self.entry = entry


class Folder:
    """The folds of one read model over its tables in memory."""

    def __init__(self, model: ReadModel, tables: Sequence[Rows]) -> None:
        self.model = model
        self.tables = tables
        self.foldings: Mapping[type[Event], Sequence[Folding]] = {
            event: [(rows, one.keys, one.fold) for rows in tables for one in rows.table.folds.get(event, ())]
            for event in model.handles
        }


def fold_all(connection: Connection[Any], folders: Sequence[Folder], entries: Sequence[Entry]) -> None:
    """Load what these events touch, one query per table, then fold them in order, each for all read models in turn.

    What is derived of a row is so once, after the last of them. Raises FoldFailed at the first event that cannot be
    folded, or the last of a row that cannot be derived; the rows in memory are then worth nothing.
    """
    steps = _loaded(connection, folders, entries)
    for entry, rows, slot, fold in steps:
        before = slot.row
        try:
            after = fold(entry.event, entry.envelope, before)  # type: ignore[arg-type]
        except Exception as error:
            raise FoldFailed(entry) from error
        if after is not before:
            rows.put(slot, after)
    _derive(folders, steps)


def fold_one_by_one(connection: Connection[Any], folder: Folder, entries: Sequence[Entry]) -> None:
    """The same for one read model, with each row whole after every event: to find the first one that fails.

    Raises FoldFailed at the first event that cannot be folded, or after which a row cannot be derived.
    """
    for entry, rows, slot, fold in _loaded(connection, [folder], entries):
        before = slot.row
        try:
            after = fold(entry.event, entry.envelope, before)  # type: ignore[arg-type]
            if after is not before:
                rows.put(slot, None if after is None else rows.table.whole(after, before))
        except Exception as error:
            raise FoldFailed(entry) from error


def _loaded(connection: Connection[Any], folders: Sequence[Folder], entries: Sequence[Entry]) -> list[Step]:
    steps = _steps(folders, entries)
    same: Same = {}
    for folder in folders:
        for rows in folder.tables:
            rows.load(connection, same)
    return steps


def _derive(folders: Sequence[Folder], steps: Sequence[Step]) -> None:
    """Make the rows whole that changed. Lists that keep the same share what they fold: theirs stay the same objects."""
    derived: Derived = {}
    for rows in (rows for folder in folders for rows in folder.tables if rows.table.derive):
        for slot in rows.changed:
            if slot.row is None:
                continue
            about = (rows.table.derive, id(slot.row), id(slot.stored))
            if about not in derived:
                derived[about] = (slot.row, slot.stored, _whole(rows, slot, steps))
            slot.row = derived[about][-1]


def _whole(rows: Rows, slot: Slot, steps: Sequence[Step]) -> Any:
    try:
        return rows.table.whole(slot.row, slot.stored)
    except Exception as error:
        entry = next(entry for entry, _, touched, _ in reversed(steps) if touched is slot)
        raise FoldFailed(entry) from error


def _steps(folders: Sequence[Folder], entries: Sequence[Entry]) -> list[Step]:
    steps: list[Step] = []
    known: dict[type[Event], list[Folding]] = {}
    slots: defaultdict[UUID, dict[int, Slot]] = defaultdict(dict)
    for entry in entries:
        try:
            if entry.failure:
                raise entry.failure
            kind: type[Event] = type(entry.event)  # type: ignore[assignment]
            if (foldings := known.get(kind)) is None:
                foldings = known[kind] = [one for folder in folders for one in folder.foldings.get(kind, ())]
            of_stream = slots[entry.stream_id]
            for rows, keys, fold in foldings:
                if keys is by_stream:
                    steps.append((entry, rows, _slot_of_stream(of_stream, rows, entry), fold))
                    continue
                for key in keys(entry.event, entry.envelope):  # type: ignore[arg-type]
                    steps.append((entry, rows, rows.slot(key), fold))
        except Exception as error:
            raise FoldFailed(entry) from error
    return steps


def _slot_of_stream(known: dict[int, Slot], rows: Rows, entry: Entry) -> Slot:
    """Most rows are those of a stream; hashing its id anew for every table took a twelfth of a rebuild (measured)."""
    slot = known.get(id(rows))
    if slot is None:
        slot = known[id(rows)] = rows.slot((entry.stream_id,))
    return slot
