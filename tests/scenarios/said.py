"""What the system answered to an order: recorded, or refused with the gate and the words."""

from typing import Any

import httpx


class Said:
    """The answer to one order."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer

    @property
    def is_recorded(self) -> bool:
        return self._answer.status_code == 200

    @property
    def is_not_found(self) -> bool:
        return self._answer.status_code == 404

    @property
    def events(self) -> list[str]:
        """What was recorded; nothing new where the same had been recorded before."""
        assert self.is_recorded, self._answer.text
        found: list[str] = self._answer.json()["events"]
        return found

    @property
    def event_ids(self) -> list[str]:
        assert self.is_recorded, self._answer.text
        found: list[str] = self._answer.json()["event_ids"]
        return found

    @property
    def why(self) -> str:
        """The sentence of the refusal."""
        assert not self.is_recorded, f"recorded {self._answer.json().get('events')}"
        return str(self._answer.json()["detail"])

    @property
    def closed(self) -> dict[str, dict[str, Any]]:
        """The gates in the way, by key."""
        assert not self.is_recorded, f"recorded {self._answer.json().get('events')}"
        return {gate["key"]: gate for gate in self._answer.json().get("gates", ())}

    def missing(self, key: str) -> str:
        """What the gate of that key misses."""
        assert key in self.closed, self._answer.text
        return str(self.closed[key]["missing"])

    def __repr__(self) -> str:
        return f"{self._answer.status_code} {self._answer.text}"
