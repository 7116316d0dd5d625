"""The rules of an instrument as lines to read: each with its source and mark, as the pack has them."""

from collections.abc import Iterator
from typing import NamedTuple

from api.formats import counted, score_range
from domain.instrument import Direction, Instrument, Rater
from domain.instrument.catalogue import is_licensed
from domain.instrument.item import Sourced
from domain.instrument.rules import Criterion, Need, Subscale


class RuleShown(NamedTuple):
    """One rule: what it is about, what it says, and what it rests on."""

    name: str
    words: str
    founded: Sourced | None = None


def facts_of(instrument: Instrument) -> list[tuple[str, str]]:
    """What is plain about it."""
    rated = "the patient" if instrument.rater is Rater.SELF else "a clinician"
    better = "lower" if instrument.direction is Direction.LOWER_IS_BETTER else "higher"
    window = f"the last {counted(instrument.lookback_days, 'day')}" if instrument.lookback_days else "as it says"
    found = [("Answered by", rated), ("About", window), ("Items", str(len(instrument.items)))]
    if instrument.has_total:
        found.append(("Total", f"{score_range(instrument.lowest, instrument.highest)}, {better} is better"))
    return [*found, ("Wording", wording_of(instrument)), ("Rights", instrument.licence.notice)]


def wording_of(instrument: Instrument) -> str:
    """Where its words come from."""
    if is_licensed(instrument):
        return "licensed by this installation"
    return "shipped" if instrument.licence.text_may_be_shipped else "not shipped; items are shown by number"


def rules_of(instrument: Instrument) -> list[RuleShown]:
    """Every rule it has, in the order in which a sheet is scored."""
    return [*_counting(instrument), *_meaning(instrument), *_change(instrument)]


def _counting(instrument: Instrument) -> Iterator[RuleShown]:
    scoring = instrument.scoring
    if scoring.reverse_items:
        yield RuleShown("Reversed", f"Items {_listed(scoring.reverse_items)} count from the other end", scoring.founded)
    for group in scoring.max_of:
        yield RuleShown("Highest of", f"Of items {_listed(group)} the highest counts", scoring.founded)
    for group in scoring.one_of:
        yield RuleShown("One of", f"Of items {_listed(group)} one is answered", scoring.founded)
    if scoring.multiply_by != 1:
        yield RuleShown("Multiplied", f"The sum times {scoring.multiply_by}", scoring.founded)
    most = instrument.missing.most
    filled = f"Up to {counted(most, 'empty item')} count as the mean of the others"
    left = filled if most else "No total where an item is empty"
    yield RuleShown("Missing", left, instrument.missing)
    for subscale in scoring.subscales:
        yield RuleShown("Part", _part(subscale), subscale)


def _part(subscale: Subscale) -> str:
    how = "highest of items" if subscale.combine == "highest" and len(subscale.items) > 1 else "items"
    share = ", in per cent of the most" if subscale.as_percent else ""
    return f"{subscale.name}: {how} {_listed(subscale.items)}{share}"


def _meaning(instrument: Instrument) -> Iterator[RuleShown]:
    bands = "; ".join(f"{score_range(band.lowest, band.highest)} {band.label}" for band in instrument.bands)
    if bands:
        yield RuleShown("Bands", bands, instrument.bands_source)
    if (triage := instrument.triage) is not None:
        levels = "; ".join(f"{level.name}: yes to {_listed(level.any_of, 'or')}" for level in reversed(triage.levels))
        yield RuleShown("Levels", f"{levels}; else {triage.otherwise}", triage)
        yield RuleShown("Review", f"From level {triage.review_from} on a clinician reviews it", triage)
    if (item := instrument.safety_item) is not None:
        yield RuleShown("Safety", f"Item {item.number} from {item.at_least} on, whatever the total", item)
    for criterion in instrument.criteria:
        yield RuleShown("Criterion", _criterion(criterion), criterion)


def _criterion(criterion: Criterion) -> str:
    return f"{criterion.name}: {'; '.join(map(_need, criterion.needs))}"


def _need(need: Need) -> str:
    if need.total_at_least is not None:
        return f"total {need.total_at_least} or more"
    if need.subscale is not None:
        return f"{need.subscale} {need.percent_at_least} % or more"
    return f"{need.count} of items {_listed(need.items)} at {need.at_least} or more"


def _change(instrument: Instrument) -> Iterator[RuleShown]:
    rules, worse = instrument.change, instrument.direction is Direction.LOWER_IS_BETTER
    if (response := rules.response) is not None:
        much = f"{response.percent} %" if response.percent is not None else counted(response.points or 0, "point")
        yield RuleShown("Response", f"Better by {much}", response)
    if rules.remission is not None:
        yield RuleShown("Remission", f"{rules.remission.at} or {'less' if worse else 'more'}", rules.remission)
    if rules.reliable is not None:
        yield RuleShown("Reliable change", counted(rules.reliable.points, "point"), rules.reliable)
    if rules.deterioration is not None:
        points = counted(rules.deterioration.points, "point")
        yield RuleShown("Deterioration", f"Worse by {points}", rules.deterioration)
    if rules.caseness is not None:
        yield RuleShown("Cut-off", f"{rules.caseness.at} or {'more' if worse else 'less'}", rules.caseness)


def _listed(numbers: tuple[int, ...], last: str = "and") -> str:
    if len(numbers) > 2 and numbers == tuple(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    written = [str(number) for number in numbers]
    return written[0] if len(written) == 1 else f"{', '.join(written[:-1])} {last} {written[-1]}"
