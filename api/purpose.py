"""Why compliance reads an episode: asked before anything of it is shown, and written beside every reading."""

import hmac
from hashlib import sha256
from uuid import UUID

from fastapi import Request, Response

from domain.access import SUBSTANCE_USE_AUDIT

COOKIE = "throughline_purpose"
PURPOSES = {
    "chart_review": "Chart review",
    "complaint": "Complaint",
    "patient_request": "Patient's request",
    "incident": "Incident",
    SUBSTANCE_USE_AUDIT: "Audit of records of substance use, which no other purpose opens (42 CFR 2.53)",
}


class PurposeIsMissing(Exception):
    """Say first why this episode is read."""

    def __init__(self, episode_id: UUID) -> None:
        self.episode_id = episode_id
        super().__init__(f"Say first why this episode is read: add `purpose`, one of {', '.join(PURPOSES)}.")


def purpose_in(request: Request, sign_in: str, secret: bytes) -> str | None:
    """The purpose given in this sign-in session for the episode of the address; JSON names it in its query."""
    episode_id = request.path_params.get("episode_id")
    if request.url.path.startswith("/api/"):
        named = request.query_params.get("purpose", "")
        return named if named in PURPOSES else None
    if not (given := request.cookies.get(COOKIE)):
        return None
    code, _, mark = given.partition(".")
    is_ours = hmac.compare_digest(mark.encode(), _mark(code, str(episode_id), sign_in, secret).encode())
    return code if is_ours and code in PURPOSES else None


def remember_purpose(answer: Response, code: str, episode_id: UUID, sign_in: str, secret: bytes) -> None:
    """For this episode until the browser is closed or the person signs out; the browser sends it nowhere else."""
    value = f"{code}.{_mark(code, str(episode_id), sign_in, secret)}"
    answer.set_cookie(COOKIE, value, httponly=True, samesite="lax", path=f"/episodes/{episode_id}")


def _mark(code: str, episode_id: str, sign_in: str, secret: bytes) -> str:
    return hmac.new(secret, f"purpose:{code}:{episode_id}:{sign_in}".encode(), sha256).hexdigest()
