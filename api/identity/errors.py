"""Why nobody is signed in by the identity provider, in words of ours: what it says itself is never shown."""


class ProviderIsDown(Exception):
    """The identity provider does not answer. Try again in a minute."""


class NotProven(Exception):
    """The identity provider did not prove who this is. Sign in again."""

    def __init__(self, why: str) -> None:
        """`why` is a word of ours for the log: the claim that is wrong, or `signature`, `state`, `code`."""
        self.why = why
        super().__init__(NotProven.__doc__)
