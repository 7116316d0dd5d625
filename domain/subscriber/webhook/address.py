"""Which addresses a webhook may have: https to a name on the public internet, and never anything inside a network."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from domain.refusal import Refused

LONGEST_ADDRESS = 500
PORTS = (443, 8443)
"""Those of https. A choice of any port would make a scanner for other people's services of us."""
PRINTABLE = re.compile(r"[!-~]+")
NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""At least two labels, and the last begins with a letter: whatever a resolver may take for a number is no name."""
INSIDE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "private", "corp", "onion", "test")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
PUBLIC_V6 = IPv6Network("2000::/3")
"""All that is routed publicly. What lies outside maps, translates or embeds other addresses, or is local."""
NOT_PUBLIC_V6 = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""Protocol assignments with Teredo, documentation, and 6to4, which embeds an IPv4 address of anybody's choice."""
NOT_PUBLIC_V4 = tuple(IPv4Network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"))
"""Protocol assignments, the 6to4 relay, and a cloud's metadata service at an address that is public by its look."""


class AddressIsNotHttps(Refused):
    """A webhook's address begins with https:// and has a path at most: nothing before an @, nothing after a ? or #."""


class AddressIsNotAPublicName(Refused):
    """A webhook goes to a public name, such as hooks.example.org. Give the one your receiver has on the internet."""


class PortIsNotOfHttps(Refused):
    """A webhook goes to port 443 or 8443. Let your receiver answer on one of them."""


class AddressIsNotLocal(Refused):
    """Only http://localhost or 127.0.0.1, with a port, can be set this way."""


class AddressIsInside(Refused):
    """The name of this address leads into a private or reserved network. Let it lead to public addresses only."""


class NameIsUnknown(Refused):
    """The name in this address is not known. Look at its spelling, or try again when its name server answers."""


class Address(NamedTuple):
    """An address taken apart. `host` is the name that is asked for, in small letters."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        return f"{self.origin}{self.path}"

    @property
    def origin(self) -> str:
        """Scheme, name and port, the last only where it is not the usual one."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """Name and port, as the header Host has them: a number of the sixth version stands in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def public_address(url: str) -> Address:
    """Take an address apart; refuses what no webhook may have. What the name leads to is another question."""
    parts = _parts(url)
    if parts is None or parts.scheme != "https":
        raise AddressIsNotHttps(field="url")
    host, port = _host(parts), _port(parts)
    if not NAME.fullmatch(host) or len(host) > 253 or _is_inside(host):
        raise AddressIsNotAPublicName(field="url")
    if port not in PORTS:
        raise PortIsNotOfHttps(field="url")
    return Address("https", host, port, parts.path or "/")


def local_address(url: str) -> Address:
    """An address on this very machine, for development."""
    parts = _parts(url)
    if parts is None or parts.scheme not in ("http", "https") or _host(parts) not in LOCAL_HOSTS:
        raise AddressIsNotLocal(field="url")
    port = _port(parts)
    if port is None:
        raise AddressIsNotLocal(field="url")
    return Address(parts.scheme, _host(parts), port, parts.path or "/")


def require_public(addresses: tuple[str, ...]) -> None:
    """Every address that a name leads to is public; one that is not spoils them all."""
    if not addresses:
        raise NameIsUnknown(field="url")
    if not all(is_public(address) for address in addresses):
        raise AddressIsInside(field="url")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False  # with a zone, or no address at all
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast and not any(found in net for net in NOT_PUBLIC_V4)
    return _is_public_v6(found)


def is_loopback(address: str) -> bool:
    """Whether an IP address is this very machine."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _is_public_v6(address: IPv6Address) -> bool:
    return address in PUBLIC_V6 and not any(address in net for net in NOT_PUBLIC_V6)


def _parts(url: str) -> SplitResult | None:
    """None for what is no plain address; a backslash is a slash to some readers and none to others."""
    if len(url) > LONGEST_ADDRESS or not PRINTABLE.fullmatch(url) or any(sign in url for sign in "\\@?#"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.hostname else None


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").lower()


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        return None
    return port if port is not None else {"https": 443, "http": 80}[parts.scheme]


def _is_inside(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in INSIDE_NAMES)
