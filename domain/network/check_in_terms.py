"""How long a check-in link stays open, and how many wrong birth dates it bears."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckInTerms:
    """Where the network sets nothing: three days, and the fifth wrong birth date locks the link."""

    valid_hours: int = 72
    wrong_dates_allowed: int = 5
    spanish_crisis_text: str | None = None
    """Whom to call, for patients who read Spanish; without it they see the network's own text."""
