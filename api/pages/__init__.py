"""The pages people look at, one file each."""

from fastapi import APIRouter

from api.pages import (
    caseload,
    coordination,
    decision_form,
    document,
    dosing_session,
    emergency_card,
    entry,
    episode,
    feed,
    find,
    instruction_sheet,
    late_entries,
    protocol,
    protocols,
    psychotherapy_notes,
    purpose,
    queries,
    reauthenticate,
    refer,
    replay,
    take_access,
    worklist,
)

ROUTERS: tuple[APIRouter, ...] = (
    caseload.router,
    worklist.router,
    coordination.router,
    episode.router,
    entry.router,
    document.router,
    psychotherapy_notes.router,
    decision_form.router,
    reauthenticate.router,
    refer.router,
    instruction_sheet.router,
    emergency_card.router,
    dosing_session.router,
    find.router,
    replay.router,
    purpose.router,
    take_access.router,
    protocol.router,
    protocols.router,
    queries.router,
    feed.router,
    late_entries.router,
)
"""Every page's routes; a new page adds its line here."""
