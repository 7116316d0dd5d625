"""Bodies that nobody should send, by what is wrong with them, and the place that a refusal has to name."""

from typing import Any
from uuid import uuid4

DEEP = 200_000
TAKEN = {"taken_at": "2026-03-14T09:00:00Z"}
NAUSEA = {"term": "nausea", "serious": False}

BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "half a line": b'{"reason": "oth',
    "no JSON": b"reason=other",
    "a list": b'[{"reason":"other"}]',
    "a word": b'"other"',
    "a number": b"1",
    "null": b"null",
    "invalid UTF-8": b'{"reason":"other","note":"\xff\xfe"}',
    "UTF-16 that ends early": '{"reason":"other"}'.encode("utf-16")[:-1],
    "lists in lists": b'{"reason":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects in objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "ten thousand figures": b'{"reason":"other","n":' + b"9" * 10_000 + b"}",
    "a megabyte and more": b'{"reason":"other","note":"' + b"x" * 1024 * 1024 + b'"}',
    "ten megabytes": b" " * 10 * 1024 * 1024,
}

WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown field": ("place-hold", {"reason": "other", "is_admin": True}, "is_admin"),
    "a field of the envelope": ("place-hold", {"reason": "other", "actor_id": str(uuid4())}, "actor_id"),
    "a field that says who signs": ("review-safety", {"done": "x", "dosing_may_go_on": True, "by": "me"}, "by"),
    "a missing field": ("place-hold", {}, "reason"),
    "a word nobody knows": ("place-hold", {"reason": "because"}, "reason"),
    "a list for a word": ("place-hold", {"reason": ["other"]}, "reason"),
    "an id that is none": ("place-hold", {"reason": "other", "hold_id": "1"}, "hold_id"),
    "an id out of range": ("place-hold", {"reason": "other", "hold_id": 10**40}, "hold_id"),
    "text that is empty": ("place-hold", {"reason": "other", "note": "  "}, "note"),
    "text that is a number": ("place-hold", {"reason": "other", "note": 5}, "note"),
    "text with a nul byte": ("place-hold", {"reason": "other", "note": "a\x00b"}, "note"),
    "text with a bell": ("place-hold", {"reason": "other", "note": "a\x07b"}, "note"),
    "text with half a character": ("place-hold", {"reason": "other", "note": "a\ud800b"}, "note"),
    "a field named by half a character": ("pause-episode", {"reason": "x", "\udfff": 1}, ""),
    "a field with a very long name": ("pause-episode", {"reason": "x", "n" * 100_000: 1}, ""),
    "a naive time": ("book-follow-up", {"starts_at": "2026-04-01T10:00:00"}, "starts_at"),
    "a time that is a day": ("book-follow-up", {"starts_at": "2026-04-01"}, "starts_at"),
    "a time before all times": ("book-follow-up", {"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
    "a time after all times": ("book-follow-up", {"starts_at": "9999-12-31T23:59:59-12:00"}, "starts_at"),
    "a time in seconds": ("book-follow-up", {"starts_at": 1e18}, "starts_at"),
    "a time from the future": ("place-hold", {"reason": "other", "occurred_at": "2027-01-01T00:00:00Z"}, "occurred_at"),
    "a day that is not there": ("report-ketamine-elsewhere", {"on": "2026-02-30"}, "on"),
    "a day of the year 9999": ("report-ketamine-elsewhere", {"on": "9999-12-31"}, "on"),
    "a grade out of range": ("report-adverse-event", {**NAUSEA, "grade": 6}, "grade"),
    "a grade beyond 64 bits": ("report-adverse-event", {**NAUSEA, "grade": 2**70}, "grade"),
    "a grade that is no number": ("report-adverse-event", {**NAUSEA, "grade": float("nan")}, "grade"),
    "a grade without end": ("report-adverse-event", {**NAUSEA, "grade": float("inf")}, "grade"),
    "an instrument nobody knows": ("record-outcome", {"instrument": "mood", **TAKEN}, "instrument"),
    "an instrument that is a path": (
        "record-outcome",
        {"instrument": "../../etc/passwd", **TAKEN, "total": 1},
        "instrument",
    ),
    "an answer out of range": (
        "record-outcome",
        {"instrument": "phq-9", **TAKEN, "answers": [9] * 9},
        "answers.1",
    ),
    "too many answers": (
        "record-outcome",
        {"instrument": "phq-9", **TAKEN, "answers": [0] * 10},
        "answers",
    ),
    "a total out of range": (
        "record-outcome",
        {"instrument": "bdi-ii", **TAKEN, "total": 64},
        "total",
    ),
    "an answer beyond 64 bits": (
        "record-outcome",
        {"instrument": "phq-9", **TAKEN, "answers": [2**70] * 9},
        "answers.0",
    ),
}

SESSION_WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "systolic not above diastolic": ({"systolic_mmhg": 78, "diastolic_mmhg": 78}, "systolic_mmhg"),
    "pressures the wrong way round": ({"systolic_mmhg": 78, "diastolic_mmhg": 124}, "systolic_mmhg"),
    "a pressure below nothing": ({"systolic_mmhg": -1}, "systolic_mmhg"),
    "a pressure with its unit": ({"systolic_mmhg": "124 mmHg"}, "systolic_mmhg"),
    "a pressure in kPa": ({"systolic_mmhg": 16.5, "diastolic_mmhg": 10.4}, "systolic_mmhg"),
    "a pressure nobody has": ({"systolic_mmhg": 1240}, "systolic_mmhg"),
    "a pressure that is true": ({"systolic_mmhg": True}, "systolic_mmhg"),
    "a pressure in 10,000 figures": ({"systolic_mmhg": 10**400}, "systolic_mmhg"),
    "oxygen above 100": ({"spo2_percent": 101}, "spo2_percent"),
    "a moment six minutes ahead": ({"taken_at": "2026-03-14T09:48:01-07:00"}, "taken_at"),
    "a moment without a zone": ({"taken_at": "2026-03-14T09:40:00"}, "taken_at"),
    "a phase nobody knows": ({"phase": "afterwards"}, "phase"),
    "a session that is not there": ({"session_id": str(uuid4())}, "session_id"),
}
