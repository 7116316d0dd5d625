"""Receives webhooks: every event once, in a SQLite file, and says what is missing. Start it again at any time.

pip install standardwebhooks
WEBHOOK_SECRET=whsec_… PORT=8080 python webhook_receiver.py        (behind your own HTTPS)
"""

import base64
import hmac
import os
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

TABLES = """
    CREATE TABLE IF NOT EXISTS event (id PRIMARY KEY, log, position INTEGER, type, body);
    CREATE INDEX IF NOT EXISTS event_by_position ON event (log, position);
    CREATE TABLE IF NOT EXISTS missing (log, position INTEGER, PRIMARY KEY (log, position));
"""
IS_KNOWN = "SELECT 1 FROM event WHERE log = ? AND position = ?"
LARGEST = 1_000_000
SECRET = os.environ.get("WEBHOOK_SECRET", "")


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("content-length", 0)), LARGEST))
        try:
            item = Webhook(SECRET).verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.answer(401)
        if item["type"].endswith("WebhookChallenge.v1"):  # proves that you hold the secret
            key = base64.b64decode(SECRET.removeprefix("whsec_"))
            return self.answer(200, base64.b64encode(hmac.digest(key, item["data"]["challenge"].encode(), "sha256")))
        if "position" in item:  # a trial has none
            with sqlite3.connect(os.environ.get("KEPT", "events.db")) as kept:
                kept.executescript(TABLES)
                is_new = keep(kept, item, body.decode())
            print("new" if is_new else "again", item["position"], item["type"], flush=True)
            for log, position in kept.execute("SELECT log, position FROM missing"):
                # Streams come side by side, so it may be on its way. If it stays: ask for it, or read GET /events.
                print("missing", f"{log}:{position}", flush=True)
        self.answer(204)  # only now: what is not kept comes again

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def keep(kept: sqlite3.Connection, event: dict[str, str], body: str) -> bool:
    """Whether it was new: what comes twice has the same id."""
    place, before = (event["logid"], event["position"]), (event["logid"], event.get("previous"))
    row = (event["id"], *place, event["type"], body)
    if kept.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?)", row).rowcount == 0:
        return False
    kept.execute("DELETE FROM missing WHERE log = ? AND position = ?", place)
    if before[1] is not None and kept.execute(IS_KNOWN, before).fetchone() is None:
        kept.execute("INSERT OR IGNORE INTO missing VALUES (?, ?)", before)
    return True


if __name__ == "__main__":
    HTTPServer(("", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
