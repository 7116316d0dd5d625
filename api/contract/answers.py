"""What the JSON routes answer that are described by no model: by address, the names an answer always holds.

Answers may hold more; a reader passes over what it does not know.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

TEXT = {"type": "string"}
ID = {"type": "string", "format": "uuid"}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer"}
YES_OR_NO = {"type": "boolean"}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(**names: Schema) -> Schema:
    """All of them are always there."""
    return {"type": "object", "required": sorted(names), "properties": names}


def _list(**names: Schema) -> Schema:
    return {"type": "array", "items": _object(**names)}


def _of(schema: Schema) -> Schema:
    """An object whose names differ, each of which holds this."""
    return {"type": "object", "additionalProperties": schema}


GATES = _list(rule=TEXT, key=TEXT, name=TEXT, gate_class=TEXT, is_open=YES_OR_NO, missing=_maybe(TEXT))
FINDINGS = _list(place=TEXT, line=COUNT, says=TEXT, severity=TEXT)
SUBSCRIBER = {
    "subscriber_id": ID, "title": TEXT, "way": TEXT, "is_paused": YES_OR_NO, "since_position": COUNT,
    "grant": _maybe(_object(grant_id=ID, purpose=TEXT, is_full=YES_OR_NO)),
}  # fmt: skip
WEBHOOK = _object(
    subscriber_id=ID, is_paused=YES_OR_NO, url=_maybe(TEXT), state=TEXT, because=_maybe(TEXT), since=_maybe(MOMENT)
)
DELIVERIES = _object(
    deliveries=_list(
        delivery_id=ID, kind=TEXT, position=_maybe(COUNT), queued_at=MOMENT, result=TEXT, attempts={"type": "array"}
    )
)
STANDS = {"type": "array", "items": TEXT}
TRIED, ASKED = _object(tried=COUNT), _object(request_id=ID)
ANSWERS: Mapping[str, Schema] = {
    "GET /ready": _object(ready=YES_OR_NO, parts=_of(TEXT)),
    "GET /metrics": TEXT,
    "GET /api/caseload": _object(at=MOMENT, counts=_of(COUNT), rows=_list(episode_id=ID)),
    "GET /api/worklist": _object(at=MOMENT, counts=_of(COUNT), waiting=_list(episode_id=ID)),
    "GET /api/coordination": _object(
        at=MOMENT,
        open_episodes=COUNT,
        phases=_of(COUNT),
        episodes=_list(episode_id=ID),
        unassigned=_list(episode_id=ID),
        due=_list(episode_id=ID),
    ),
    "GET /api/late-entries": _object(
        at=MOMENT,
        people=_list(actor_id=ID, entries=COUNT, explained=COUNT, corrections=COUNT),
        entries=_list(episode_id=ID, occurred_at=MOMENT, recorded_at=MOMENT),
    ),
    "GET /api/episodes/{episode_id}": {
        **_object(episode_id=ID, version=COUNT, obligations=_list(what=TEXT, why=TEXT)),
        "description": "With `state` and `gates` for whoever may see clinical content.",
    },
    "GET /api/episodes/{episode_id}/timeline": _object(
        episode_id=ID,
        lines=_list(
            version=COUNT, event_id=ID, stored_as=TEXT, occurred_at=MOMENT, recorded_at=MOMENT, actor_id=ID,
            actor_role=TEXT, category=TEXT, sentence=TEXT, texts=_list(label=TEXT, text=TEXT),
        ),
    ),
    "GET /api/episodes/{episode_id}/documents": _object(
        episode_id=ID, documents={"type": "array"}, missing={"type": "array"}, questions={"type": "array"}
    ),
    "GET /api/episodes/{episode_id}/outcomes": _object(episode_id=ID, instruments=_of({"type": "array"})),
    "GET /api/episodes/{episode_id}/replay": _object(
        episode_id=ID,
        as_of=_maybe(MOMENT),
        known_at=_maybe(MOMENT),
        position=_maybe(COUNT),
        state=_list(what=TEXT, value=TEXT),
        gates=GATES,
        changes=_list(what=TEXT, before=_maybe(TEXT), after=_maybe(TEXT)),
    ),
    "GET /api/protocols": _object(
        protocols=_list(protocol_id=TEXT, version=TEXT, title=TEXT, sha256=TEXT, stands=STANDS)
    ),
    "GET /api/protocols/{protocol_id}/{version}": _object(sha256=TEXT, stands=STANDS, document={"type": "object"}),
    "POST /api/protocols/check": _object(mistakes=COUNT, findings=FINDINGS),
    "GET /api/subscribers": _object(subscribers={"type": "array", "items": _object(**SUBSCRIBER)}),
    "GET /api/subscribers/{subscriber_id}": _object(**SUBSCRIBER, keys=_list(key_id=ID)),
    **{
        f"{method} {of}/{act}".rstrip("/"): schema
        for of in ("/api/subscriber/webhook", "/api/subscribers/{subscriber_id}/webhook")
        for method, act, schema in (
            ("GET", "", WEBHOOK),
            ("GET", "deliveries", DELIVERIES),
            ("POST", "try-now", TRIED),
            ("POST", "resend", ASKED),
            ("POST", "send-test", ASKED),
        )
    },
}  # fmt: skip
