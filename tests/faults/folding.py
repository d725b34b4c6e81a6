"""What a client holds, and how an update changes it, by the rules that clients may rely on.

Pure, so that the checkers can compare what a device folded with a fresh snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

EMPTY: Json = {
    "text": "",
    "file": None,
    "reply_to": None,
    "forward": None,
    "reference": None,
    "action": None,
    "reactions": [],
    "tags": [],
    "hashtags": [],
    "edited_at": None,
    "deleted": True,
}


def tombstone(message: Json) -> Json:
    """What stays of a message that was deleted for everyone. A preview is no member of it."""
    emptied = message | EMPTY
    emptied.pop("preview", None)
    return emptied


@dataclass
class State:
    """One device's chats and messages at `pts`.

    `since` holds each chat's last number at the snapshot: every visible message after it must be
    held. A chat that was not in the snapshot had no visible message, so there all of them must be.
    """

    user: str
    epoch: str = ""
    pts: int = 0
    chats: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, dict[int, Json]] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)

    def start(self, snapshot: Json) -> None:
        """Begin anew from an answer of `GET /bootstrap`."""
        self.epoch, self.pts = snapshot["epoch"], snapshot["pts"]
        self.chats = {chat["id"]: chat for chat in snapshot["chats"]}
        self.since = {chat["id"]: chat["last_number"] for chat in snapshot["chats"]}
        self.messages = {}

    def unknown_chat(self, kind: str, data: Json) -> str | None:
        """The chat that must be fetched before this update can be applied."""
        if kind == "message.created" and data["chat"] not in self.chats:
            return str(data["chat"])
        return None

    def hold(self, chat: Json) -> None:
        """A chat that was fetched."""
        self.chats[chat["id"]] = chat

    def apply(self, pts: int, kind: str, data: Json) -> None:
        """Fold one update; folding it again changes nothing."""
        match kind:
            case "message.created":
                self._hold_message(data)
                self._count(data)
            case "message.updated":
                self._hold_message(data)
                self._replace_last(data)
                self._requote(data["chat"], {data["number"]}, data["text"])
            case "message.deleted":
                self._delete(data["chat"], data["number"], data["for"] == "everyone")
            case "chat.updated":
                self._replace_chat(data)
        self.pts = max(self.pts, pts)

    def _hold_message(self, message: Json) -> None:
        self.messages.setdefault(message["chat"], {})[message["number"]] = message

    def _count(self, message: Json) -> None:
        chat = self.chats.get(message["chat"])
        if chat is None:
            return
        number = message["number"]
        if number <= chat["last_number"]:
            self._replace_last(message)
            return
        chat["last_number"], chat["last_message"] = number, message
        mine = message["sender"] == self.user
        if mine:
            chat["unread_count"] = 0
        elif not message["deleted"]:
            chat["unread_count"] += 1
        marks = chat["marks"]["me" if mine else "peer"]
        for name, mark in marks.items():
            marks[name] = None if mark is None else max(mark, number)

    def _replace_last(self, message: Json) -> None:
        chat = self.chats.get(message["chat"])
        if chat and chat["last_message"] and chat["last_message"]["number"] == message["number"]:
            chat["last_message"] = message

    def _delete(self, chat_id: str, number: int, for_everyone: bool) -> None:
        self._requote(chat_id, {number}, "")
        held = self.messages.setdefault(chat_id, {})
        chat = self.chats.get(chat_id)
        if for_everyone and number in held:
            held[number] = tombstone(held[number])
        elif not for_everyone:
            held.pop(number, None)
        if chat is None:
            return
        chat["last_number"] = max(chat["last_number"], number)
        last = chat["last_message"]
        if last and last["number"] == number:
            chat["last_message"] = tombstone(last) if for_everyone else None

    def _replace_chat(self, chat: Json) -> None:
        identity = chat["id"]
        if chat["cleared_number"] >= chat["last_number"] > 0:
            self.chats.pop(identity, None)
        else:
            self.chats[identity] = chat
        held = self.messages.get(identity, {})
        gone = {number for number in held if number <= chat["cleared_number"]}
        for number in gone:
            del held[number]
        self._requote(identity, gone, "")

    def _requote(self, chat_id: str, numbers: set[int], text: str) -> None:
        """An edit or deletion is told once, by the original; its quotes follow from it."""
        last = (self.chats.get(chat_id) or {}).get("last_message")
        for message in (*self.messages.get(chat_id, {}).values(), last):
            if message and message["reply_to"] and message["reply_to"]["number"] in numbers:
                message["reply_to"] = message["reply_to"] | {"text": text}
