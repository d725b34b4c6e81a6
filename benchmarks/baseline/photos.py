"""Photos as tutorials of Django REST framework take them: the file comes with the request, and all
work on it is done before the answer."""

from __future__ import annotations

import io
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.core.files.base import ContentFile
from PIL import Image, ImageOps
from rest_framework import generics, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from benchmarks.baseline.models import Photo


class Token(BaseAuthentication):
    """The same signed id of the user as for sockets."""

    def authenticate(self, request: Request) -> tuple[User, None]:
        return User.objects.get(pk=signing.loads(request.headers["Authorization"])), None


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    class Meta:
        model = Photo
        fields = ("id", "image", "thumbnail", "width", "height")
        read_only_fields = ("thumbnail", "width", "height")

    def create(self, validated_data: dict[str, Any]) -> Photo:
        """Upright and without EXIF, and small as well; ImageField has checked that it is one."""
        given = validated_data.pop("image")
        with Image.open(given) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.info = {}
        photo = Photo(**validated_data, width=upright.width, height=upright.height)
        photo.image.save(given.name, _written(upright, "JPEG", quality=90), save=False)
        upright.thumbnail((512, 512))
        photo.thumbnail.save("thumbnail.webp", _written(upright, "WEBP", quality=80), save=False)
        photo.save()
        return photo


def _written(image: Image.Image, kind: str, **options: Any) -> ContentFile[bytes]:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return ContentFile(buffer.getvalue())


class PhotoUpload(generics.CreateAPIView[Photo]):
    authentication_classes = [Token]
    serializer_class = PhotoSerializer

    def perform_create(self, serializer: serializers.BaseSerializer[Photo]) -> None:
        serializer.save(owner=self.request.user)
