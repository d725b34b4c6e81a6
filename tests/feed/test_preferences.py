"""What people want to hear of: all of it replaced at once, refused where it makes no sense."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.feed.publishing import feed_of, tell
from tests.people import Person

Json = dict[str, Any]
OFF = {"in_app": False, "push": False, "email": "off"}
MUTE = {"user": "123", "until": "2090-01-01T00:00:00.000Z"}


def test_nothing_said_means_the_defaults(alice: Person) -> None:
    wanted = alice.get("/feed/preferences")
    kinds = wanted.pop("kinds")
    assert wanted == {"quiet_hours": None, "mutes": [], "preview": "full", "digest": None}
    assert kinds["message.received"] == {"in_app": True, "push": True, "email": "off"}
    assert kinds["import.finished"] == {"in_app": True, "push": False, "email": "off"}
    for kind in ("security.new_session", "security.identity_changed"):
        assert kinds[kind] == {"in_app": True, "push": True, "email": "instant"}


def test_what_is_put_comes_back_and_replaces_all(alice: Person, bob: Person) -> None:
    whole = alice.get("/feed/preferences") | {
        "quiet_hours": {"from": "22:30", "to": "07:00", "time_zone": "Europe/Vienna"},
        "mutes": [
            MUTE | {"user": bob.id},
            {"reference": {"type": "chat", "id": "7"}, "until": "2090-01-01T00:00:00.000Z"},
        ],
        "preview": "sender",
        "digest": {"every": "day", "at": "08:00", "time_zone": "Asia/Kolkata"},
    }
    whole["kinds"]["contact.joined"] = {"in_app": True, "push": False, "email": "digest"}
    assert alice.put("/feed/preferences", 200, whole) == whole
    assert alice.get("/feed/preferences") == whole
    assert bob.get("/feed/preferences")["mutes"] == []
    assert alice.put("/feed/preferences", 200, {})["digest"] is None
    assert alice.get("/feed/preferences")["kinds"]["contact.joined"]["push"] is True


def test_a_mute_that_is_over_is_gone(alice: Person) -> None:
    past = (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)).isoformat()
    assert alice.put("/feed/preferences", 200, {"mutes": [MUTE | {"until": past}]})["mutes"] == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"kinds": {"no.such": OFF}}, "/kinds/no.such"),
        ({"kinds": {"contact.joined": {"push": True}}}, "/kinds/in_app"),
        ({"kinds": {"contact.joined": OFF | {"email": "weekly"}}}, "/kinds/email"),
        ({"quiet_hours": {"from": "7:00", "to": "08:00", "time_zone": "UTC"}}, "/quiet_hours/from"),
        (
            {"quiet_hours": {"from": "24:00", "to": "08:00", "time_zone": "UTC"}},
            "/quiet_hours/from",
        ),
        ({"quiet_hours": {"from": "07:00", "to": "07:00", "time_zone": "UTC"}}, "/quiet_hours/to"),
        (
            {"quiet_hours": {"from": "07:00", "to": "08:00", "time_zone": "Mars/Base"}},
            "/quiet_hours/time_zone",
        ),
        ({"quiet_hours": {"from": "07:00", "to": "08:00"}}, "/quiet_hours/time_zone"),
        ({"mutes": [{"until": MUTE["until"]}]}, "/mutes/0"),
        ({"mutes": [MUTE | {"reference": {"type": "a", "id": "b"}}]}, "/mutes/0"),
        ({"mutes": [MUTE | {"user": "x"}]}, "/mutes/0/user"),
        ({"mutes": [MUTE | {"until": "tomorrow"}]}, "/mutes/0/until"),
        ({"preview": "half"}, "/preview"),
        ({"digest": {"every": "week", "time_zone": "UTC"}}, "/digest/every"),
        ({"digest": {"every": "hour", "at": "07:00", "time_zone": "UTC"}}, "/digest/at"),
        ({"digest": {"every": "day", "at": "noon", "time_zone": "UTC"}}, "/digest/at"),
        ({"sounds": True}, "/sounds"),
    ],
)
def test_what_makes_no_sense_is_refused(alice: Person, wrong: Json, pointer: str) -> None:
    refused = alice.put("/feed/preferences", 400, wrong)
    assert refused["code"] == "validation"
    assert refused["errors"][0]["pointer"] == pointer
    assert alice.get("/feed/preferences")["quiet_hours"] is None


def test_what_is_critical_stays_in_the_list(alice: Person) -> None:
    refused = alice.put("/feed/preferences", 403, {"kinds": {"security.new_session": OFF}})
    assert refused["code"] == "forbidden"
    quiet = OFF | {"in_app": True}
    alice.put("/feed/preferences", 200, {"kinds": {"security.new_session": quiet}})


def test_a_kind_can_be_taken_out_of_the_list(alice: Person) -> None:
    alice.put("/feed/preferences", 200, {"kinds": {"import.finished": OFF}})
    tell(alice, group="g")
    assert feed_of(alice) == []
    assert alice.get("/feed/counts") == {"unseen": 0, "unread": 0}
    alice.put("/feed/preferences", 200, {})
    tell(alice, group="g")
    assert len(feed_of(alice)) == 1
    assert alice.get("/feed/counts") == {"unseen": 1, "unread": 1}
