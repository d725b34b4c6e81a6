"""The feed's REST door."""

from __future__ import annotations

from rest_framework.request import Request

from feed.doors import inputs, wire
from feed.doors.limits import LISTING, MARKING
from feed.reading import listing
from feed.services import marking
from project.rest import Operations, caller

operations = Operations("feed")


@operations.add("GET", "/feed", query=inputs.FeedQuery, answers={200: wire.NotificationPage})
def list_feed(request: Request, *, query: inputs.FeedQuery) -> wire.NotificationPage:
    """What happened, newest first"""
    LISTING.take(caller(request))
    return listing.list_items(caller(request), query)


@operations.add("GET", "/feed/counts", answers={200: wire.FeedCounts})
def show_feed_counts(request: Request) -> wire.FeedCounts:
    """How many items are unseen, and unread"""
    return listing.counts(caller(request))


@operations.add(
    "POST",
    "/feed/seen",
    body=inputs.UpTo,
    answers={200: wire.FeedCounts},
    errors=("not_found", "rate_limited"),
)
def mark_feed_seen(request: Request, *, body: inputs.UpTo) -> wire.FeedCounts:
    """All up to an item were shown to me"""
    MARKING.take(caller(request))
    return marking.mark_seen(user_id=caller(request), given=body)


@operations.add(
    "POST",
    "/feed/read",
    body=inputs.ReadItems,
    answers={200: wire.FeedCounts},
    errors=("not_found", "rate_limited"),
)
def mark_feed_read(request: Request, *, body: inputs.ReadItems) -> wire.FeedCounts:
    """I have read these items, or all up to one"""
    MARKING.take(caller(request))
    return marking.mark_read(user_id=caller(request), given=body)


@operations.add("GET", "/feed/{item}", answers={200: wire.Notification}, errors=("not_found",))
def show_item(request: Request, *, item: str) -> wire.Notification:
    """One item"""
    LISTING.take(caller(request))
    return listing.show_item(caller(request), item)


@operations.add("DELETE", "/feed/{item}", answers={204: None}, errors=("not_found",))
def archive_item(request: Request, *, item: str) -> None:
    """Put an item away; a new event of its group brings it back"""
    MARKING.take(caller(request))
    marking.archive(user_id=caller(request), item=item)


@operations.add(
    "GET", "/feed/{item}/deliveries", answers={200: wire.DeliveryList}, errors=("not_found",)
)
def list_deliveries(request: Request, *, item: str) -> wire.DeliveryList:
    """Why this was pushed or mailed to me, or was not"""
    LISTING.take(caller(request))
    return listing.deliveries(caller(request), item)
