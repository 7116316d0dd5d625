"""`throughline clinician link`, `unlink`: which account at the identity provider is whose."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.options import OfNetwork
from deploy.commands.output import AsJson, print_facts, print_json

if TYPE_CHECKING:
    from uuid import UUID

    from deploy.wiring import Wiring

Email = Annotated[
    str, typer.Option("--email", prompt="Address", help="Under which they were admitted; asked for where left out.")
]


def add_sign_in(clinician: typer.Typer) -> None:
    """Add the commands about signing in to those about clinicians."""
    clinician.command()(link)
    clinician.command()(unlink)


def link(
    email: Email,
    subject: Annotated[str, typer.Option(prompt="Subject", help="`sub` of the account; asked for where left out.")],
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Link a person to an account, where the provider does not say that it has verified their address."""
    from deploy.failures import CannotGoOn
    from deploy.wiring import wired
    from store.sign_in_links import SignInLinks

    with wired() as wiring:
        network_id, clinician_id = _found(wiring, of_network, email)
        issuer = wiring.settings.oidc_issuer
        if issuer is None:
            raise CannotGoOn("No identity provider is set: set THROUGHLINE_OIDC_ISSUER, as for `throughline serve`.")
        links = SignInLinks(wiring.datastore, wiring.kek)
        if not links.link(network_id, clinician_id, links.subject(issuer, subject), now=wiring.clock()):
            raise CannotGoOn(
                "The person, or the account, is linked already; end that with `throughline clinician unlink`."
            )
    _tell({"clinician_id": clinician_id, "linked": True}, as_json=as_json)


def unlink(email: Email, of_network: OfNetwork = None, as_json: AsJson = False) -> None:
    """End the link of a person to their account and sign them out; they are linked anew when they sign in again."""
    from deploy.wiring import wired
    from store.sign_in_links import SignInLinks

    with wired() as wiring:
        network_id, clinician_id = _found(wiring, of_network, email)
        links = SignInLinks(wiring.every_network, wiring.kek)
        was_linked = links.unlink(network_id, clinician_id, now=wiring.clock())
    _tell({"clinician_id": clinician_id, "linked": False, "was_linked": was_linked}, as_json=as_json)


def _found(wiring: "Wiring", of_network: str | None, email: str) -> "tuple[UUID, UUID]":
    from deploy.operating.networks import the_clinician, the_network

    network = the_network(wiring, of_network)
    return network.network_id, the_clinician(wiring, network, email)


def _tell(answer: dict[str, object], *, as_json: bool) -> None:
    print_json(answer) if as_json else print_facts(answer)
