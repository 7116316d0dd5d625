"""A set of vitals against the limits of a plan, and against the values nobody may go past."""

from domain.episode.plan.plan import Comparator, VitalLimits
from domain.episode.session.session import Vitals
from domain.protocol.numbers import Numbers


def breaches(vitals: Vitals, limits: VitalLimits) -> tuple[str, ...]:
    """Every value that is missing or outside the plan's limits, in words; empty when the set is complete and within."""
    upper = (
        _above("systolic", vitals.systolic_mmhg, limits.systolic_limit_mmhg, limits.comparator),
        _above("diastolic", vitals.diastolic_mmhg, limits.diastolic_limit_mmhg, limits.comparator),
        _above("pulse", vitals.pulse_per_min, limits.pulse_limit_per_min, limits.comparator),
    )
    lower = (
        _under("systolic", vitals.systolic_mmhg, limits.systolic_min_mmhg),
        _under("diastolic", vitals.diastolic_mmhg, limits.diastolic_min_mmhg),
        _under("pulse", vitals.pulse_per_min, limits.pulse_min_per_min),
        _oxygen(vitals.spo2_percent, limits.spo2_min_percent),
    )
    return tuple(said for said in (*upper, *lower) if said)


def is_within(vitals: Vitals, limits: VitalLimits) -> bool:
    return not breaches(vitals, limits)


def is_no_worse(vitals: Vitals, seen: Vitals | None, limits: VitalLimits) -> bool:
    """Whether each value that is out of limits was as far out in a set that was seen before, or further."""
    if seen is None:
        return is_within(vitals, limits)
    upper = (
        (vitals.systolic_mmhg, seen.systolic_mmhg, limits.systolic_limit_mmhg),
        (vitals.diastolic_mmhg, seen.diastolic_mmhg, limits.diastolic_limit_mmhg),
        (vitals.pulse_per_min, seen.pulse_per_min, limits.pulse_limit_per_min),
    )
    lower = (
        (vitals.systolic_mmhg, seen.systolic_mmhg, limits.systolic_min_mmhg),
        (vitals.diastolic_mmhg, seen.diastolic_mmhg, limits.diastolic_min_mmhg),
        (vitals.pulse_per_min, seen.pulse_per_min, limits.pulse_min_per_min),
    )
    rose = (_is_at_most(now, then) for now, then, limit in upper if _above("", now, limit, limits.comparator))
    fell = (_is_at_most(then, now) for now, then, limit in lower if _under("", now, limit))
    oxygen = _oxygen(vitals.spo2_percent, limits.spo2_min_percent)
    return all(rose) and all(fell) and (not oxygen or _is_at_most(seen.spo2_percent, vitals.spo2_percent))


def _is_at_most(value: int | None, most: int | None) -> bool:
    """A value that is missing is at most one that was missing too."""
    return value is most if value is None or most is None else value <= most


def is_crisis(vitals: Vitals, numbers: Numbers) -> bool:
    """At or above 180 or 110 (S:AHA-BP), or red-flag symptoms (S:SPR-BP): no recheck and no override."""
    is_high = vitals.systolic_mmhg >= numbers.crisis_systolic_mmhg.value
    is_high_below = (vitals.diastolic_mmhg or 0) >= numbers.crisis_diastolic_mmhg.value
    return is_high or is_high_below or vitals.symptoms


def in_words(vitals: Vitals) -> str:
    """148/82, pulse 78; a value that was not taken is named."""
    pressure = f"{vitals.systolic_mmhg}/{vitals.diastolic_mmhg or 'not measured'}"
    pulse = "pulse not measured" if vitals.pulse_per_min is None else f"pulse {vitals.pulse_per_min}"
    oxygen = "" if vitals.spo2_percent is None else f", {vitals.spo2_percent}%"
    return f"{pressure}, {pulse}{oxygen}"


def _above(name: str, value: int | None, limit: int, comparator: Comparator) -> str | None:
    if value is None:
        return f"{name} was not measured"
    if comparator is Comparator.BELOW:
        return f"{name} {value} is not below {limit}" if value >= limit else None
    return f"{name} {value} is above {limit}" if value > limit else None


def _under(name: str, value: int | None, limit: int) -> str | None:
    return f"{name} {value} is under {limit}" if value is not None and value < limit else None


def _oxygen(value: int | None, limit: int | None) -> str | None:
    """A plan that sets no limit for oxygen does not ask for it."""
    if limit is None:
        return None
    return "oxygen saturation was not measured" if value is None else _under("oxygen saturation", value, limit)
