"""Signing in, and confirming who one is, with the identity provider: there, back, and into a network."""

import hmac
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.edge import Edge
from api.identity.attempt import ATTEMPT, CHOICE, Attempt, Choice, begun
from api.identity.errors import NotProven, ProviderIsDown
from api.identity.proof import Proof
from api.identity.provider import CANCELLED, IdentityProvider
from api.identity.why_not_in import WhyNotIn
from api.sign_in import device_of, entered, local_address, note_of, shown
from api.viewer import EdgeOf, NobodyIsSignedIn, ViewerOf, viewer_of
from api.workplaces import Workplace
from domain.clinician.clinician import CLINICIAN, Clinician
from store.errors import NotFound
from store.networks import networks
from store.sign_in import Provenance, WhyOut, hash_of
from store.sign_in_records import Happened, note

router = APIRouter(include_in_schema=False)
log = structlog.get_logger(__name__)


@router.get("/sign-in/provider", response_model=None)
def leave(request: Request, edge: EdgeOf, then: str = "", as_another: bool = False) -> Response:
    """Off to the provider to sign in; `then` is where the person wanted to go."""
    return _left(request, edge, begun(edge.clock(), local_address(then)), asks_anew=as_another)


@router.get("/reauthenticate/provider", response_model=None)
def leave_to_confirm(request: Request, edge: EdgeOf, viewer: ViewerOf, then: str = "") -> Response:
    """Off to prove anew who one is; only whoever began this sign-in session there can."""
    if edge.sign_in.subject_of(viewer.secret) is None:
        raise NotFound(NotFound.__doc__)
    return _left(request, edge, begun(edge.clock(), local_address(then), hash_of(viewer.secret).hex()), asks_anew=True)


@router.get("/sign-in/return", response_model=None)
def come_back(request: Request, edge: EdgeOf) -> Response:
    """From the provider. Whatever comes of it, the address with the code does not stay in the browser."""
    provider, attempt = _provider(edge), ATTEMPT.read(request, edge.secret, edge.clock())
    if attempt is None:
        return _not_in(WhyNotIn.BEGUN_ELSEWHERE, None)
    try:
        proof = provider.proof(dict(request.query_params), attempt)
    except ProviderIsDown:
        return _not_in(WhyNotIn.DOWN, attempt)
    except NotProven as refused:
        log.warning("sign_in_refused", why=refused.why)
        return _not_in(WhyNotIn.CANCELLED if refused.why == CANCELLED else WhyNotIn.NOT_PROVEN, attempt)
    return (
        _confirmed(request, edge, attempt, proof) if attempt.of_session else _signed_in(request, edge, attempt, proof)
    )


@router.get("/sign-in/network", response_model=None)
def choose_network(request: Request, edge: EdgeOf) -> Response:
    """Where somebody with several networks works now."""
    _provider(edge)
    choice = CHOICE.read(request, edge.secret, edge.clock())
    if choice is None:
        return RedirectResponse("/sign-in", 303)
    titles = {one.network_id: one.title for one in networks(edge.datastore)}
    found = [(network_id, _clinician(edge, network_id, who)) for network_id, who in choice.places]
    places = [Workplace(network_id, titles.get(network_id, ""), who.roles) for network_id, who in found]
    return shown(request, edge, then="", choose=places)


@router.post("/sign-in/network", response_model=None)
def take_network(request: Request, edge: EdgeOf, network: Annotated[UUID, Form()]) -> Response:
    """Into the one chosen."""
    _provider(edge)
    choice = CHOICE.read(request, edge.secret, edge.clock())
    if choice is None:
        return RedirectResponse(f"/sign-in?why={WhyNotIn.BEGUN_ELSEWHERE.value}", 303)
    who = dict(choice.places).get(network)
    if who is None:
        raise NotFound(NotFound.__doc__)
    answer = _into(request, edge, network, who, choice.provenance, choice.then)
    CHOICE.drop(answer)
    return answer


@router.post("/sign-in/provider/signed-out", response_model=None)
def signed_out_there(edge: EdgeOf, logout_token: Annotated[str, Form()] = "") -> Response:
    """The provider itself says that somebody signed out there, or was locked out: they are signed out here too."""
    provider, links = _provider(edge), edge.sign_in_links
    try:
        said = provider.signed_out(logout_token)
    except ProviderIsDown:
        return Response(status_code=503)
    except NotProven as refused:
        log.warning("sign_out_refused", why=refused.why)
        return Response(status_code=400)
    issuer = provider.registration.issuer
    subject = links.subject(issuer, said.subject) if said.subject else None
    session = links.provider_session(issuer, said.provider_session) if said.provider_session else None
    log.info("signed_out_by_provider", sessions=edge.sign_in.end_all_of(subject, session))
    return Response(status_code=200)


def _left(request: Request, edge: Edge, attempt: Attempt, *, asks_anew: bool) -> Response:
    provider = _provider(edge)
    try:
        answer = RedirectResponse(provider.way_there(attempt, asks_anew=asks_anew), 303)
    except ProviderIsDown:
        log.warning("identity_provider_is_down")
        return _not_in(WhyNotIn.DOWN, attempt)
    ATTEMPT.put(answer, attempt, edge.secret, edge.clock(), secure=edge.is_under_tls(request))
    return answer


def _signed_in(request: Request, edge: Edge, attempt: Attempt, proof: Proof) -> Response:
    links = edge.sign_in_links
    subject = links.subject(proof.issuer, proof.subject)
    session = links.provider_session(proof.issuer, proof.provider_session) if proof.provider_session else None
    provenance = Provenance(subject, session, proof.authenticated_at)
    found = links.places(subject, proof.email, now=edge.clock())
    places = [place for place in found if not place.is_suspended]
    if not places:
        why = WhyOut.SUSPENDED if found else WhyNotIn.NOT_KNOWN
        log.warning("sign_in_refused", why=why.value, clinician_ids=[str(one.clinician_id) for one in found])
        for one in found:
            note(edge.datastore, one.network_id, one.clinician_id, Happened.SUSPENDED, device_of(request))
        return _not_in(why, attempt)
    if len(places) == 1:
        answer = _into(request, edge, places[0].network_id, places[0].clinician_id, provenance, attempt.then)
    else:
        choice = Choice.of([(one.network_id, one.clinician_id) for one in places], provenance, attempt.then)
        answer = RedirectResponse("/sign-in/network", 303)
        CHOICE.put(answer, choice, edge.secret, edge.clock(), secure=edge.is_under_tls(request))
    ATTEMPT.drop(answer)
    return answer


def _into(
    request: Request, edge: Edge, network_id: UUID, clinician_id: UUID, provenance: Provenance, then: str
) -> Response:
    """Begin a sign-in session in the roles that our own records give; what the provider says of roles is not read."""
    clinician = _clinician(edge, network_id, clinician_id)
    if clinician.is_suspended or not clinician.roles:
        note(edge.datastore, network_id, clinician_id, Happened.SUSPENDED, device_of(request))
        return RedirectResponse(f"/sign-in?why={WhyOut.SUSPENDED.value}", 303)
    secret = edge.sign_in.begin(network_id, clinician_id, clinician.roles, provenance, device=device_of(request))
    log.info("signed_in", clinician_id=str(clinician_id), network_id=str(network_id))
    return entered(request, edge, secret, then)


def _confirmed(request: Request, edge: Edge, attempt: Attempt, proof: Proof) -> Response:
    """Signatures are open for five minutes, if it is the person who is signed in and nobody else."""
    try:
        viewer = viewer_of(request)
    except NobodyIsSignedIn as nobody:
        return _not_in(nobody.why, attempt)
    if not hmac.compare_digest(hash_of(viewer.secret).hex(), attempt.of_session):
        return _not_in(WhyNotIn.BEGUN_ELSEWHERE, attempt)
    subject = edge.sign_in_links.subject(proof.issuer, proof.subject)
    if not hmac.compare_digest(subject, edge.sign_in.subject_of(viewer.secret) or b""):
        log.warning("sign_in_refused", why=WhyNotIn.SOMEBODY_ELSE.value, clinician_ids=[str(viewer.actor.actor_id)])
        note_of(request, edge, viewer, Happened.SOMEBODY_ELSE)
        return _not_in(WhyNotIn.SOMEBODY_ELSE, attempt)
    note_of(request, edge, viewer, Happened.CONFIRMED)
    edge.sign_in.reauthenticate(viewer.secret)
    answer = RedirectResponse(attempt.then or "/", 303)
    ATTEMPT.drop(answer)
    return answer


def _not_in(why: WhyNotIn | WhyOut, attempt: Attempt | None) -> Response:
    """Back to where the attempt began: the sign-in page, or the question whether it is the person."""
    page = "/reauthenticate" if attempt and attempt.of_session and isinstance(why, WhyNotIn) else "/sign-in"
    query = {"why": why.value} | ({"then": attempt.then} if attempt and attempt.then else {})
    answer = RedirectResponse(f"{page}?{urlencode(query)}", 303)
    ATTEMPT.drop(answer)
    return answer


def _provider(edge: Edge) -> IdentityProvider:
    if edge.provider is None:
        raise NotFound(NotFound.__doc__)
    return edge.provider


def _clinician(edge: Edge, network_id: UUID, clinician_id: UUID) -> Clinician:
    """As the stream says now: lists may be behind."""
    found: Clinician
    found, _ = edge.care.state(CLINICIAN, clinician_id, network_id=network_id)
    return found
