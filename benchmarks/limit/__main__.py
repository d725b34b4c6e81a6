"""The limit: picows, asyncpg and a Redis pipeline; `python -m benchmarks.limit`.

It stores messages in batches with one statement each, answers after the commit, tells the peer's
socket and publishes each message, as a design of several processes must. It has no accounts, no
log, no duplicate check and no validation.
"""

from __future__ import annotations

import asyncio
import os
from typing import NamedTuple

import asyncpg
import msgspec
import redis.asyncio
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

WRITERS = 2
BATCH_LIMIT = 128
STORE = """
with given as (
    select * from unnest($1::bigint[], $2::bigint[], $3::text[])
        with ordinality as g (chat, sender, text, place)
), taken as (
    update chat set last_number = last_number + n.count
    from (select chat, count(*)::int as count from given group by chat) n
    where chat.id = n.chat
    returning chat.id, last_number - n.count as base, low, high
), numbered as (
    select given.*, low + high - sender as peer,
        base + row_number() over (partition by chat order by place) as number
    from given join taken on taken.id = given.chat
), stored as (
    insert into message (chat_id, number, sender_id, text)
    select chat, number, sender, text from numbered
)
select number, peer from numbered order by place
"""


class Send(msgspec.Struct):
    """What a client sends."""

    id: int
    chat: int
    text: str


class Item(NamedTuple):
    socket: Socket
    send: Send


class Writer:
    """One connection; what arrives while a batch is being written forms the next one."""

    def __init__(self, relay: Relay, connection: asyncpg.Connection) -> None:
        self._relay = relay
        self._connection = connection
        self._waiting: list[Item] = []
        self._task: asyncio.Task[None] | None = None

    def put(self, item: Item) -> None:
        self._waiting.append(item)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
            rows = await self._connection.fetch(
                STORE,
                [item.send.chat for item in batch],
                [item.socket.user for item in batch],
                [item.send.text for item in batch],
            )
            for item, (number, peer) in zip(batch, rows, strict=True):
                self._relay.tell(item, number, peer)
        self._task = None


class Relay:
    """All sockets of this process by user, the writers and the publisher."""

    def __init__(self, connections: list[asyncpg.Connection], client: redis.asyncio.Redis) -> None:
        self.sockets: dict[int, Socket] = {}
        self._writers = [Writer(self, connection) for connection in connections]
        self._redis = client
        self._unpublished: list[tuple[int, bytes]] = []
        self._publishing: asyncio.Task[None] | None = None

    def take(self, item: Item) -> None:
        self._writers[item.send.chat % len(self._writers)].put(item)

    def tell(self, item: Item, number: int, peer: int) -> None:
        item.socket.send(b'{"ack":%d,"number":%d}' % (item.send.id, number))
        message = {"chat": item.send.chat, "number": number, "text": item.send.text}
        frame = msgspec.json.encode(message)
        if (socket := self.sockets.get(peer)) is not None:
            socket.send(frame)
        self._unpublished.append((peer, frame))
        if self._publishing is None:
            self._publishing = asyncio.create_task(self._publish())

    async def _publish(self) -> None:
        while self._unpublished:
            batch, self._unpublished = self._unpublished, []
            pipeline = self._redis.pipeline(transaction=False)
            for peer, frame in batch:
                pipeline.publish(f"user.{peer}", frame)
            await pipeline.execute()
        self._publishing = None


class Socket(WSListener):
    """One connection, to `/{user}`."""

    decoder = msgspec.json.Decoder(Send)

    def __init__(self, relay: Relay, user: int) -> None:
        self.user = user
        self._relay = relay

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._relay.sockets[self.user] = self
        self.send(b'{"ready":true}')

    def send(self, frame: bytes) -> None:
        self._transport.send(WSMsgType.TEXT, frame)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            self._relay.take(Item(self, self.decoder.decode(frame.get_payload_as_memoryview())))
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()


async def main() -> None:
    url = os.environ["DATABASE_URL"]
    connections = [await asyncpg.connect(url) for _ in range(WRITERS)]
    relay = Relay(connections, redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]))

    def accept(request: WSUpgradeRequest) -> Socket:
        return Socket(relay, int(request.path.decode().removeprefix("/")))

    port = int(os.environ["PORT"])
    server = await ws_create_server(accept, "127.0.0.1", port, max_frame_size=65_536)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
