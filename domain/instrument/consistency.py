"""Whether the parts of an instrument fit together: each mistake in one sentence."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.instrument.instrument import Instrument


def mistakes(instrument: "Instrument") -> Iterator[str]:
    """What contradicts itself, the most basic first: later checks rest on the earlier ones."""
    numbers = [item.number for item in instrument.items]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "items are numbered from 1 without gaps"
        return
    if instrument.range is not None and instrument.scale:
        yield "answers are a list, `scale`, or a `range`, not both"
    if instrument.range is None and not all(instrument.options_of(item) for item in instrument.items):
        yield "every item has answers: its own `options`, the common `scale` or the `range`"
        return
    if not set(_named(instrument)) <= set(numbers):
        yield "scoring, criteria, triage and safety name only items that exist"
        return
    yield from _asked(instrument)
    yield from _criteria(instrument)
    if instrument.triage is not None and (instrument.bands or instrument.safety_item):
        yield "a triage has levels, so no bands and no safety item of its own"
    if instrument.bands and not _bands_cover_every_total(instrument):
        yield "bands cover every total from lowest to highest, without gap or overlap"
    if instrument.bands and instrument.bands_source is None:
        yield "bands name their source, `bands_source`"


def _named(instrument: "Instrument") -> Iterator[int]:
    yield from instrument.scoring.reverse_items
    for group in instrument.scoring.max_of:
        yield from group
    for group in instrument.scoring.one_of:
        yield from group
    for subscale in instrument.scoring.subscales:
        yield from subscale.items
    for criterion in instrument.criteria:
        for need in criterion.needs:
            yield from need.items
    for level in instrument.triage.levels if instrument.triage else ():
        yield from level.any_of
    if instrument.safety_item is not None:
        yield instrument.safety_item.number


def _asked(instrument: "Instrument") -> Iterator[str]:
    for item in instrument.items:
        if item.asked_if is not None and not all(1 <= number < item.number for number in item.asked_if.any_of):
            yield "an item is asked because of earlier items only"
    grouped = [number for group in instrument.scoring.max_of for number in group]
    if len(set(grouped)) != len(grouped):
        yield "an item counts in one group only"


def _criteria(instrument: "Instrument") -> Iterator[str]:
    named = {need.subscale for criterion in instrument.criteria for need in criterion.needs if need.subscale}
    if not named <= {subscale.name for subscale in instrument.scoring.subscales}:
        yield "criteria name only subscales that exist"


def _bands_cover_every_total(instrument: "Instrument") -> bool:
    bands = instrument.bands
    joined = all(upper.lowest == lower.highest + 1 for lower, upper in pairwise(bands))
    proper = all(band.lowest <= band.highest for band in bands)
    return joined and proper and (bands[0].lowest, bands[-1].highest) == (instrument.lowest, instrument.highest)
