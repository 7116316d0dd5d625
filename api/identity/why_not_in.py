"""Why the identity provider signed nobody in: a word for the address of the page, and the sentence it shows."""

from enum import Enum


class WhyNotIn(Enum):
    """What stands in the way."""

    DOWN = "down"
    NOT_PROVEN = "not-proven"
    CANCELLED = "cancelled"
    NOT_KNOWN = "not-known"
    SOMEBODY_ELSE = "somebody-else"
    BEGUN_ELSEWHERE = "begun-elsewhere"


SENTENCES = {
    WhyNotIn.DOWN: "{} does not answer just now. Try again in a minute. Whoever is signed in can go on.",
    WhyNotIn.NOT_PROVEN: (
        "{} did not prove who you are in the way this installation asks for. Try again; if that does not help, "
        "ask the person who runs it."
    ),
    WhyNotIn.CANCELLED: "You did not sign in at {}. Try again.",
    WhyNotIn.NOT_KNOWN: (
        "You are signed in at {}, but nobody has admitted you here under that account. "
        "Ask the person who admits staff in your practice, and tell them the address of your account."
    ),
    WhyNotIn.SOMEBODY_ELSE: "Somebody else signed in at {}. Nothing was confirmed; sign in there as yourself.",
    WhyNotIn.BEGUN_ELSEWHERE: "This was begun more than ten minutes ago, or in another window. Begin again.",
}
"""With the provider's title."""


def sentence(why: str, title: str) -> str | None:
    """What the page says; None for a word that is none of ours."""
    return next((text.format(title) for reason, text in SENTENCES.items() if reason.value == why), None)
