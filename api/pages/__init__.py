"""The pages people look at, one file each."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
"""Every page's routes; a new page adds its line here."""
