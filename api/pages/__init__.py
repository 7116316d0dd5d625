"""The pages people look at, one file each."""

from fastapi import APIRouter

from api.pages import caseload, coordination, decision_form, entry, episode, reauthenticate, refer, worklist

ROUTERS: tuple[APIRouter, ...] = (
    caseload.router,
    worklist.router,
    coordination.router,
    episode.router,
    entry.router,
    decision_form.router,
    reauthenticate.router,
    refer.router,
)
"""Every page's routes; a new page adds its line here."""
