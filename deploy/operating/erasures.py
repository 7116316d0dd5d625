"""Keeping log and list of the erased the same, both ways: what one of them lacks is taken from the other."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.database.backup import erased_in_copy
from domain.derived import derived_id
from domain.patient.confirm_erasure import EraseAgain, erase_again
from domain.patient.patient import PATIENT
from store.command import Command
from store.erased_list import Erased, add_to_list, erased_in, read_list

if TYPE_CHECKING:
    from deploy.wiring import Wiring


class WhoWasErasedIsNotKnown(Exception):
    """Whoever was erased since this copy was taken would be readable again. Name a list of the erased, or a later copy,
    with --erased; or say --nobody-erased-since."""


def listed_in(places: Sequence[Path | None], nobody_erased_since: bool) -> list[Erased]:
    """Everybody whom lists and later copies name. Without any it has to be said that there is nobody."""
    there = [place for place in places if place is not None and place.exists()]
    if not there and not nobody_erased_since:
        raise WhoWasErasedIsNotKnown(" ".join((WhoWasErasedIsNotKnown.__doc__ or "").split()))
    named = [one for place in there for one in (erased_in_copy(place) if place.is_dir() else read_list(place))]
    return list({(one.network_id, one.patient_id): one for one in named}.values())


def keep_in_step(wiring: "Wiring", path: Path) -> tuple[int, int]:
    """How many were added to the list, and how many erased again, in a database brought back by whatever means."""
    with wiring.work_connection() as connection:
        in_log = erased_in(connection)
    known = {(one.network_id, one.patient_id) for one in in_log}
    missing = [one for one in read_list(path) if (one.network_id, one.patient_id) not in known]
    return add_to_list(path, in_log), erased_anew(wiring, missing)


def erased_anew(wiring: "Wiring", missing: list[Erased]) -> int:
    """Record the erasures that the log lacks, and with that destroy the keys; how many.

    Of somebody who was registered after the copy was taken the log knows nothing, and there is nothing to destroy.
    """
    done = 0
    for one in missing:
        state, _ = wiring.care.state(PATIENT, one.patient_id, network_id=one.network_id)
        if state.patient_id is None or state.erased_at is not None:
            continue
        wiring.care.decide(PATIENT, one.patient_id, erase_again, _order(one), command=_command(one))
        wiring.keyring.forget(one.network_id, one.patient_id)
        done += 1
    return done


def _order(one: Erased) -> EraseAgain:
    return EraseAgain(
        erasure_id=one.erasure_id,
        legal_basis=one.legal_basis,
        proposed_by=one.proposed_by,
        confirmed_by=one.confirmed_by,
        occurred_at=one.erased_at,
    )


def _command(one: Erased) -> Command:
    """The same however often it is tried."""
    from deploy.wiring import operator

    command_id = derived_id("erase again", one.network_id, one.patient_id)
    digest = one.erasure_id.bytes
    return Command(command_id, operator(one.network_id), digest, command_id)
