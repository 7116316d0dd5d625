"""What can go wrong between a decision and the log; each docstring is the message and says what the caller can do."""

from eventsourcing.persistence import IntegrityError

from domain.refusal import Refused


class NotFound(Exception):
    """There is no such thing here."""


class KeyWasUsedForAnother(Exception):
    """This idempotency key was used for another request; send this one under a new key."""


class Busy(Exception):
    """Too many people changed this at the same moment; nothing was recorded, try again."""


class SeedingIsOff(Exception):
    """Only a demonstration may say when something was recorded."""


class UnknownEvent(Exception):
    """The log holds an event that this release does not know; run the release that wrote it, or a later one."""


class ReadingCouldNotBeLogged(Exception):
    """The access log cannot be written, so health information is not shown; try again."""


class KeyWasDestroyed(Exception):
    """This person's data was erased; what was written about them cannot be read any more."""


class SealIsBroken(Exception):
    """This sealed value was altered, or belongs to another person or field."""


class AlreadyReserved(Refused):
    """There is {taken} already. Go on with that one, or change it first."""


class TimeIsInTheFuture(Refused):
    """This time lies more than {minutes} minutes ahead. Correct it."""


class AppendConflict(IntegrityError):
    """The stream, or a fact the decision relied on, has moved on since it was read."""


class FactHasChanged(AppendConflict):
    """A fact that the decision relied on has changed since it was read."""


class StreamStandsElsewhere(AppendConflict):
    """The stream does not stand at the version that was read: another network's, or restored from a copy."""
