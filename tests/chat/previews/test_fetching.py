"""Fetching what strangers link to: never for long, never much, and only pages."""

from __future__ import annotations

import gzip
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chat.previews.making import PAGE_BYTES, SECONDS, make
from chat.previews.reach import Reach
from chat.previews.refusing import Refused
from tests.chat.previews.sites import (
    HELLO,
    PUBLIC,
    Site,
    page,
    reach_of,
    refusal,
    title,
)


def drip(connection: socket.socket, _: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        connection.sendall(b"<")
        time.sleep(0.1)


def drip_head(connection: socket.socket, _: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)


def silence(connection: socket.socket, _: str) -> None:
    connection.recv(1)


def hanging(host: str, port: int) -> list[str]:
    time.sleep(SECONDS + 2)
    return [PUBLIC]


def test_five_seconds_are_all_there_is(stranger: Site) -> None:
    """Whatever is slow: the page, its head, all of it, the look-up of the name."""
    stranger.paths |= {"/drip": drip, "/head": drip_head, "/silence": silence}
    reach = reach_of(stranger)
    slow = [("/drip", reach), ("/head", reach), ("/silence", reach)]
    slow.append(("/", reach._replace(resolve=hanging)))

    def attempt(path: str, reach: Reach) -> tuple[str, float]:
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            make(f"http://page.example{path}", reach)
        return str(refused.value), time.monotonic() - began

    with ThreadPoolExecutor() as threads:
        for why, seconds in threads.map(attempt, *zip(*slow, strict=True)):
            assert why == "TimeoutError"
            assert SECONDS - 0.5 < seconds < SECONDS + 1.5


class Endless:
    """Sends for as long as it is read."""

    def __init__(self, head: bytes, part: bytes) -> None:
        self.head, self.part, self.sent = head, part, 0

    def __call__(self, connection: socket.socket, _: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + self.head)
        while True:
            connection.sendall(self.part)
            self.sent += len(self.part)


HTML = b"Content-Type: text/html\r\n"


TEN_GIGABYTES = HTML + b"Content-Length: 10737418240\r\n\r\n<title>Big</title>"


CHUNKED = HTML + b"Transfer-Encoding: chunked\r\n\r\n12\r\n<title>Big</title>\r\n"


@pytest.mark.parametrize(
    ("head", "part"),
    [(TEN_GIGABYTES, b"x" * 65536), (CHUNKED, b"8000\r\n" + b"x" * 0x8000 + b"\r\n")],
)
def test_of_a_page_without_end_the_beginning_is_read(
    stranger: Site, head: bytes, part: bytes
) -> None:
    stranger.paths["/"] = endless = Endless(head, part)
    assert title(stranger) == "Big"
    # The rest lay in the buffers of the connection.
    assert endless.sent < PAGE_BYTES + 12 * 1024 * 1024


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"X: ", b"x" * 65536),
        (b"", b"X: 1\r\n" * 1000),
        (b"X: 1\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        (HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
        (HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 65536),
    ],
)
def test_heads_and_frames_without_end_are_refused(stranger: Site, head: bytes, part: bytes) -> None:
    stranger.paths["/"] = Endless(head, part)
    assert refusal(stranger) in ("size", "LineTooLong", "HTTPException", "IncompleteRead", "type")


BOMB = gzip.compress(b"<title>Boom</title>" + b" " * 50_000_000)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page(BOMB, "text/html", "Content-Encoding: gzip"), "encoding"),
        (page(HELLO, "text/html", "Content-Encoding: br"), "encoding"),
        (page("<title>x</title>", "application/pdf"), "type"),
        (page("<title>x</title>", "image/svg+xml"), "type"),
        (page("{}", "application/json"), "type"),
        (b"HTTP/1.1 200 OK\r\n\r\n<title>x</title>", "type"),
        (b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<title>x</title>", "status"),
        (b"HTTP/1.1 206 Part\r\nContent-Type: text/html\r\n\r\n<title>x</title>", "status"),
        (b"HTTP/1.1 304 Same\r\n\r\n", "status"),
        (page("no title here"), "title"),
        (page("<title> \u202e\x00 </title>"), "title"),
        (b"", "RemoteDisconnected"),
        (b"HTTP/1.1 200 O", "type"),
        (b"+OK\r\n" * 9, "BadStatusLine"),
        (b"\x16\x03\x01" * 99, "BadStatusLine"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\nContent-Type: text/html\r\n\r\n", "title"),
    ],
)
def test_what_is_no_page_gives_nothing(stranger: Site, answer: bytes, why: str) -> None:
    stranger.paths["/"] = answer
    assert refusal(stranger) == why


def test_a_certificate_must_be_good_and_of_this_name(stranger: Site) -> None:
    trusted = stranger.speak_tls("page.example")
    url = "https://page.example/"
    assert refusal(stranger, url) == "SSLCertVerificationError"
    trusting = reach_of(stranger)._replace(tls=lambda: trusted)
    assert make(url, trusting).title == "Hello"
    assert "Host: page.example\r\n" in stranger.requests[0]
    with pytest.raises(Refused, match="SSLCertVerificationError"):
        make("https://other.example/", trusting)
    assert len(stranger.requests) == 1
    assert stranger.dialled == [(PUBLIC, 443)] * 3


def test_another_address_of_the_name_is_tried(stranger: Site) -> None:
    stranger.names["page.example"] = [["2606:2800:21f:cb07::1", PUBLIC]]
    reach = reach_of(stranger)

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        if ":" in address:
            raise OSError("no route")
        return stranger.dial(address, port, seconds)

    assert make("http://page.example/", reach._replace(dial=dial)).title == "Hello"
    assert stranger.dialled == [(PUBLIC, 80)]
