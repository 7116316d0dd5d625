"""What a field counts in, told from its name: quantities carry their unit there."""

UNITS: tuple[tuple[str, str], ...] = (
    ("mg", "mg"),
    ("mmhg", "mmHg"),
    ("per_min", "per minute"),
    ("per_day", "per day"),
    ("per_night", "per night"),
    ("percent", "%"),
    ("kg", "kg"),
    ("minutes", "minutes"),
    ("hours", "hours"),
    ("hour", "hour of the day, 0 to 23"),
    ("days", "calendar days"),
    ("at", "instant with its offset"),
    ("on", "calendar day"),
    ("zone", "name of a time zone (IANA)"),
    ("sha256", "SHA-256, hexadecimal"),
)
INSTANT, DAY = "instant with its offset", "calendar day"


def unit_of(name: str, shape: str = "") -> str | None:
    """The unit of a field of that name, None where it has none. `shape`: the format of its JSON Schema, if any."""
    match shape:
        case "date-time":
            return INSTANT
        case "date":
            return DAY
        case "uuid":
            return None
    found = next((unit for suffix, unit in UNITS if name == suffix or name.endswith(f"_{suffix}")), None)
    return None if found in (INSTANT, DAY) else found
