"""Whether the numbers of a document agree with one another, with the plan it proposes, and with the law it cites."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from domain.protocol.check.finding import Finding
from domain.protocol.check.lines import Place, Written
from domain.protocol.check.shape import entries, named


class Order(NamedTuple):
    """Two places whose numbers stand in an order, and the sentence for where they do not."""

    small: Place
    large: Place
    says: str
    may_be_equal: bool = True


def _number(name: str) -> Place:
    return ("numbers", name, "value")


def _seed(*name: str) -> Place:
    return ("plan_seed", *name)


FLOOR, USUAL = _number("minimum_interval_floor_days"), _number("usual_days")
ORDERS: tuple[Order, ...] = (
    Order(FLOOR, USUAL, "The fewest days between doses, {small}, are more than the usual {large}."),
    Order(FLOOR, _seed("minimum_interval_days"), "A new plan's fewest days, {large}, are under the floor of {small}."),
    Order(
        _seed("minimum_interval_days"), _seed("usual_days"),
        "A new plan's fewest days between doses, {small}, are more than its usual {large}.",
    ),
    Order(
        _number("observation_minutes"), _seed("observation_minutes"),
        "A new plan watches for {large} min, under the protocol's {small} min.",
    ),
    Order(
        _number("observation_minutes"), _number("swallowed_observation_minutes"),
        "After swallowing the patient is watched for {large} min, less than the usual {small} min.",
    ),
    Order(
        _number("booster_vitals_minutes"), _number("vitals_valid_minutes"),
        "Before a booster vitals may be {small} min old, before the first dose only {large} min.",
    ),
    Order(
        _number("check_tolerance_minutes"), _number("check_interval_minutes"),
        "A check may be {small} min late, as long as its whole interval of {large} min.", may_be_equal=False,
    ),
    Order(
        _number("crisis_systolic_mmhg"), _number("plausible_systolic_max_mmhg"),
        "Systolic pressure is a crisis from {small} on, which is asked about as implausible from {large} on.",
    ),
    Order(
        _number("crisis_diastolic_mmhg"), _number("plausible_diastolic_max_mmhg"),
        "Diastolic pressure is a crisis from {small} on, which is asked about as implausible from {large} on.",
    ),
    Order(
        _seed("vital_limits", "systolic_limit_mmhg"), _number("crisis_systolic_mmhg"),
        "A new plan's systolic limit, {small}, is in the crisis range from {large} on.",
    ),
    Order(
        _seed("vital_limits", "diastolic_limit_mmhg"), _number("crisis_diastolic_mmhg"),
        "A new plan's diastolic limit, {small}, is in the crisis range from {large} on.",
    ),
    Order(
        _seed("booster_from_minutes"), _seed("booster_until_minutes"),
        "The booster's window ends at {large} min, before it begins at {small} min.",
    ),
    *(
        Order(
            _number(f"plausible_{name}_min_{unit}"), _number(f"plausible_{name}_max_{unit}"),
            f"The lowest plausible {name}, {{small}}, is not under the highest, {{large}}.", may_be_equal=False,
        )
        for name, unit in (("systolic", "mmhg"), ("diastolic", "mmhg"), ("pulse", "per_min"))
    ),
    *(
        Order(
            _seed("vital_limits", f"{name}_min_{unit}"), _seed("vital_limits", f"{name}_limit_{unit}"),
            f"A new plan's lowest {name}, {{small}}, is not under its highest, {{large}}.", may_be_equal=False,
        )
        for name, unit in (("systolic", "mmhg"), ("diastolic", "mmhg"), ("pulse", "per_min"))
    ),
)  # fmt: skip
LAWFUL: tuple[tuple[Place, int, str], ...] = (
    (_number("prescription_refills"), 5, "21 CFR 1306.22 allows at most 5 refills of a schedule III medicine."),
    (_number("prescription_months"), 6, "21 CFR 1306.22 ends a schedule III prescription after 6 months."),
)


def agreement(written: Written) -> Iterable[Finding]:
    """Contradictions, each at the line of the number that would have to give way."""
    for order in ORDERS:
        small, large = (_amount(written.document, place) for place in (order.small, order.large))
        if small is None or large is None or small < large or (small == large and order.may_be_equal):
            continue
        says = order.says.format(small=_plain(small), large=_plain(large))
        yield Finding(named(order.small), written.line(*order.small), says)
    for place, most, says in LAWFUL:
        value = _amount(written.document, place)
        if value is not None and value > most:
            yield Finding(named(place), written.line(*place), says)
    yield from _requirements(written)
    yield from _alerts(written)
    yield from _days(written)
    yield from _main_measure(written)


def _requirements(written: Written) -> Iterator[Finding]:
    watched = _amount(written.document, _number("observation_minutes"))
    for number, one in entries(written.document, "requirements"):
        for first, last in (("from_minutes", "until_minutes"), ("from_week", "until_week")):
            begins, ends = one.get(first), one.get(last)
            if isinstance(begins, int) and isinstance(ends, int) and ends < begins:
                place: Place = ("requirements", number, last)
                yield Finding(named(place), written.line(*place), f"It ends at {ends}, before it begins at {begins}.")
        minutes = one.get("at_minutes") if one.get("kind") == "check_at" else [one.get("from_minutes")]
        is_after = one.get("kind") == "check_at" or one.get("when") == "after_dose"
        late = [m for m in minutes or () if isinstance(m, int) and watched is not None and m > watched]
        if is_after and late:
            says = f"It is due {max(late)} min after the dose, when the patient may have left after {watched} min."
            yield Finding(named(("requirements", number)), written.line("requirements", number), says)


def _alerts(written: Written) -> Iterator[Finding]:
    for number, one in entries(written.document, "alerts"):
        if [one.get("acknowledge_minutes"), one.get("acknowledge_by")].count(None) != 1:
            says = "Say by when it is acknowledged: acknowledge_minutes, or acknowledge_by instead."
            yield Finding(named(("alerts", number)), written.line("alerts", number), says)
        if not one.get("ladder"):
            says = "Nobody is told: give at least one place on its ladder."
            yield Finding(named(("alerts", number)), written.line("alerts", number), says)


def _days(written: Written) -> Iterator[Finding]:
    """Whatever holds from one day until another."""
    dated: list[tuple[Place, dict[str, Any]]] = [
        (("legal_bases", number), entry) for number, entry in entries(written.document, "legal_bases")
    ]
    for number, consent in entries(written.document, "consents"):
        accepted = consent.get("accepted")
        for item, entry in enumerate(accepted if isinstance(accepted, list) else ()):
            if isinstance(entry, dict):
                dated.append((("consents", number, "accepted", item), entry))
    for place, entry in dated:
        begins, ends = (_day(entry.get(name)) for name in ("from_on", "until_on"))
        if begins is not None and ends is not None and ends < begins:
            says = f"It ends on {ends}, before it begins on {begins}."
            yield Finding(named((*place, "until_on")), written.line(*place, "until_on"), says)


def _main_measure(written: Written) -> Iterator[Finding]:
    mains = [number for number, one in entries(written.document, "instruments") if one.get("is_main") is True]
    if isinstance(written.document.get("instruments"), list) and len(mains) != 1:
        says = "Mark exactly one instrument as the main measure (is_main)."
        yield Finding("instruments", written.line("instruments"), says)


def _amount(document: Any, place: Place) -> Decimal | None:
    for part in place:
        document = document.get(part) if isinstance(document, dict) else None
    if isinstance(document, bool) or not isinstance(document, int | float | str):
        return None
    try:
        return Decimal(str(document))
    except InvalidOperation:
        return None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
