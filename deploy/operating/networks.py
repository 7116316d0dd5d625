"""Finding a network by its short name, and people in it by their address."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from deploy.failures import CannotGoOn
from deploy.wiring import Wiring
from store.blind_index import email_token


class Listed(NamedTuple):
    """A network as the directory lists it."""

    slug: str
    network_id: UUID
    title: str


def networks(wiring: Wiring) -> Mapping[str, Listed]:
    """All networks of this installation by their short name."""
    with wiring.datastore.get_connection() as connection:
        rows = connection.execute("SELECT slug, network_id, title FROM network_directory ORDER BY slug").fetchall()
    return {slug: Listed(slug, network_id, title) for slug, network_id, title in rows}


def the_network(wiring: Wiring, slug: str | None) -> Listed:
    """The network of that short name; without one the only network there is, else the choices are named."""
    known = networks(wiring)
    if slug is None and len(known) == 1:
        return next(iter(known.values()))
    if slug is not None and slug in known:
        return known[slug]
    if not known:
        raise CannotGoOn("There is no network yet; create one with `throughline network create`.")
    choices = ", ".join(known)
    if slug is None:
        raise CannotGoOn(f"There are several networks; choose one with --network: {choices}.")
    raise CannotGoOn(f"There is no network {slug[:40]}; choose one of: {choices}.")


def clinician_by_email(wiring: Wiring, network_id: UUID, email: str) -> UUID | None:
    """The person who was admitted under this address, if there is one."""
    with wiring.datastore.in_network(network_id) as connection:
        found = connection.execute(
            "SELECT clinician_id FROM clinician_account WHERE email_token = %s",
            [email_token(wiring.kek, network_id, email)],
        ).fetchone()
    return found[0] if found else None


def the_clinician(wiring: Wiring, network: Listed, email: str) -> UUID:
    """The person admitted under this address; CannotGoOn if nobody is."""
    found = clinician_by_email(wiring, network.network_id, email)
    if found is None:
        raise CannotGoOn(
            f"Nobody is admitted to {network.slug} under this address; do so with `throughline clinician admit`."
        )
    return found


def next_reference(wiring: Wiring, network_id: UUID) -> str:
    """The next short name of a patient, such as KAP-0012; none is handed out twice."""
    with wiring.datastore.get_connection() as connection:
        ((reference,),) = connection.execute("SELECT next_reference(%s)", [network_id]).fetchall()
    return str(reference)
