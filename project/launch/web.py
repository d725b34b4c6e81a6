"""One production web process: REST and sockets on uvicorn.

python -m project.launch.web            listens on HOST:PORT
python -m project.launch.web --fd 5     takes connections from a listening socket it inherits
"""

from __future__ import annotations

import argparse
import os
import socket

import uvicorn

# Twice the protocol's limit: a frame over that one gets the protocol's `bye`, and what is over this
# one is not even read.
FRAME_BYTES = 131_072


def configuration() -> uvicorn.Config:
    """What a public server needs: bounded frames, queues, connections and time to stop."""
    return uvicorn.Config(
        "asgi:application",
        host=os.environ.get("HOST") or "127.0.0.1",
        port=int(os.environ.get("PORT") or 8000),
        loop="uvloop",
        http="httptools",
        ws="project.launch.corked:CorkedProtocol",
        ws_max_size=FRAME_BYTES,
        ws_max_queue=8,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        limit_concurrency=20_000,
        timeout_graceful_shutdown=3,
        lifespan="off",
        proxy_headers=False,  # TRUSTED_PROXIES decides, in the application
        server_header=False,
        access_log=False,
        log_level="warning",
    )


def _make_page() -> None:
    """Sooner than the first visitor asks for it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    from project import serving

    serving.made()


def main() -> None:
    parser = argparse.ArgumentParser(description="One production web process.")
    parser.add_argument("--fd", type=int, help="a listening socket to serve instead of HOST:PORT")
    given = parser.parse_args()
    _make_page()
    sockets = None if given.fd is None else [socket.socket(fileno=given.fd)]
    uvicorn.Server(configuration()).run(sockets=sockets)


if __name__ == "__main__":
    main()
