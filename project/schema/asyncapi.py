"""The AsyncAPI 3.0 document, made from the tables of commands and update kinds."""

from __future__ import annotations

from typing import Any

from project.schema.components import Problem, schemas_for
from project.sync import frames, handshake
from project.sync.commands import COMMANDS, told_parts
from project.sync.kinds import KINDS, SIGNALS, told_on

CHANNELS = {
    "/ws/": ("everything", None),
    "/ws/chat/": ("the chat part", "chat"),
    "/ws/feed/": ("the feed part", "feed"),
}
CLOSE_CODES = {
    4400: "bad frames",
    4401: "not authenticated, or expired",
    4403: "the session was revoked",
    4408: "idle",
    4409: "too slow; resume",
    4429: "flooding",
    1012: "restart; reconnect with jitter",
}


def document() -> dict[str, Any]:
    """The whole document, as JSON-ready values."""
    messages, components = _messages()
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Confab's socket", "version": "1", "description": _description()},
        "channels": {_channel_name(address): _channel(address, messages) for address in CHANNELS},
        "operations": _operations(messages),
        "components": {"schemas": components, "messages": messages},
    }


def _description() -> str:
    codes = "\n".join(f"- `{code}`: {meaning}" for code, meaning in CLOSE_CODES.items())
    return (
        "JSON text frames. Each command is answered exactly once, in order, by a `reply` or an "
        "`error` with its `id`. Updates carry the positions of the user's log.\n\n"
        f"Close codes:\n{codes}"
    )


def _messages() -> tuple[dict[str, Any], dict[str, Any]]:
    commands, kinds, signals = list(COMMANDS.values()), list(KINDS.values()), list(SIGNALS.items())
    plain = [frames.ReadyData, frames.ByeData, handshake.Auth, Problem]
    shapes = [c.shape for c in commands] + [c.reply for c in commands]
    shapes += [k.shape for k in kinds] + [shape for _, shape in signals] + plain
    schemas, components = schemas_for(shapes)
    found = iter(schemas)
    given = {f"command.{c.name}": _command(c.name, c.summary, next(found)) for c in commands}
    given |= {f"reply.{c.name}": _reply(next(found)) for c in commands}
    given |= {f"update.{k.name}": _update(k.name, next(found)) for k in kinds}
    given |= {f"signal.{name}": _signal(name, next(found)) for name, _ in signals}
    ready, bye, auth, problem = found
    integer = {"type": "integer", "minimum": 0}
    given |= {
        "ready": _message({"type": {"const": "ready"}, "data": ready}),
        "synced": _message({"type": {"const": "synced"}, "pts": integer}),
        "heartbeat": _message({"type": {"const": "heartbeat"}, "pts": integer}),
        "bye": _message({"type": {"const": "bye"}, "data": bye}),
        "auth": _message({"type": {"const": "auth"}, "data": auth}),
        "error": _message(
            {"type": {"const": "error"}, "id": {"type": ["string", "null"]}, "error": problem}
        ),
    }
    return given, components


def _message(properties: dict[str, Any]) -> dict[str, Any]:
    payload = {"type": "object", "properties": properties, "required": list(properties)}
    return {"contentType": "application/json", "payload": payload}


def _command(name: str, summary: str, data: Any) -> dict[str, Any]:
    identity = {"type": "string", "maxLength": 64}
    message = _message({"type": {"const": name}, "id": identity, "data": data})
    return {"summary": summary, **message}


def _reply(data: Any) -> dict[str, Any]:
    return _message({"type": {"const": "reply"}, "id": {"type": "string"}, "data": data})


def _update(kind: str, data: Any) -> dict[str, Any]:
    return _message(
        {
            "type": {"const": "update"},
            "pts": {"type": "integer", "minimum": 1},
            "kind": {"const": kind},
            "data": data,
        }
    )


def _signal(kind: str, data: Any) -> dict[str, Any]:
    return _message({"type": {"const": "signal"}, "kind": {"const": kind}, "data": data})


def _channel_name(address: str) -> str:
    return address.strip("/").replace("/", "_")


def _carries(part: str | None, name: str) -> bool:
    head, _, rest = name.partition(".")
    if head in ("command", "reply"):
        return part is None or told_parts(rest) in (part, "both")
    return head not in ("update", "signal") or told_on(part, rest)


def _channel(address: str, messages: dict[str, Any]) -> dict[str, Any]:
    meaning, part = CHANNELS[address]
    carried = [name for name in messages if _carries(part, name)]
    return {
        "address": address,
        "description": f"The socket for {meaning}. `?epoch=&pts=` resumes.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in carried},
        "bindings": {"ws": {"query": wire_query(), "bindingVersion": "0.1.0"}},
    }


def wire_query() -> dict[str, Any]:
    """The query parameters of a socket."""
    text = {"type": "string"}
    return {"type": "object", "properties": {"epoch": text, "pts": text, "ticket": text}}


def _operations(messages: dict[str, Any]) -> dict[str, Any]:
    """What the server receives and what it sends, for each channel."""
    operations: dict[str, Any] = {}
    for address, (_, part) in CHANNELS.items():
        name = _channel_name(address)
        for action, wanted in (("receive", True), ("send", False)):
            operations[f"{action}_{name}"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [
                    {"$ref": f"#/channels/{name}/messages/{message}"}
                    for message in messages
                    if _carries(part, message)
                    and (message == "auth" or message.startswith("command.")) is wanted
                ],
            }
    return operations
