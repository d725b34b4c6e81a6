"""A chat room of a few users, and its messages."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models


class Chat(models.Model):
    members = models.ManyToManyField(User)
    last_number = models.IntegerField(default=0)


class Message(models.Model):
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
