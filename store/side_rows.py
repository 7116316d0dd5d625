"""Rows that an event brings into its own transaction: reservations, care team, accounts, names, links, keys."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from domain.episode.session.companion_hours import companion_hours, hours_taken
from domain.event import Event
from domain.sealed import Sealed
from store.blind_index import email_token, name_tokens
from store.key_file import KeyEncryptionKey
from store.subscriber_rows import subscriber_rows

SideRows = dict[str, list[dict[str, Any]]]
OPEN_EPISODE = "open_episode"
"""One open episode per patient and network."""
CHANGE_THE_TEAM = frozenset({"CareTeamMemberAssigned", "CareTeamMemberRemoved", "CoverArranged", "EntryMarkedInError"})
COMPANION = "companion"
"""One patient per companion and hour."""


def side_rows(
    events: Sequence[Event],
    state: Any,
    after: Callable[[], Any],
    kek: KeyEncryptionKey,
    *,
    network_id: UUID,
    stream_id: UUID,
) -> SideRows:
    """The rows of these events, whose text is still in clear; `state` is that of the stream before them.

    `after` tells the state they lead to; it is asked only where the care team may have changed.
    """
    rows: SideRows = defaultdict(list)
    if not CHANGE_THE_TEAM.isdisjoint([event.stored_as for event in events]):
        rows["team"] = [_of(member, "clinician_id", "role", "from_at", "until_at") for member in after().team]
    if "subscriber" in [event.stream for event in events]:
        for kind, row in subscriber_rows(events, kek, network_id=network_id, stream_id=stream_id):
            rows[kind].append(row)
    for event in events:
        fields: Any = event
        match event.stored_as:
            case "SessionBooked" if fields.takes_companion:
                rows["reserve"] += _taken(companion_hours(fields.companion_id, fields.starts_at, fields.minutes))
            case "SessionMoved" if fields.session_id in state.sessions:
                session = state.sessions[fields.session_id]
                rows["free"] += _taken(hours_taken(session))
                rows["reserve"] += _taken(hours_taken(session, fields.starts_at))
            case "SessionCancelled" | "SessionMissed" | "SessionEnded" if fields.session_id in state.sessions:
                rows["free"] += _taken(hours_taken(state.sessions[fields.session_id]))
            case "PatientReferred":
                rows["reserve"].append({"kind": OPEN_EPISODE, "key": fields.patient_id})
                rows["episode_of"].append({"patient_id": fields.patient_id})
            case "HistoryImported":
                rows["episode_of"].append({"patient_id": fields.patient_id})
            case "PatientDischarged":
                rows["free"].append({"kind": OPEN_EPISODE, "key": state.patient_id})
                if not state.has_died and after().has_died:
                    rows["no_more_links"].append({"episode_id": stream_id, "patient_id": state.patient_id})
            case "EntryMarkedInError":
                if fields.entry_id == state.close_entry_id:
                    rows["reserve"].append({"kind": OPEN_EPISODE, "key": state.patient_id})
                for session in state.sessions.values():
                    if session.entry_id == fields.entry_id:
                        rows["free"] += _taken(hours_taken(session))
            case "PatientRegistered" | "PatientDetailsCorrected" if _is_clear(fields.name):
                tokens = name_tokens(kek, network_id, fields.name.reveal_for_sealing())
                rows["search"].append({"patient_id": stream_id, "tokens": [token.hex() for token in tokens]})
            case "ClinicianAdmitted" if _is_clear(fields.email):
                token = email_token(kek, network_id, fields.email.reveal_for_sealing())
                rows["account"].append({"clinician_id": stream_id, "email_token": token.hex()})
            case "ClinicianSuspended":
                rows["standing"].append({"clinician_id": stream_id, "status": "suspended"})
            case "ClinicianReinstated":
                rows["standing"].append({"clinician_id": stream_id, "status": "active"})
            case "CheckInLinkSent":
                rows["link"].append(_of(fields, "link_id", "patient_id", "language", "expires_at"))
            case "CheckInLinkRevoked" | "CheckInLinkLocked":
                rows["link_ended"].append(_of(fields, "link_id"))
            case "CheckInLinkAnswered":
                rows["link_answered"].append(_of(fields, "link_id"))
            case stored_as if stored_as.startswith("AdverseEvent") and not state.has_died and after().has_died:
                rows["no_more_links"].append({"episode_id": stream_id, "patient_id": state.patient_id})
            case "NetworkCreated":
                rows["directory"].append(_of(fields, "slug", "title"))
    return dict(rows)


def _taken(hours: Sequence[str]) -> list[dict[str, Any]]:
    return [{"kind": COMPANION, "key": hour} for hour in hours]


def _of(fields: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(fields, name) for name in names}


def _is_clear(value: Sealed[Any] | None) -> bool:
    return value is not None and not value.is_sealed
