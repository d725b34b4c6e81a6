"""Whose address is written how."""

from __future__ import annotations

import pytest
from django.test import override_settings

from project.clients import client_ip, network_of


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("198.51.100.8", "198.51.100.8"),
        ("198.51.100.8:40001", "198.51.100.8"),
        (" 198.51.100.8 ", "198.51.100.8"),
        ('"198.51.100.8:1"', "198.51.100.8"),
        ("::ffff:198.51.100.8", "198.51.100.8"),
        ("[::ffff:198.51.100.8]:443", "198.51.100.8"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "203.0.113.1"),
        ("_hidden", "203.0.113.1"),
        ("1.2.3.4.5", "203.0.113.1"),
    ],
)
def test_an_address_is_read(written: str, address: str) -> None:
    """What cannot be read is the proxy that wrote it: not all such people are one."""
    with override_settings(TRUSTED_PROXIES=1):
        assert client_ip("203.0.113.1", written) == address
        assert client_ip("203.0.113.1", f"192.0.2.66, {written}") == address
    assert client_ip(written, "") == ("" if address == "203.0.113.1" else address)


def test_a_network_is_what_one_customer_has() -> None:
    assert network_of("2001:db8:0:1::9") == network_of("2001:db8:0:1:ffff::1")
    assert network_of("2001:db8:0:1::9") != network_of("2001:db8:0:2::9")
    assert network_of("198.51.100.8") == network_of("::ffff:198.51.100.8")
    assert network_of("198.51.100.8") != network_of("198.51.100.9")
