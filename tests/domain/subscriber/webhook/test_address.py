"""Which addresses a webhook may have, name by name and number by number."""

import pytest

from domain.refusal import Refused
from domain.subscriber.webhook.address import (
    AddressIsInside,
    AddressIsNotAPublicName,
    AddressIsNotHttps,
    AddressIsNotLocal,
    NameIsUnknown,
    PortIsNotOfHttps,
    is_loopback,
    is_public,
    local_address,
    public_address,
    require_public,
)

GOOD = {
    "https://hooks.example.org": "https://hooks.example.org/",
    "https://Hooks.Example.ORG/in/kap": "https://hooks.example.org/in/kap",
    "https://hooks.example.org:443/in": "https://hooks.example.org/in",
    "https://hooks.example.org:8443/in": "https://hooks.example.org:8443/in",
    "https://xn--bcher-kva.example.com/a%20b": "https://xn--bcher-kva.example.com/a%20b",
}
BAD: list[tuple[str, type[Refused]]] = [
    ("http://hooks.example.org/in", AddressIsNotHttps),
    ("ftp://hooks.example.org/in", AddressIsNotHttps),
    ("file:///etc/passwd", AddressIsNotHttps),
    ("gopher://hooks.example.org", AddressIsNotHttps),
    ("hooks.example.org/in", AddressIsNotHttps),
    ("", AddressIsNotHttps),
    ("https://", AddressIsNotHttps),
    ("https:///in", AddressIsNotHttps),
    ("https://user:secret@hooks.example.org/", AddressIsNotHttps),
    ("https://hooks.example.org@127.0.0.1/", AddressIsNotHttps),
    ("https://127.0.0.1\\@hooks.example.org/", AddressIsNotHttps),
    ("https://hooks.example.org/in?key=1", AddressIsNotHttps),
    ("https://hooks.example.org/in#part", AddressIsNotHttps),
    ("https://hooks.example.org/\r\nHost: inside", AddressIsNotHttps),
    ("https://hooks.example.org/ in", AddressIsNotHttps),
    ("https://höoks.example.org/", AddressIsNotHttps),
    ("https://１２７.0.0.1/", AddressIsNotHttps),
    ("https://ⓛocalhost/", AddressIsNotHttps),
    ("https://[::1", AddressIsNotHttps),
    ("https://hooks.example.org/" + "a" * 500, AddressIsNotHttps),
    ("https://127.0.0.1/", AddressIsNotAPublicName),
    ("https://127.1/", AddressIsNotAPublicName),
    ("https://2130706433/", AddressIsNotAPublicName),
    ("https://0x7f000001/", AddressIsNotAPublicName),
    ("https://0x7f.0x0.0x0.0x1/", AddressIsNotAPublicName),
    ("https://0177.0.0.1/", AddressIsNotAPublicName),
    ("https://169.254.169.254/latest/meta-data/", AddressIsNotAPublicName),
    ("https://8.8.8.8/", AddressIsNotAPublicName),
    ("https://[::1]/", AddressIsNotAPublicName),
    ("https://[::ffff:127.0.0.1]/", AddressIsNotAPublicName),
    ("https://[fe80::1%25eth0]/", AddressIsNotAPublicName),
    ("https://localhost/", AddressIsNotAPublicName),
    ("https://LOCALHOST/", AddressIsNotAPublicName),
    ("https://api.localhost/", AddressIsNotAPublicName),
    ("https://metadata.google.internal/", AddressIsNotAPublicName),
    ("https://printer.local/", AddressIsNotAPublicName),
    ("https://intranet/", AddressIsNotAPublicName),
    ("https://hooks.example.org./", AddressIsNotAPublicName),
    ("https://.example.org/", AddressIsNotAPublicName),
    ("https://a..example.org/", AddressIsNotAPublicName),
    ("https://hooks.example.org:0/", PortIsNotOfHttps),
    ("https://hooks.example.org:22/", PortIsNotOfHttps),
    ("https://hooks.example.org:5432/", PortIsNotOfHttps),
    ("https://hooks.example.org:65536/", PortIsNotOfHttps),
    ("https://hooks.example.org:x/", PortIsNotOfHttps),
]
INSIDE = [
    "0.0.0.0",  # noqa: S104 nothing is bound to it
    "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1",
    "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "hooks.example.org", "2130706433",
    "0x7f.1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001:82a::200e"]


@pytest.mark.parametrize(("url", "meant"), GOOD.items())
def test_a_public_https_address_is_taken(url: str, meant: str) -> None:
    assert public_address(url).url == meant


@pytest.mark.parametrize(("url", "refusal"), BAD)
def test_an_address_that_could_lead_inside_is_refused(url: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as refused:
        public_address(url)
    assert refused.value.field == "url"
    assert len(url) < 10 or url not in refused.value.message


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


def test_one_address_inside_spoils_all() -> None:
    require_public(("8.8.8.8", "2606:4700::1111"))
    with pytest.raises(AddressIsInside):
        require_public(("8.8.8.8", "10.0.0.1"))
    with pytest.raises(NameIsUnknown):
        require_public(())


def test_development_reaches_this_machine_only() -> None:
    assert local_address("http://127.0.0.1:9000/in").url == "http://127.0.0.1:9000/in"
    assert local_address("http://localhost:9000").url == "http://localhost:9000/"
    assert is_loopback("127.0.0.1")
    assert not is_loopback("10.0.0.1")
    for url in (
        "http://10.0.0.1/",
        "http://hooks.example.org/",
        "http://localhost@10.0.0.1/",
        "http://169.254.169.254/",
    ):
        with pytest.raises(AddressIsNotLocal):
            local_address(url)
