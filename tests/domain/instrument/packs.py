"""Made-up instruments that use every part of the pack format which the shipped ones do not."""

from typing import Any

from domain.instrument import Instrument

PROPOSED = {"source": "made up for tests", "mark": "I"}


def pack(**changes: Any) -> Instrument:
    """Three items from 0 to 3, no bands, unless changed."""
    plain: dict[str, Any] = {
        "id": "made-up",
        "version": "1",
        "title": "Made-up",
        "name": "A made-up questionnaire",
        "rater": "self",
        "direction": "lower_is_better",
        "lookback_days": 7,
        "scale": [{"value": value, "label": str(value)} for value in range(4)],
        "items": [{"number": number} for number in (1, 2, 3)],
        "missing": {"most": 0, **PROPOSED},
        "bands": [],
        "bands_source": None,
        "change": {},
        "codes": {},
        "licence": {"text_may_be_shipped": True, "notice": "made up"},
        "sources": {},
    }
    return Instrument.model_validate(plain | changes)


def well_being() -> Instrument:
    """Five items from 0 to 5, times four, more is better, a response of ten points."""
    return pack(
        direction="higher_is_better",
        scale=[{"value": value, "label": str(value)} for value in range(6)],
        items=[{"number": number} for number in range(1, 6)],
        scoring={"multiply_by": 4},
        bands=[
            {"label": "low", "short": "low", "from": 0, "to": 50},
            {"label": "good", "short": "good", "from": 51, "to": 100},
        ],
        bands_source=PROPOSED,
        change={
            "response": {"points": 10, **PROPOSED},
            "remission": {"at": 51, **PROPOSED},
            "reliable": {"points": 10, **PROPOSED},
            "deterioration": {"points": 10, **PROPOSED},
            "caseness": {"at": 50, **PROPOSED},
        },
    )
