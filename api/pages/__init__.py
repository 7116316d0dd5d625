"""The pages people look at, one file each."""

from fastapi import APIRouter

from api.pages import episode

ROUTERS: tuple[APIRouter, ...] = (episode.router,)
"""Every page's routes; a new page adds its line here."""
