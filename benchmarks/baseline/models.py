"""A chat room of a few users, and its messages."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models

# What Django adds is written down where mypy does not see it, as these models are not Confab's.


class Chat(models.Model):
    objects: models.Manager[Chat]

    members = models.ManyToManyField(User)
    last_number = models.IntegerField(default=0)


class Message(models.Model):
    objects: models.Manager[Message]
    sender_id: int

    chat = models.ForeignKey(Chat, models.CASCADE)
    number = models.IntegerField()
    sender = models.ForeignKey(User, models.CASCADE)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat", "number"], name="baseline_message_number")
        ]


class Photo(models.Model):
    owner = models.ForeignKey(User, models.CASCADE)
    image = models.ImageField(upload_to="photos")
    thumbnail = models.ImageField(upload_to="thumbnails")
    width = models.IntegerField()
    height = models.IntegerField()
