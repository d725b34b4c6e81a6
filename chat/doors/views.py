"""Chat's REST door."""

from __future__ import annotations

from rest_framework.request import Request

from chat.doors.inputs import (
    ChatSettings,
    DeleteQuery,
    EditMessage,
    ForwardMessage,
    HistoryQuery,
    ListQuery,
    MarkNumber,
    OpenChat,
    RenameTag,
    ReportGiven,
    SendMessage,
    TriggerAction,
)
from chat.doors.limits import (
    DELETING,
    EDITING,
    LISTING_TAGS,
    MARKING,
    REPORTING,
    SENDING,
    TRIGGERING,
)
from chat.doors.wire import (
    ActionTaken,
    Chat,
    ChatPage,
    ForwardResults,
    MarkAnswer,
    Message,
    MessagePage,
    ReportTaken,
    TagCount,
    TagList,
)
from chat.reading import listing, selectors
from chat.reading import tags as tag_lists
from chat.reading.overview import chat_of
from chat.services import actions, chats, forwarding, marks, messages, reactions, reports, tags
from project.database import replicas
from project.errors import Problem
from project.rest import Answer, Operations, caller

operations = Operations("chat")


def number_of(text: str) -> int:
    """The message number in a path; what cannot be one is `not_found`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Problem("not_found")
    return int(text)


@operations.add(
    "POST",
    "/chats",
    body=OpenChat,
    answers={201: Chat, 200: Chat},
    errors=("not_found", "forbidden"),
)
def open_chat(request: Request, *, body: OpenChat) -> Answer:
    """Open the chat with a person: a new one, or the one that is there"""
    chat, created = chats.open_chat(user_id=caller(request), peer=body.user)
    return Answer(chat, 201 if created else 200)


@operations.add("GET", "/chats", query=ListQuery, answers={200: ChatPage})
def list_chats(request: Request, *, query: ListQuery) -> ChatPage:
    """My chats, newest activity first"""
    return listing.list_chats(caller(request), query)


@operations.add("GET", "/chats/{chat}", answers={200: Chat}, errors=("not_found",))
def show_chat(request: Request, *, chat: str) -> Chat:
    """One chat"""
    side = selectors.get_chat_for(caller(request), chat)
    return chat_of(side.user_id, side.chat.pk)


@operations.add(
    "PATCH", "/chats/{chat}", body=ChatSettings, answers={200: Chat}, errors=("not_found",)
)
def arrange_chat(request: Request, *, chat: str, body: ChatSettings) -> Chat:
    """Mute, archive, pin or mark a chat as unread, on my side"""
    return chats.arrange_chat(user_id=caller(request), chat=chat, given=body)


@operations.add("DELETE", "/chats/{chat}", answers={204: None}, errors=("not_found",))
def clear_chat(request: Request, *, chat: str) -> None:
    """Clear a chat on my side; it returns with the next message"""
    chats.clear_chat(user_id=caller(request), chat=chat)


@operations.add(
    "GET",
    "/chats/{chat}/messages",
    query=HistoryQuery,
    answers={200: MessagePage},
    errors=("not_found",),
)
def list_messages(request: Request, *, chat: str, query: HistoryQuery) -> MessagePage:
    """A page of messages, ascending"""
    reader = caller(request)
    return replicas.reading(reader, lambda: selectors.history(reader, chat, query))


@operations.add(
    "POST",
    "/chats/{chat}/messages",
    rate=SENDING,
    body=SendMessage,
    answers={201: Message, 200: Message},
    errors=("not_found", "forbidden", "client_id_reused"),
)
def send_message(request: Request, *, chat: str, body: SendMessage) -> Answer:
    """Send a message; a repeat with the same client_id answers the first one"""
    message, created = messages.send_message(user_id=caller(request), chat=chat, given=body)
    return Answer(message, 201 if created else 200)


@operations.add(
    "GET", "/chats/{chat}/messages/{number}", answers={200: Message}, errors=("not_found",)
)
def show_message(request: Request, *, chat: str, number: str) -> Message:
    """One message"""
    return selectors.show_message(caller(request), chat, number_of(number))


@operations.add(
    "PATCH",
    "/chats/{chat}/messages/{number}",
    rate=EDITING,
    body=EditMessage,
    answers={200: Message},
    errors=("not_found", "forbidden"),
)
def edit_message(request: Request, *, chat: str, number: str, body: EditMessage) -> Message:
    """Edit my own message, within 48 hours"""
    return messages.edit_message(
        user_id=caller(request), chat=chat, number=number_of(number), text=body.text
    )


@operations.add(
    "DELETE",
    "/chats/{chat}/messages/{number}",
    rate=DELETING,
    query=DeleteQuery,
    answers={204: None},
    errors=("not_found", "forbidden"),
)
def delete_message(request: Request, *, chat: str, number: str, query: DeleteQuery) -> None:
    """Delete a message for me, or my own for everyone"""
    delete = messages.delete_for_me if query.scope == "me" else messages.delete_for_everyone
    delete(user_id=caller(request), chat=chat, number=number_of(number))


@operations.add(
    "POST",
    "/chats/{chat}/messages/{number}/forward",
    body=ForwardMessage,
    answers={200: ForwardResults},
    errors=("not_found", "forbidden"),
)
def forward_message(
    request: Request, *, chat: str, number: str, body: ForwardMessage
) -> ForwardResults:
    """Forward a message to up to five chats, each with its own outcome"""
    for _ in body.targets:
        SENDING.take(caller(request))
    return forwarding.forward_message(
        user_id=caller(request),
        chat=chat,
        number=number_of(number),
        targets=body.targets,
        request_id=request._request.request_id,  # type: ignore[attr-defined]
    )


@operations.add(
    "POST",
    "/chats/{chat}/messages/{number}/action",
    body=TriggerAction,
    answers={202: ActionTaken},
    errors=("not_found", "forbidden"),
    rate=TRIGGERING,
)
def trigger_action(request: Request, *, chat: str, number: str, body: TriggerAction) -> Answer:
    """Trigger a message's action; the embedding application's hook runs in the background"""
    taken = actions.trigger(
        user_id=caller(request), chat=chat, number=number_of(number), given=body
    )
    return Answer(taken, 202)


@operations.add(
    "PUT",
    "/chats/{chat}/messages/{number}/reactions/{emoji}",
    answers={200: Message},
    errors=("not_found", "forbidden"),
    rate=MARKING,
)
def react(request: Request, *, chat: str, number: str, emoji: str) -> Message:
    """Put my reaction, one emoji, on a message"""
    return reactions.react(
        user_id=caller(request), chat=chat, number=number_of(number), emoji=emoji
    )


@operations.add(
    "DELETE",
    "/chats/{chat}/messages/{number}/reactions/{emoji}",
    answers={200: Message},
    errors=("not_found", "forbidden"),
    rate=MARKING,
)
def unreact(request: Request, *, chat: str, number: str, emoji: str) -> Message:
    """Take my reaction back"""
    return reactions.unreact(
        user_id=caller(request), chat=chat, number=number_of(number), emoji=emoji
    )


@operations.add(
    "PUT",
    "/chats/{chat}/messages/{number}/tags/{tag}",
    answers={200: Message},
    errors=("not_found", "forbidden"),
    rate=MARKING,
)
def put_tag(request: Request, *, chat: str, number: str, tag: str) -> Message:
    """Put a private tag on a message; nobody else sees it"""
    return tags.tag(user_id=caller(request), chat=chat, number=number_of(number), tag=tag)


@operations.add(
    "DELETE",
    "/chats/{chat}/messages/{number}/tags/{tag}",
    answers={200: Message},
    errors=("not_found", "forbidden"),
    rate=MARKING,
)
def remove_tag(request: Request, *, chat: str, number: str, tag: str) -> Message:
    """Take a private tag off a message"""
    return tags.untag(user_id=caller(request), chat=chat, number=number_of(number), tag=tag)


@operations.add("GET", "/tags", answers={200: TagList}, rate=LISTING_TAGS)
def list_tags(request: Request) -> TagList:
    """My private tags, and the hashtags in what I may read, with counts"""
    return tag_lists.list_tags(caller(request))


@operations.add(
    "PATCH",
    "/tags/{tag}",
    body=RenameTag,
    answers={200: TagCount},
    errors=("not_found",),
    rate=MARKING,
)
def rename_tag(request: Request, *, tag: str, body: RenameTag) -> TagCount:
    """Rename a private tag of mine on all messages; a name that is there already joins the two"""
    return tags.rename(user_id=caller(request), tag=tag, to=body.tag)


@operations.add(
    "POST",
    "/chats/{chat}/read",
    body=MarkNumber,
    answers={200: MarkAnswer},
    errors=("not_found",),
)
def mark_read(request: Request, *, chat: str, body: MarkNumber) -> MarkAnswer:
    """Move my read mark forward"""
    return marks.mark_read(user_id=caller(request), chat=chat, number=body.number)


@operations.add(
    "POST",
    "/chats/{chat}/delivered",
    body=MarkNumber,
    answers={200: MarkAnswer},
    errors=("not_found",),
)
def mark_delivered(request: Request, *, chat: str, body: MarkNumber) -> MarkAnswer:
    """Move my delivered mark forward"""
    return marks.mark_delivered(user_id=caller(request), chat=chat, number=body.number)


@operations.add(
    "POST",
    "/reports",
    body=ReportGiven,
    answers={201: ReportTaken},
    errors=("not_found",),
    rate=REPORTING,
)
def report(request: Request, *, body: ReportGiven) -> Answer:
    """Report a person, or what they said, to the operators"""
    return Answer(reports.report(user_id=caller(request), given=body), 201)
