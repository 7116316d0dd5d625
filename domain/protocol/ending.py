"""What of a protocol ends soon: a legal basis is a dated rule, and its end is seen long before it closes anything."""

from datetime import date, timedelta
from typing import NamedTuple

from domain.protocol.protocol import LegalBasis, Protocol


class Ending(NamedTuple):
    """A legal basis with the last day it holds, and how many days that is from now; 0 on the last day."""

    basis: LegalBasis
    until_on: date
    days_left: int


def ending_bases(protocol: Protocol, today: date) -> tuple[Ending, ...]:
    """Bases in force today that end within the protocol's warning, and that no other basis follows without a gap."""
    within = protocol.numbers.legal_basis_warning_days.value
    found = []
    for basis in protocol.legal_bases:
        if basis.until_on is None or not basis.from_on <= today <= basis.until_on:
            continue
        is_followed = protocol.legal_basis_on(basis.until_on + timedelta(days=1)) is not None
        days_left = (basis.until_on - today).days
        if days_left <= within and not is_followed:
            found.append(Ending(basis, basis.until_on, days_left))
    return tuple(sorted(found, key=lambda one: one.until_on))
