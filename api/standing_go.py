"""The go to dose that a page may still offer: one that has not lapsed, and that would be given again now."""

from api.scene import Scene
from domain.episode.dosing.standing_clearance import stands_at
from domain.episode.gates import Checkpoint
from domain.episode.session.session import Clearance, DosePart, Session


def standing_go(scene: Scene, session: Session) -> Clearance | None:
    """Leave for a part that was not taken yet; none where a gate has closed since, such as a licence or a rota."""
    go = session.clearance
    if go is None or go.total_mg <= session.total_mg:
        return None
    if not stands_at(go, session, scene.now, scene.protocol.numbers, scene.episode):
        return None  # it ran out, or later vitals or answers say no
    return None if _has_closed(scene, session, go.part) else go


def _has_closed(scene: Scene, session: Session, part: DosePart) -> bool:
    """Of the rest of a first part that was begun the gates before a dose say nothing."""
    if part is DosePart.FIRST and session.is_dosed:
        return False
    checkpoint = Checkpoint.CLEAR if part is DosePart.FIRST else Checkpoint.SECOND_PART
    return any(gate.stands_in_the_way for gate in scene.gates(checkpoint, session))
