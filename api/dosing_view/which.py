"""The dosing session that a sheet is about."""

from api.scene import Scene
from domain.episode.session.session import Session, SessionKind, SessionStatus


def session_in_question(scene: Scene, named: str = "") -> Session | None:
    """The one named by number, else the one that is open, else the next one, else the last."""
    dosing = [s for s in scene.episode.sessions.values() if s.kind is SessionKind.DOSING]
    by_number = next((s for s in dosing if named and str(s.number) == named), None)
    booked = scene.sessions(SessionStatus.BOOKED, kind=SessionKind.DOSING)
    last = max(dosing, key=lambda s: s.starts_at, default=None)
    return by_number or scene.running or next(iter(booked), None) or last
