"""Ids that follow from other ids: a decision makes none of its own, so the same command has the same ids again."""

from uuid import UUID, uuid5

NAMESPACE = UUID("6f1c5a52-8a3b-5d0e-9c55-7468726f7567")


def derived_id(*parts: object) -> UUID:
    """The id that belongs to these parts, in this order."""
    return uuid5(NAMESPACE, "/".join(str(part) for part in parts))
