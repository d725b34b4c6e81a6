"""Who may do what: a row for every REST call and every socket command that needs a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.people import PASSWORD


@dataclass(frozen=True)
class Call:
    """A call, and how it is answered to the owner, to the other participant and to a stranger.

    `path` is the operation's own where it has no parameters. Names in braces stand for the stage's
    ids. Statuses are REST's, or codes of errors (None for a reply) for a command.
    """

    owner: Any
    peer: Any
    stranger: Any
    path: str = ""
    body: Any = None
    query: Any = None

    def expected(self) -> dict[str, Any]:
        return {"stranger": self.stranger, "peer": self.peer, "owner": self.owner}


def personal(status: int = 200, **more: Any) -> Call:
    """A call about oneself: whoever is logged in may make it, and reaches only their own."""
    return Call(status, status, status, **more)


def shared(owner: int = 200, peer: int = 200, **more: Any) -> Call:
    """A call about the chat: for a stranger there is no such thing."""
    return Call(owner, peer, 404, **more)


def own(status: int = 200, **more: Any) -> Call:
    """A call about something of the owner's that nobody else knows of."""
    return Call(status, 404, 404, **more)


CHAT, MESSAGE = "/chats/{chat}", "/chats/{chat}/messages/1"
WRONG = {"challenge": "none", "code": "123456"}

REST: dict[str, Call] = {
    "POST /chats": Call(200, 400, 201, body={"user": "{bob}"}),
    "GET /chats": personal(),
    "GET /chats/{chat}": shared(path=CHAT),
    "PATCH /chats/{chat}": shared(path=CHAT, body={"pinned": True}),
    "DELETE /chats/{chat}": shared(204, 204, path=CHAT),
    "GET /chats/{chat}/messages": shared(path=CHAT + "/messages"),
    "POST /chats/{chat}/messages": shared(
        201, 201, path=CHAT + "/messages", body={"client_id": "new", "text": "hi"}
    ),
    "GET /chats/{chat}/messages/{number}": shared(path=MESSAGE),
    "PATCH /chats/{chat}/messages/{number}": shared(200, 403, path=MESSAGE, body={"text": "new"}),
    "DELETE /chats/{chat}/messages/{number}": shared(
        204, 403, path=MESSAGE, query={"for": "everyone"}
    ),
    "POST /chats/{chat}/messages/{number}/forward": shared(
        path=MESSAGE + "/forward", body={"targets": [{"chat": "{chat}", "client_id": "new"}]}
    ),
    "POST /chats/{chat}/messages/{number}/action": shared(
        202, 202, path=MESSAGE + "/action", body={}
    ),
    "PUT /chats/{chat}/messages/{number}/reactions/{emoji}": shared(path=MESSAGE + "/reactions/👍"),
    "DELETE /chats/{chat}/messages/{number}/reactions/{emoji}": shared(
        path=MESSAGE + "/reactions/👍"
    ),
    "PUT /chats/{chat}/messages/{number}/tags/{tag}": shared(path=MESSAGE + "/tags/mine"),
    "DELETE /chats/{chat}/messages/{number}/tags/{tag}": shared(path=MESSAGE + "/tags/mine"),
    "GET /tags": personal(),
    "PATCH /tags/{tag}": personal(404, path="/tags/mine", body={"tag": "other"}),
    "POST /chats/{chat}/read": shared(path=CHAT + "/read", body={"number": 1}),
    "POST /chats/{chat}/delivered": shared(path=CHAT + "/delivered", body={"number": 1}),
    "POST /reports": shared(201, 201, body={"chat": "{chat}", "reason": "spam"}),
    "POST /files": personal(
        201, body={"name": "notes.txt", "size": 10, "content_type": "text/plain"}
    ),
    "POST /files/{file}/complete": own(202, path="/files/{pending}/complete"),
    "GET /files/{file}": own(path="/files/{pending}"),
    "GET /files/{file}/content": own(302, path="/files/{ready}/content"),
    "GET /files/{file}/link": own(path="/files/{ready}/link"),
    "GET /feed": personal(),
    "GET /feed/counts": personal(),
    "GET /feed/preferences": personal(),
    "PUT /feed/preferences": personal(body={}),
    "POST /devices": personal(201, body={"platform": "ios", "token": "abcdef"}),
    "GET /devices": personal(),
    "GET /devices/vapid": personal(404),
    "DELETE /devices/{device}": own(204, path="/devices/{device}"),
    "GET /feed/{item}": own(path="/feed/{item}"),
    "GET /feed/{item}/deliveries": own(path="/feed/{item}/deliveries"),
    "DELETE /feed/{item}": own(204, path="/feed/{item}"),
    "POST /feed/seen": own(body={"up_to": "{item}"}),
    "POST /feed/read": own(body={"up_to": "{item}"}),
    "GET /search": personal(query={"q": "hello"}),
    "GET /search/suggest": personal(query={"q": "he"}),
    "GET /updates": personal(410, query={"epoch": "none", "pts": 0}),
    "GET /bootstrap": personal(),
    "GET /me": personal(),
    "PATCH /me": personal(body={"about": "me"}),
    "DELETE /me": personal(202, body={"password": PASSWORD}),
    "POST /me/email": personal(202, body={"email": "new@example.com"}),
    "POST /me/email/verify": personal(410, body=WRONG),
    "POST /me/phone": personal(202, body={"phone": "+436641234567"}),
    "POST /me/phone/verify": personal(410, body=WRONG),
    "POST /me/export": personal(202),
    "GET /me/export/{export}": Call(200, 404, 404, path="/me/export/{export}"),
    "POST /me/identities": personal(401, body={"ticket": "none"}),
    "DELETE /me/identities/{provider}": personal(404, path="/me/identities/google"),
    "GET /users/{user}": personal(path="/users/{alice}"),
    "GET /users": personal(query={"username": "nobody-has-this"}),
    "GET /blocks": personal(),
    "PUT /blocks/{user}": Call(204, 400, 204, path="/blocks/{bob}"),
    "DELETE /blocks/{user}": personal(204, path="/blocks/{bob}"),
    "POST /auth/logout": personal(204),
    "POST /auth/challenge": personal(202),
    "POST /auth/confirm": personal(204, body={"password": PASSWORD}),
    "POST /auth/password/change": personal(
        204, body={"old_password": PASSWORD, "new_password": "another horse battery"}
    ),
    "GET /auth/sessions": personal(),
    "DELETE /auth/sessions/{session}": Call(204, 404, 404, path="/auth/sessions/{session}"),
    "DELETE /auth/sessions": personal(204),
    "POST /auth/ticket": personal(),
    "POST /contacts/imports": personal(
        202, body={"batch": "new", "device": "new", "mode": "full", "entries": []}
    ),
    "GET /contacts/imports/{id}": own(path="/contacts/imports/{job}"),
    "GET /contacts/imports/{id}/entries": own(path="/contacts/imports/{job}/entries"),
    "GET /contacts/imports/{id}/problems": own(path="/contacts/imports/{job}/problems"),
    "DELETE /contacts/imports/{id}": own(path="/contacts/imports/{job}"),
    "POST /contacts/imports/{id}/undo": own(202, path="/contacts/imports/{job}/undo"),
    "GET /contacts": personal(),
    "DELETE /contacts": personal(204),
    "GET /contacts/{id}": own(path="/contacts/{contact}"),
    "PATCH /contacts/{id}": own(path="/contacts/{contact}", body={"name": "New"}),
    "DELETE /contacts/{id}": own(204, path="/contacts/{contact}"),
    "POST /contacts/invites": personal(body={"channel": "link"}),
    "GET /contacts/invites": personal(),
    "DELETE /contacts/invites/{id}": own(204, path="/contacts/invites/{invite}"),
}

PUBLIC = {
    "POST /auth/email/register",
    "POST /auth/email/login",
    "POST /auth/email/verify",
    "POST /auth/phone/start",
    "POST /auth/phone/verify",
    "POST /auth/google",
    "POST /auth/facebook",
    "POST /auth/password/forgot",
    "POST /auth/password/reset",
    "POST /auth/refresh",
    "GET /auth/providers",
    "GET /invites/{token}",
    "POST /contacts/optout",
    "POST /contacts/optout/verify",
    "GET /unsubscribe/{token}",
    "POST /unsubscribe/{token}",
    "GET /health/live",
    "GET /health/ready",
}

SOCKET: dict[str, Call] = {
    "message.send": Call(
        None, None, "not_found", body={"chat": "{chat}", "client_id": "new", "text": "hi"}
    ),
    "message.edit": Call(
        None, "forbidden", "not_found", body={"chat": "{chat}", "number": 1, "text": "new"}
    ),
    "message.delete": Call(
        None, "forbidden", "not_found", body={"chat": "{chat}", "number": 1, "for": "everyone"}
    ),
    "message.forward": Call(
        None,
        None,
        "not_found",
        body={
            "chat": "{chat}",
            "number": 1,
            "targets": [{"chat": "{chat}", "client_id": "new"}],
        },
    ),
    "message.react": Call(
        None, None, "not_found", body={"chat": "{chat}", "number": 1, "emoji": "👍"}
    ),
    "message.unreact": Call(
        None, None, "not_found", body={"chat": "{chat}", "number": 1, "emoji": "👍"}
    ),
    "chat.open": Call(None, "validation", None, body={"user": "{bob}"}),
    "chat.read": Call(None, None, "not_found", body={"chat": "{chat}", "number": 1}),
    "chat.delivered": Call(None, None, "not_found", body={"chat": "{chat}", "number": 1}),
    "feed.seen": Call(None, "not_found", "not_found", body={"up_to": "{item}"}),
    "feed.read": Call(None, "not_found", "not_found", body={"up_to": "{item}"}),
    "typing": Call(None, None, "not_found", body={"chat": "{chat}", "on": True}),
    "presence.watch": Call(None, None, None, body={"users": ["{alice}", "{bob}"]}),
    "auth.refresh": Call(
        "unauthenticated", "unauthenticated", "unauthenticated", body={"access": "nonsense"}
    ),
    "ping": Call(None, None, None, body={}),
}
