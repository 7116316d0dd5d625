"""Messages as signed files in a folder, for whatever a clinic pages its people with: a script picks them up there."""

import hmac
import json
import os
from hashlib import sha256
from pathlib import Path

from workers.channels.channel import CouldNotSend, Letter


class Spool:
    """One file per message, named by its id: what is written twice is there once. Whoever takes one deletes it."""

    name = "spool"

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder = folder
        self._secret = secret

    def send(self, letter: Letter) -> None:
        """Write it under another name first: a file is either whole or not there."""
        fields = {"id": str(letter.message_id), "to": letter.to, "subject": letter.subject, "text": letter.body}
        message = json.dumps(fields)
        content = json.dumps({"message": message, "signature": signature(message, self._secret)})
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self._folder / f".{letter.message_id}"
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._folder / f"{letter.message_id}.json")
        except OSError as error:
            raise CouldNotSend(type(error).__name__) from None


def signature(message: str, secret: bytes) -> str:
    """HMAC-SHA-256 of the message as it stands in the file, in hexadecimal."""
    return hmac.new(secret, message.encode(), sha256).hexdigest()
