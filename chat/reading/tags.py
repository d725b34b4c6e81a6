"""The tags of a person: their private ones, and the hashtags in what they may read."""

from __future__ import annotations

from collections import Counter, defaultdict

from chat.doors.wire import TagCount, TagList
from chat.models import Tag
from search.public import hashtag_counts, normal_hashtag


def same(one: str, other: str) -> bool:
    """Whether two private tags are one: case does not count."""
    return normal_hashtag(one) == normal_hashtag(other)


def tagged(user_id: int) -> list[Tag]:
    """Where this person has put which tag, in the order in which they did."""
    return list(Tag.objects.filter(user_id=user_id).order_by("tagged_at", "chat_id", "number"))


def tag_counts(user_id: int) -> list[TagCount]:
    """Private tags, the most used first, written as they are written most often."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    messages: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for tag in tagged(user_id):
        name = normal_hashtag(tag.tag)
        spellings[name][tag.tag] += 1
        messages[name].add((tag.chat_id, tag.number))
    found = [
        TagCount(tag=written.most_common(1)[0][0], kind="private", count=len(messages[name]))
        for name, written in spellings.items()
    ]
    return sorted(found, key=lambda each: (-each.count, each.tag))


def list_tags(user_id: int) -> TagList:
    """Private ones first, then hashtags."""
    hashtags = [
        TagCount(tag=tag, kind="hashtag", count=count)
        for tag, count in sorted(hashtag_counts(user_id).items(), key=lambda each: (-each[1], each))
    ]
    return TagList(results=[*tag_counts(user_id), *hashtags])
