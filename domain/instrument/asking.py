"""Which items are asked: some only after a yes to an earlier one."""

from collections.abc import Sequence

from domain.instrument.instrument import Instrument

Answers = tuple[int | None, ...]


def in_full(instrument: Instrument, answers: Sequence[int | None]) -> Answers:
    """One answer per item: items at the end that depend on others may be left off, and count as left empty."""
    left_off = instrument.items[len(answers) :]
    if left_off and all(item.asked_if is not None for item in left_off):
        return (*answers, *(None for _ in left_off))
    return tuple(answers)


def not_asked(instrument: Instrument, answers: Answers) -> frozenset[int]:
    """The numbers of empty items that the other answers rule out. Where those are unknown, it was to be asked."""
    if None not in answers:
        return frozenset()
    chosen = (group for group in instrument.scoring.one_of if any(answers[n - 1] is not None for n in group))
    out = {number for group in chosen for number in group if answers[number - 1] is None}
    for item in instrument.items:
        condition, answer = item.asked_if, answers[item.number - 1]
        if condition is None or answer is not None:
            continue
        if all(_rules_out(answers[number - 1], number in out, condition.at_least) for number in condition.any_of):
            out.add(item.number)
    return frozenset(out)


def _rules_out(answer: int | None, was_not_asked: bool, at_least: int) -> bool:
    return was_not_asked if answer is None else answer < at_least


def unanswered(instrument: Instrument, answers: Answers) -> frozenset[int]:
    """The numbers of items that were to be asked and have no answer."""
    if None not in answers:
        return frozenset()
    empty = {item.number for item in instrument.items if answers[item.number - 1] is None}
    return frozenset(empty - not_asked(instrument, answers))
