"""The feed's REST door."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from rest_framework.request import Request

from accounts.public import current_session
from feed.doors import inputs, wire
from feed.doors.limits import ARRANGING, LISTING, MARKING, REGISTERING
from feed.letters import unsubscribing
from feed.push import vapid
from feed.reading import listing
from feed.services import devices, marking, preferences
from project.errors import Problem
from project.rest import Answer, Operations, Text, caller

operations = Operations("feed")


@operations.add(
    "GET", "/feed", query=inputs.FeedQuery, answers={200: wire.NotificationPage}, rate=LISTING
)
def list_feed(request: Request, *, query: inputs.FeedQuery) -> wire.NotificationPage:
    """What happened, newest first"""
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
    rate=MARKING,
)
def mark_feed_seen(request: Request, *, body: inputs.UpTo) -> wire.FeedCounts:
    """All up to an item were shown to me"""
    return marking.mark_seen(user_id=caller(request), given=body)


@operations.add(
    "POST",
    "/feed/read",
    body=inputs.ReadItems,
    answers={200: wire.FeedCounts},
    errors=("not_found", "rate_limited"),
    rate=MARKING,
)
def mark_feed_read(request: Request, *, body: inputs.ReadItems) -> wire.FeedCounts:
    """I have read these items, or all up to one"""
    return marking.mark_read(user_id=caller(request), given=body)


@operations.add("GET", "/feed/preferences", answers={200: wire.Preferences})
def show_preferences(request: Request) -> wire.Preferences:
    """What I want to hear of, where and when"""
    return preferences.read_preferences(caller(request))


@operations.add(
    "PUT",
    "/feed/preferences",
    body=inputs.PreferencesGiven,
    answers={200: wire.Preferences},
    errors=("forbidden", "rate_limited"),
    rate=ARRANGING,
)
def replace_preferences(request: Request, *, body: inputs.PreferencesGiven) -> wire.Preferences:
    """Say all of that anew"""
    return preferences.replace_preferences(user_id=caller(request), given=body)


@operations.add(
    "GET", "/feed/{item}", answers={200: wire.Notification}, errors=("not_found",), rate=LISTING
)
def show_item(request: Request, *, item: str) -> wire.Notification:
    """One item"""
    return listing.show_item(caller(request), item)


@operations.add("DELETE", "/feed/{item}", answers={204: None}, errors=("not_found",), rate=MARKING)
def archive_item(request: Request, *, item: str) -> None:
    """Put an item away; a new event of its group brings it back"""
    marking.archive(user_id=caller(request), item=item)


@operations.add(
    "GET",
    "/feed/{item}/deliveries",
    answers={200: wire.DeliveryList},
    errors=("not_found",),
    rate=LISTING,
)
def list_deliveries(request: Request, *, item: str) -> wire.DeliveryList:
    """Why this was pushed or mailed to me, or was not"""
    return listing.deliveries(caller(request), item)


@operations.add(
    "POST",
    "/devices",
    body=inputs.DeviceGiven,
    answers={200: wire.DeviceOutput, 201: wire.DeviceOutput},
    errors=("rate_limited",),
    rate=REGISTERING,
)
def register_device(request: Request, *, body: inputs.DeviceGiven) -> Answer:
    """Push to this session from now on"""
    session_id = current_session(request).pk
    device, created = devices.register_device(
        user_id=caller(request), session_id=session_id, given=body
    )
    return Answer(device, 201 if created else 200)


@operations.add("GET", "/devices", answers={200: wire.DeviceList})
def list_devices(request: Request) -> wire.DeviceList:
    """Where my sessions are pushed to"""
    return devices.list_devices(caller(request))


@operations.add("GET", "/devices/vapid", answers={200: wire.Vapid}, errors=("not_found",))
def show_vapid(request: Request) -> wire.Vapid:
    """The key that a browser's subscription needs"""
    key = vapid.public_key()
    if key is None:
        raise Problem("not_found", "This server has no Web Push.")
    return wire.Vapid(public_key=key)


@operations.add("DELETE", "/devices/{device}", answers={204: None}, errors=("not_found",))
def remove_device(request: Request, *, device: str) -> None:
    """Push there no more"""
    devices.remove_device(user_id=caller(request), device=device)


@operations.add(
    "GET",
    "/unsubscribe/{token}",
    answers={200: Text("text/html")},
    public=True,
    errors=("not_found",),
)
def show_unsubscribe_page(request: Request, *, token: str) -> HttpResponse:
    """Ask whether letters are to end; opening it changes nothing"""
    unsubscribing.read_link(token)
    return render(request._request, "feed/unsubscribe.html")


@operations.add(
    "POST",
    "/unsubscribe/{token}",
    body=Text("application/x-www-form-urlencoded"),
    answers={204: None},
    public=True,
    errors=("not_found",),
)
def unsubscribe(request: Request, *, token: str) -> None:
    """End these letters, without a further step (RFC 8058)"""
    unsubscribing.unsubscribe(token=token)
