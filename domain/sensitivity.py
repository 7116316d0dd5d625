"""How an entry, or a part of it, is guarded beyond the relation to its episode."""

from enum import StrEnum


class Sensitivity(StrEnum):
    STANDARD = "standard"
    FREE_TEXT = "free_text"
    """What clinicians write: coordination does not read it."""
    SUBSTANCE_USE = "substance_use"
    """Leaves the team only with the patient's consent (42 CFR Part 2), and to no subscriber."""
    DISCLOSURE = "disclosure"
    """What left the house by hand, and what compliance keeps or erases: no subscriber learns of it."""
    PSYCHOTHERAPY_NOTE = "psychotherapy_note"
    """The author's alone (45 CFR 164.501); no relation to an episode opens it."""
