"""Sentences about licences and training on which a course counts, and which do not count any more."""

from domain.episode.team.recheck_credentials import CredentialLapseEnded, CredentialLapseFound
from domain.episode.team.team import CredentialProblem
from projections.sentences.saying import Telling, Told, named, says
from projections.sentences.words import count, listed, on, words

PROBLEM_WORDS = {
    CredentialProblem.NOT_WORKING: "does not work in this network any more",
    CredentialProblem.NO_LICENCE: "has no licence in {state}",
    CredentialProblem.LICENCE_ENDED: "has a licence in {state} until {since_on} only",
    CredentialProblem.NOT_TRAINED: "has not completed the training",
}


@says(CredentialLapseFound, "attention")
def _(event: CredentialLapseFound, told: Telling) -> Told:
    problem = PROBLEM_WORDS[event.problem].format(state=words(event.state), since_on=on(event.since_on))
    sessions = count(len(event.session_ids), "booked session") if event.session_ids else ""
    concerns = listed([named(event.plan_id) if event.plan_id else "", sessions])
    return Told(f"{named(event.clinician_id)} {problem}.", note=f"It concerns {concerns}")


@says(CredentialLapseEnded, "open")
def _(event: CredentialLapseEnded, told: Telling) -> str:
    return f"Nothing waits any more for {named(event.clinician_id)} to be covered as {words(event.role)}."
