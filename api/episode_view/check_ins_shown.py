"""The links that were sent to a patient, each with where it stands and what may still be done with it."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from api.forms.about import when
from api.forms.check_in_link import PURPOSES
from api.scene import Scene
from domain.episode.check_in.check_in_link import Channel, CheckInLink, CheckInStatus
from domain.instrument import title_of
from projections.sentences.check_in_link import LANGUAGES
from store.check_in_links import FoundLink

TAGS = {
    CheckInStatus.SENT: ("waiting", "Sent"),
    CheckInStatus.ANSWERED: ("open", "Answered"),
    CheckInStatus.EXPIRED: ("attention", "Expired"),
    CheckInStatus.REVOKED: ("neutral", "Taken back"),
    CheckInStatus.LOCKED: ("blocked", "Locked"),
}


class CheckInShown(NamedTuple):
    """One link. The three addresses are empty where that is not possible any more."""

    what: str
    how: str
    tag: tuple[str, str]
    since: str
    new_address: str
    take_back: str
    send_again: str


def check_ins_shown(scene: Scene, found: Mapping[UUID, FoundLink], *, may_send: bool) -> list[CheckInShown]:
    """The newest first."""
    links = sorted(scene.episode.check_in_links.values(), key=lambda one: one.sent_at, reverse=True)
    return [_shown(scene, one, found.get(one.link_id), may_send=may_send) for one in links]


def _shown(scene: Scene, link: CheckInLink, found: FoundLink | None, *, may_send: bool) -> CheckInShown:
    status = link.status_at(scene.now)
    kind, word = TAGS[status]
    was_opened = status is CheckInStatus.SENT and found is not None and found.opened_at is not None
    waits = may_send and status is CheckInStatus.SENT and not scene.episode.has_died
    ended = may_send and status in (CheckInStatus.EXPIRED, CheckInStatus.REVOKED, CheckInStatus.LOCKED)
    is_course = scene.episode.closed_at is None and not scene.episode.has_died
    return CheckInShown(
        what=what_is_asked(link),
        how=f"{'by e-mail' if link.channel is Channel.EMAIL else 'by hand'}, {LANGUAGES[link.language]}",
        tag=("info", "Opened") if was_opened else (kind, word),
        since=_since(scene, link, status),
        new_address=f"{scene.href}/check-in-links/{link.link_id}/address" if waits else "",
        take_back=f"{scene.href}/revoke-check-in-link?link_id={link.link_id}" if waits else "",
        send_again=f"{scene.href}/send-check-in-link?link_id={link.link_id}" if ended and is_course else "",
    )


def what_is_asked(link: CheckInLink) -> str:
    """`Questionnaires: PHQ-9, GAD-7`."""
    which = [title_of(name) for name in link.instruments] + [one.value.replace("_", " ") for one in link.consents]
    heading = dict(PURPOSES)[link.purpose]
    return f"{heading}: {', '.join(which)}" if which else heading


def _since(scene: Scene, link: CheckInLink, status: CheckInStatus) -> str:
    ends = link.answered_at or link.revoked_at or link.locked_at
    if ends is not None:
        return when(scene, ends)
    if status is CheckInStatus.EXPIRED:
        return when(scene, link.expires_at)
    return f"{when(scene, link.sent_at)}, open until {when(scene, link.expires_at)}"
