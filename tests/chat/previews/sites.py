"""Servers of strangers: names, the public addresses they pretend to have, and what they answer."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chat.previews.making import make
from chat.previews.reach import Reach, dial
from chat.previews.refusing import Refused

PUBLIC = "93.184.215.14"

Handler = Callable[[socket.socket, str], None]


class Site:
    """A server on loopback. `paths` tells what it does with a connection once the request is in."""

    def __init__(self, listener: socket.socket) -> None:
        self.paths: dict[str, bytes | Handler] = {}
        self.requests: list[str] = []
        self.names: dict[str, Sequence[Sequence[str]]] = {}
        self.asked: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self._listener = listener
        self._tls: ssl.SSLContext | None = None

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def resolve(self, host: str, port: int) -> list[str]:
        """Each answer in turn; the last one stays. An address is itself, as with the system's."""
        self.asked.append(host)
        answers = self.names.get(host, [[PUBLIC if "example" in host else host]])
        return list(answers[min(self.asked.count(host), len(answers)) - 1])

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        self.dialled.append((address, port))
        return dial("127.0.0.1", self.port, seconds)

    def speak_tls(self, name: str) -> ssl.SSLContext:
        """From now on, with a certificate for this name; a context that trusts it."""
        certificate = _certificate(name)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with NamedTemporaryFile("wb") as file:
            file.write(certificate)
            file.flush()
            self._tls.load_cert_chain(file.name)
        return ssl.create_default_context(cadata=certificate.decode().partition("-----BEGIN P")[0])

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        if self._tls is not None:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True)
            except OSError:
                return connection.close()  # refused by the other side
        with connection:
            request = b""
            while b"\r\n\r\n" not in request and (part := connection.recv(65536)):
                request += part
            text = request.decode("latin-1")
            self.requests.append(text)
            path = text.split(" ")[1] if " " in text else ""
            found = self.paths.get(path, b"HTTP/1.1 404 Not Found\r\n\r\n")
            try:
                if isinstance(found, bytes):
                    connection.sendall(found)
                else:
                    found(connection, path)
            except OSError:
                return  # the other side has had enough


@contextmanager
def site() -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Site(listener)
        threading.Thread(target=made.run, daemon=True).start()
        try:
            yield made
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def page(body: str | bytes, content_type: str = "text/html; charset=utf-8", *more: str) -> bytes:
    """A whole answer."""
    content = body.encode() if isinstance(body, str) else body
    head = ["HTTP/1.1 200 OK", f"Content-Type: {content_type}", *more]
    return ("\r\n".join(head) + f"\r\nContent-Length: {len(content)}\r\n\r\n").encode() + content


def moved(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\n\r\n".encode()


def reach_of(made: Site) -> Reach:
    """Vetting stays as it is; only the names and the wire are ours."""
    from chat.previews.reach import INTERNET

    return Reach(made.resolve, made.dial, INTERNET.tls)


HELLO = page("<title>Hello</title>")


def title(made: Site, url: str = "http://page.example/") -> str:
    return make(url, reach_of(made)).title


def refusal(made: Site, url: str = "http://page.example/") -> str:
    with pytest.raises(Refused) as refused:
        make(url, reach_of(made))
    return str(refused.value)


def _certificate(name: str) -> bytes:
    """Self-signed, followed by its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM) + private
