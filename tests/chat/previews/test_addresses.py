"""Fetching what strangers link to: never from inside, wherever names and redirects lead."""

from __future__ import annotations

import pytest

from chat.previews.making import make
from chat.previews.refusing import Refused
from project.addresses import is_public
from tests.chat.previews.sites import (
    HELLO,
    PUBLIC,
    Site,
    moved,
    reach_of,
    refusal,
    title,
)


def test_a_page_is_fetched_from_exactly_the_address_that_was_vetted(stranger: Site) -> None:
    assert title(stranger) == "Hello"
    assert stranger.asked == ["page.example"]
    assert stranger.dialled == [(PUBLIC, 80)]
    (request,) = stranger.requests
    lines = request.split("\r\n")
    assert lines[0] == "GET / HTTP/1.1"
    assert "Host: page.example" in lines
    assert "Accept-Encoding: identity" in lines
    assert not any(line.lower().startswith(("cookie", "authorization")) for line in lines)


def test_a_name_of_other_letters_is_asked_as_dns_knows_it(stranger: Site) -> None:
    stranger.paths["/%C3%BC?%C3%9F=1"] = HELLO
    assert title(stranger, "http://BÜCHER.example/ü?ß=1#top") == "Hello"
    assert stranger.asked == ["xn--bcher-kva.example"]
    assert "Host: xn--bcher-kva.example\r\n" in stranger.requests[0]


INNER = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::5db8:d70e",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:5ef5:79fd::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:5db8:d70e::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "nonsense",
    "",
]


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_leads_inside_is_not_asked(stranger: Site, address: str) -> None:
    stranger.names["page.example"] = [[address]]
    assert refusal(stranger) == "addresses"
    stranger.names["page.example"] = [[PUBLIC, address]]
    assert refusal(stranger) == "addresses"
    assert stranger.dialled == []


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "169.254.169.254",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.1",
        "127.0.1",
        "0",
        "127.0.0.1.",
        "0x",
        "1.2.3.4.5",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "[::1",
        "localhost",
        "redis",
        "metadata",
        "a..b",
        ".example",
        "exa mple.com",
        "-.example",
        "page.example\t",
        "a" * 64 + ".example",
        "a." * 127 + "example",
        "",
        "page.example\\@127.0.0.1",
        "page.example#@127.0.0.1:6379",
    ],
)
def test_a_host_that_is_none_is_not_asked(stranger: Site, host: str) -> None:
    try:
        made = make(f"http://{host}/", reach_of(stranger))
    except Refused:
        assert stranger.dialled == []
    else:
        # The only one that is page.example to a browser, too.
        assert (host, made.title) == ("page.example#@127.0.0.1:6379", "Hello")
        assert stranger.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("gopher://page.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("ftp://page.example/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//page.example/", "scheme"),
        ("http://user:password@page.example/", "credentials"),
        ("http://user@page.example/", "credentials"),
        ("http://@page.example/", "credentials"),
        ("http://page.example@127.0.0.1/", "credentials"),
        ("http://page.example:22/", "port"),
        ("http://page.example:6379/", "port"),
        ("http://page.example:8080/", "port"),
        ("http://page.example:0/", "port"),
        ("http://page.example:99999/", "address"),
        ("http://page.example:-1/", "address"),
        ("http://page.example:80x/", "address"),
        ("http://page.example/\r\nHost: other", "address"),
        ("http://page.example/\x00", "address"),
        ("http://page.example/" + "x" * 2048, "address"),
    ],
)
def test_what_is_not_a_plain_address_is_not_asked(stranger: Site, url: str, why: str) -> None:
    assert refusal(stranger, url) == why
    assert (stranger.asked, stranger.dialled) == ([], [])


def test_an_answer_of_dns_that_changes_changes_nothing(stranger: Site) -> None:
    """What was vetted is connected to; the second answer is never asked for."""
    stranger.names["page.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert title(stranger) == "Hello"
    assert stranger.asked == ["page.example"]
    assert refusal(stranger) == "addresses"


def test_a_redirect_is_vetted_anew_even_to_the_same_name(stranger: Site) -> None:
    stranger.names["page.example"] = [[PUBLIC], ["127.0.0.1"]]
    stranger.paths["/"] = moved("/again")
    stranger.paths["/again"] = HELLO
    assert refusal(stranger) == "addresses"
    assert stranger.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.1/", "addresses"),
        ("http://169.254.169.254/latest/meta-data/", "addresses"),
        ("http://[::1]/", "addresses"),
        ("//[::ffff:127.0.0.1]/", "addresses"),
        ("http://inner.example/", "addresses"),
        ("http://localhost/", "host"),
        ("http://2130706433/", "host"),
        ("http://page.example:6379/", "port"),
        ("gopher://page.example:6379/_FLUSHALL", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://a:b@page.example/", "credentials"),
        ("", "redirect"),
    ],
)
@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_does_not_lead_inside(
    stranger: Site, location: str, why: str, status: int
) -> None:
    stranger.names["inner.example"] = [["10.0.0.1"]]
    stranger.paths["/"] = moved(location, status)
    assert refusal(stranger) == why
    assert stranger.dialled == [(PUBLIC, 80)]


def test_three_redirects_are_followed_and_no_more(stranger: Site) -> None:
    stranger.paths |= {
        "/": moved("a"),
        "/a": moved("http://other.example/b"),
        "/b": moved("//x.y.example/c?d=ü"),
    }
    stranger.paths["/c?d=%C3%BC"] = HELLO
    made = make("http://page.example/", reach_of(stranger))
    assert (made.url, made.title, made.site) == ("http://page.example/", "Hello", "x.y.example")
    stranger.paths["/c?d=%C3%BC"] = moved("/d")
    stranger.paths["/d"] = HELLO
    assert refusal(stranger) == "redirects"


def test_a_loop_ends(stranger: Site) -> None:
    stranger.paths["/"] = moved("/")
    assert refusal(stranger) == "redirects"
    assert len(stranger.requests) == 4
