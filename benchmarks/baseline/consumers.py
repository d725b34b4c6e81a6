"""One consumer per chat room: what it receives it stores, and then sends to the room."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.core import signing
from django.db import transaction

from benchmarks.baseline.models import Chat, Message


class ChatConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """`/ws/chat/{chat}/{token}/`: the token is the signed id of the user."""

    async def connect(self) -> None:
        route = self.scope["url_route"]["kwargs"]
        self.user_id = signing.loads(route["token"])
        self.chat_id = route["chat"]
        self.room = f"chat_{self.chat_id}"
        if not await self.is_member():
            await self.close()
            return
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()
        await self.send_json({"type": "ready"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        message = await self.save_message(content["text"])
        await self.send_json({"type": "ack", "id": content["id"], "number": message["number"]})
        await self.channel_layer.group_send(self.room, {"type": "chat.message", "data": message})

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json({"type": "message", "data": event["data"]})

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def is_member(self) -> bool:
        return Chat.objects.filter(pk=self.chat_id, members=self.user_id).exists()

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def save_message(self, text: str) -> dict[str, Any]:
        with transaction.atomic():
            chat = Chat.objects.select_for_update().get(pk=self.chat_id)
            chat.last_number += 1
            chat.save(update_fields=["last_number"])
            message = Message.objects.create(
                chat=chat, number=chat.last_number, sender_id=self.user_id, text=text
            )
        return {
            "chat": chat.pk,
            "number": message.number,
            "sender": message.sender_id,
            "text": message.text,
            "created_at": message.created_at.isoformat(),
        }
