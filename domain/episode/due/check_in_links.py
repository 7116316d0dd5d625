"""What is due because a check-in link was not answered, or was locked: somebody of the team gets in touch."""

from collections.abc import Iterable
from datetime import datetime

from domain.actor import Role
from domain.episode.check_in.check_in_link import CheckInLink, CheckInPurpose, CheckInStatus
from domain.episode.check_in.what_can_be_shown import still_shown
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import at

ASKS = {
    CheckInPurpose.QUESTIONNAIRES: "questionnaires",
    CheckInPurpose.CONSENTS: "consents",
    CheckInPurpose.CHAPERONE: "chaperone",
    CheckInPurpose.AFTER_DOSE: "after the dose",
    CheckInPurpose.MEDICINE_INVENTORY: "tablets",
}
WAIT = {CheckInStatus.SENT, CheckInStatus.EXPIRED, CheckInStatus.LOCKED}


def check_in_links(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """The latest link of each purpose, while it is neither answered nor taken back."""
    for link in _latest(episode):
        status = link.status_at(asked.now)
        if status in WAIT:
            yield _in_touch(link, status, episode, asked)


def _latest(episode: Episode) -> Iterable[CheckInLink]:
    """A newer link for the same purpose stands for the older one."""
    by_purpose = {link.purpose: link for link in sorted(episode.check_in_links.values(), key=lambda one: one.sent_at)}
    return by_purpose.values()


def _in_touch(link: CheckInLink, status: CheckInStatus, episode: Episode, asked: Question) -> Obligation:
    zone = asked.network.zone
    sent = f"Sent {at(link.sent_at, zone)}"
    why, due_at = {
        CheckInStatus.SENT: (f"{sent}; not answered yet. It closes {at(link.expires_at, zone)}.", link.expires_at),
        CheckInStatus.EXPIRED: (f"{sent} and not answered; it closed {at(link.expires_at, zone)}.", link.expires_at),
        CheckInStatus.LOCKED: (f"{sent}; locked after wrong birth dates. Somebody else may have it.", _locked(link)),
    }[status]
    return Obligation(
        key=f"check_in_link:{link.link_id}",
        what=_what(link, status),
        why=why,
        with_role=Role.COORDINATOR,
        with_id=whose(episode, Role.COORDINATOR, asked.now),
        due_at=due_at,
        decision="send_check_in_link",
        may_be_marked=True,
        entries=(link.entry_id,),
    )


def _what(link: CheckInLink, status: CheckInStatus) -> str:
    if status is CheckInStatus.SENT and _is_gone(link):
        return "Check-in cannot be answered: its questionnaires were taken away, ask in another way"
    return f"Check-in {'locked' if status is CheckInStatus.LOCKED else 'unanswered'}: {ASKS[link.purpose]}"


def _is_gone(link: CheckInLink) -> bool:
    """Whether nothing that it asks for can be shown to a patient any more."""
    return link.purpose is CheckInPurpose.QUESTIONNAIRES and not still_shown(link.instruments)


def _locked(link: CheckInLink) -> datetime:
    return link.locked_at or link.expires_at
