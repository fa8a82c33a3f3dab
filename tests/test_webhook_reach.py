"""What webhooks reach, and what they must not."""

import ssl
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path

import anyio
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from service.errors import FieldInvalid
from service.webhooks.reach import Reach, check, is_public
from service.webhooks.sending import Answer, Sender
from tests.receivers import Receiver, receiving

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254"),  # noqa: S104
        *("100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254"),
        *("fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("::ffff:169.254.169.254", "::127.0.0.1", "::7f00:1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"),
        *("64:ff9b:1::808:808", "2002:7f00:1::", "2002:808:808::1", "5f00::1", "100::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """None of a private, local, reserved or translated network, in whatever form it is written, is reached."""
    assert not is_public(ip_address(address))
    assert not Reach(()).has(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2a00:1450::1"]
)
def test_addresses_that_are(address: str) -> None:
    """What is of the internet is reached, also by way of a translator; by plain HTTP it is not."""
    assert Reach(()).has(ip_address(address))
    assert not Reach(LOOPBACK, public=False).has(ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_form_of_an_address_changes_what_it_is(address: object) -> None:
    """An IPv4 address is reached or not as it is reached inside of an IPv6 one."""
    plain = ip_address(str(address))
    for prefix in ("::ffff:", "64:ff9b::"):
        inside = ip_address(f"{prefix}{plain}")
        assert isinstance(inside, IPv6Address)
        assert Reach(()).has(inside) == Reach(()).has(plain)
    assert Reach(LOOPBACK).has(ip_address(f"::ffff:{plain}")) == Reach(LOOPBACK).has(plain)


def test_networks_that_are_named() -> None:
    """They are reached, and no others that are private."""
    reach = Reach((ip_network("10.1.0.0/16"), ip_network("fd00::/8")))
    found = {text: reach.has(ip_address(text)) for text in ("10.1.2.3", "10.2.2.3", "fd00::1", "fc00::1", "::1")}
    assert found == {"10.1.2.3": True, "10.2.2.3": False, "fd00::1": True, "fc00::1": False, "::1": False}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        *((url, "whole URL") for url in ("", "desk.example", "/hook", "ftp://desk.example", "https://", "https:///x")),
        *(
            (url, "no URL")
            for url in ("https://desk.example:x/", "https://desk.example:99999999/", "https://desk.example/\n")
        ),
        *((url, "no name") for url in ("https://[", "https://de sk.example/", "https://*.example")),
        *((url, "user") for url in ("https://me:pass@desk.example", "https://desk.example/#x")),
        *((url, "https") for url in ("http://desk.example", "HTTP://desk.example")),
        *((url, "public") for url in ("https://127.0.0.1/x", "https://[::1]:80", "https://[::ffff:10.0.0.1]")),
        (f"https://desk.example/{'x' * 2000}", "2,000"),
    ],
)
def test_urls_that_are_refused(url: str, why: str) -> None:
    """With a reason, when a webhook is made."""
    with pytest.raises(FieldInvalid, match=why) as error:
        check(url, ())
    assert error.value.pointer == "/url"


@pytest.mark.parametrize("url", ["https://desk.example", "https://desk.example:8443/a?b=c", "https://bücher.example/"])
def test_urls_that_are_taken(url: str) -> None:
    """HTTPS to any name, and plain HTTP where networks are named, to these."""
    check(url, ())
    check("http://127.0.0.1:80/x", LOOPBACK)
    with pytest.raises(FieldInvalid, match="public"):
        check("http://8.8.8.8/", LOOPBACK)


def send(url: str, networks: object = LOOPBACK) -> Answer:
    """What came of one attempt."""

    async def attempt() -> Answer:
        sender = Sender(networks)  # type: ignore[arg-type]
        try:
            return await sender.send(url, {}, b"{}")
        finally:
            await sender.close()

    return anyio.run(attempt)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_loopback_is_not_reached(host: str, scheme: str) -> None:
    """By no name and no way of writing its address, as whatever a resolver makes of it is looked at."""
    with receiving() as receiver:
        port = receiver.url.rpartition(":")[2]
        answer = send(f"{scheme}://{host}:{port}", ())
    assert receiver.taken == []
    assert answer.status is None
    assert "webhooks do not reach" in answer.fault or "has no address" in answer.fault


def test_a_name_that_is_none() -> None:
    """It is a fault of the attempt."""
    assert send("https://nobody.invalid/x").fault == "nobody.invalid has no address"
    assert send(f"https://{'x' * 70}.example/").fault.endswith("has no address")


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
    """A certificate authority that is trusted."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


def secured(authority: trustme.CA, name: str) -> Iterator[Receiver]:
    """A receiver with a certificate for the name."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    with receiving(context) as receiver:
        yield receiver


def test_tls_is_of_the_name(authority: trustme.CA) -> None:
    """The address that was looked at is connected to, and the certificate must be the name's all the same."""
    for receiver in secured(authority, "localhost"):
        assert send(receiver.url).status == 204
        assert receiver.taken[0].headers["host"].startswith("localhost:")
        assert "CERTIFICATE_VERIFY_FAILED" in send(receiver.url.replace("localhost", "127.0.0.1")).fault
    for receiver in secured(authority, "desk.example"):
        assert "CERTIFICATE_VERIFY_FAILED" in send(receiver.url).fault
        assert receiver.taken == []
