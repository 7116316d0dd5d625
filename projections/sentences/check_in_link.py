"""Sentences about check-in links: sent, answered, taken back, locked."""

from uuid import UUID

from domain.episode.check_in.answer_check_in_link import CheckInLinkAnswered
from domain.episode.check_in.check_in_link import Channel, CheckInPurpose
from domain.episode.check_in.lock_check_in_link import CheckInLinkLocked
from domain.episode.check_in.revoke_check_in_link import CheckInLinkRevoked
from domain.episode.check_in.send_check_in_link import CheckInLinkSent
from domain.patient.language import Language
from projections.sentences.saying import Telling, Told, calls, free, named, says
from projections.sentences.words import count, instrument, joined, moment, words

ASKS = {
    CheckInPurpose.QUESTIONNAIRES: "questionnaires",
    CheckInPurpose.CONSENTS: "consents to sign",
    CheckInPurpose.CHAPERONE: "naming a chaperone",
    CheckInPurpose.AFTER_DOSE: "how they are after the dose",
    CheckInPurpose.MEDICINE_INVENTORY: "counting tablets",
}
LANGUAGES = {Language.ENGLISH: "English", Language.SPANISH: "Spanish"}


@says(CheckInLinkSent, "calendar")
def _(event: CheckInLinkSent, told: Telling) -> Told:
    how = "by e-mail" if event.channel is Channel.EMAIL else "by hand"
    which = joined([*map(instrument, event.instruments), *map(words, event.consents)])
    html = (
        f"{told.who} sent a check-in link {how}, in {LANGUAGES[event.language]}: {ASKS[event.purpose]}"
        f"{f' ({which})' if which else ''}, until {moment(event.expires_at, told)}."
    )
    return Told(html, free(Address=event.email))


@calls(CheckInLinkSent)
def _(event: CheckInLinkSent) -> tuple[UUID, str]:
    return event.link_id, f"the check-in link for {ASKS[event.purpose]}"


@says(CheckInLinkAnswered, "open")
def _(event: CheckInLinkAnswered, told: Telling) -> str:
    return f"The patient answered {named(event.link_id)}."


@says(CheckInLinkRevoked, "blocked")
def _(event: CheckInLinkRevoked, told: Telling) -> str:
    return f"{told.who} took back {named(event.link_id)}."


@says(CheckInLinkLocked, "attention")
def _(event: CheckInLinkLocked, told: Telling) -> str:
    return f"{named(event.link_id)} was locked after {count(event.wrong_dates, 'wrong birth date')}."
