"""What is found, by the grammar, on both engines; before the index knows of it, and after."""

from __future__ import annotations

import secrets

import pytest

from tests.chat.conversation import send
from tests.contacts import books
from tests.people import Person
from tests.search.engines import Engine, marked, search, texts

INVOICE = "The invoice of March is in the café"
PLAN = "Our plan: meet at the river, 東京大学の前で"
LINK = "read https://example.com/rivers first"


@pytest.fixture
def talk(alice: Person, bob: Person, chat: str) -> str:
    alice.say(chat, INVOICE)
    bob.say(chat, PLAN)
    bob.say(chat, LINK)
    return chat


QUERIES = {
    "invoice": [INVOICE],
    "INVOICE march": [INVOICE],
    "invo": [INVOICE],
    "cafe": [INVOICE],
    "ＣＡＦＥ": [INVOICE],
    "invoice river": [],
    "invoice OR river": [LINK, PLAN, INVOICE],
    "river -plan": [LINK],
    '"the river"': [PLAN],
    '"river the"': [],
    '"of march"': [INVOICE],
    "大学": [PLAN],
    "学": [PLAN],
    "学大": [],
    "from:me": [INVOICE],
    "from:@BOB river": [LINK, PLAN],
    "-from:me meet": [PLAN],
    "to:me": [LINK, PLAN],
    "to:@BOB": [INVOICE],
    "in:@BOB invoice": [INVOICE],
    "in:@nobody_of_this_name invoice": [],
    "has:link": [LINK],
    "has:file": [],
    "is:unread": [LINK, PLAN],
    "is:edited": [],
    "type:text invoice": [INVOICE],
    "type:action": [],
    "after:2001-01-01 invoice": [INVOICE],
    "before:2001-01-01 invoice": [],
    "on:today invoice": [INVOICE],
    "during:1999": [],
    "has:link OR invoice": [LINK, INVOICE],
    "invoice foo:": [],
    "!!! invoice": [INVOICE],
}


def test_queries(engine: Engine, alice: Person, bob: Person, talk: str) -> None:
    name = bob.get("/me")["username"]
    for state in engine.twice():
        for query, expected in QUERIES.items():
            found = texts(alice, query.replace("BOB", name), sort="newest")
            assert found == expected, (state, query)


def test_an_answer_in_full(engine: Engine, alice: Person, bob: Person, talk: str) -> None:
    for _ in engine.twice():
        answer = search(alice, "river OR invoice -nothing")
        assert answer["total"] == 3
        assert answer["backend"] == engine.name
        assert answer["degraded"] is False
        assert answer["next"] is None
        facets = answer["facets"]
        assert [(f["value"], f["label"], f["count"]) for f in facets["chat"]] == [(talk, "Bob", 3)]
        senders = {f["value"]: (f["label"], f["count"]) for f in facets["sender"]}
        assert senders == {bob.id: ("Bob", 2), alice.id: ("Alice", 1)}
        assert [(f["value"], f["count"]) for f in facets["type"]] == [("text", 3)]
        assert [f["count"] for f in facets["month"]] == [3]
        assert facets["tag"] == []
        query = answer["query"]
        assert query["text"] == "river OR invoice -nothing"
        assert query["clauses"][0]["any"][1] == {
            "type": "word",
            "value": "invoice",
            "negated": False,
        }
        (result,) = search(alice, "invoice")["results"]
        assert result["type"] == "message"
        assert result["message"] == alice.get(f"/chats/{talk}/messages/1")
        assert marked(result) == ["invoice"]


def test_warnings(alice: Person, talk: str) -> None:
    answer = search(alice, "invoice foo:bar before:soon from:@nobody_at_all has:wings ???")
    warned = [(warning["code"], warning["part"]) for warning in answer["query"]["warnings"]]
    assert warned == [
        ("unknown_operator", "foo:bar"),
        ("bad_value", "before:soon"),
        ("nothing_there", "from:@nobody_at_all"),
        ("bad_value", "has:wings"),
        ("no_words", "???"),
    ]


def test_days_are_those_of_the_zone(engine: Engine, alice: Person, talk: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "update chat_message set created_at = '2024-05-01T22:30:00Z'"
            " where chat_id = %s and number = 1",
            [talk],
        )
    for _ in engine.twice():
        assert texts(alice, "invoice on:2024-05-01") == [INVOICE]
        assert texts(alice, "invoice on:2024-05-02", tz="Europe/Vienna") == [INVOICE]
        assert texts(alice, "invoice on:2024-05-01", tz="Europe/Vienna") == []
        assert texts(alice, "invoice before:2024-05-02") == [INVOICE]
        assert texts(alice, "invoice before:2024-05-01") == []
        assert texts(alice, "invoice after:2024-05-01") == []
        assert texts(alice, "invoice after:2024-04") == [INVOICE]
        assert texts(alice, "invoice during:2024-05") == [INVOICE]
        assert texts(alice, "invoice during:2024") == [INVOICE]


@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_pages_hold_everything_once(
    engine: Engine, alice: Person, bob: Person, chat: str, sort: str
) -> None:
    for number in range(7):
        (alice, bob)[number % 2].say(chat, f"apple {'apple ' * (number % 3)}{number}")
    for state in engine.stays():
        pages = [search(alice, "apple", sort=sort, limit=3)]
        alice.say(chat, "pear")
        while pages[-1]["next"]:
            pages.append(search(alice, "apple", sort=sort, limit=3, cursor=pages[-1]["next"]))
        found = [result["message"]["number"] for page in pages for result in page["results"]]
        assert sorted(found) == [1, 2, 3, 4, 5, 6, 7], state
        assert [page["total"] for page in pages] == [7, 7, 7]
        if sort == "newest":
            assert found == [7, 6, 5, 4, 3, 2, 1]


def test_what_was_just_sent_is_found_at_once(engine: Engine, alice: Person, chat: str) -> None:
    engine.catch_up()
    for number in range(5):
        word = f"w{secrets.token_hex(6)}"
        alice.say(chat, f"{number} {word}")
        assert texts(alice, word) == [f"{number} {word}"]
        assert search(alice, word, sort="newest")["total"] == 1


def test_edits_are_found_by_their_new_words_alone(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "platypus")
    engine.catch_up()
    alice.patch(f"/chats/{chat}/messages/1", {"text": "wombat"})
    for _ in engine.twice():
        for person in (alice, bob):
            assert texts(person, "platypus") == []
            assert texts(person, "wombat is:edited") == ["wombat"]


def test_what_messages_carry(engine: Engine, alice: Person, bob: Person, chat: str) -> None:
    send(alice, chat, text="press", action={"name": "do"})
    alice.say(chat, "liked")
    bob.put(f"/chats/{chat}/messages/2/reactions/👍", 200)
    alice.post(f"/chats/{chat}/messages/2/forward", {"targets": [{"chat": chat, "client_id": "f"}]})
    for _ in engine.twice():
        assert texts(alice, "type:action") == ["press"]
        assert texts(alice, "has:reaction") == ["liked"]
        assert [r["message"]["number"] for r in search(alice, "is:forwarded")["results"]] == [3]


def test_files_are_found_by_their_names(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    from tests.chat.files import ready_file

    file = ready_file(alice)
    name = alice.get(f"/files/{file}")["name"]
    send(alice, chat, file=file)
    for _ in engine.twice():
        for person in (alice, bob):
            (result,) = search(person, name.split(".")[0], kinds="files")["results"]
            assert result["type"] == "file"
            assert result["file"]["id"] == file
            assert (result["file"]["chat"], result["file"]["number"]) == (chat, 1)
            assert search(person, "has:file", kinds="files,messages")["total"] == 2


def test_a_result_leads_into_its_chat(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    for number in range(1, 13):
        bob.say(chat, "signpost" if number == 5 else f"line {number}")
    for _ in engine.twice():
        (result,) = search(alice, "signpost")["results"]
        message = result["message"]
        path = f"/chats/{message['chat']}/messages"
        page = alice.get(path, around=message["number"], limit=5)["results"]
        assert sorted(each["number"] for each in page) == [3, 4, 5, 6, 7]
        assert message in page


def test_contacts_are_found(
    engine: Engine, worker: None, alice: Person, mallory: Person, chat: str
) -> None:
    phone = books.number()
    jorg = books.entry(2, "Jörg", emails=["j@a.example"])
    books.worked_off(alice, [books.entry(1, "Zofia Łąka", phone), jorg])
    alice.say(chat, f"zofia {phone}")
    for _ in engine.twice():
        for query in ("laka", "zof", phone, phone[4:9], "zofia -nothing", "zofia OR nobody"):
            results = search(alice, query, kinds="contacts,files")["results"]
            assert [each["contact"]["name"] for each in results] == ["Zofia Łąka"], query
            assert search(mallory, query, kinds="contacts")["total"] == 0
        (both,) = search(alice, "j@a.example", kinds="contacts")["results"]
        assert (both["type"], both["contact"]["name"]) == ("contact", "Jörg")
        answer = search(alice, "zofia", kinds="messages,contacts")
        assert [each["type"] for each in answer["results"]].count("contact") == 1
        assert [facet["count"] for facet in answer["facets"]["type"]] == [1]  # messages alone


def test_what_is_asked_wrongly_is_refused(alice: Person) -> None:
    for query in (
        {"q": ""},
        {"q": "  "},
        {},
        {"q": "x", "in": ""},
        {"q": "x", "in": "messages,"},
        {"q": "x", "in": "letters"},
        {"q": "x", "sort": "oldest"},
        {"q": "x", "tz": "Mars/Olympus"},
        {"q": "x", "tz": "../../etc/passwd"},
        {"q": "x", "limit": "0"},
        {"q": "x", "limit": "201"},
        {"q": "x", "cursor": "nonsense"},
        {"q": "x", "cursor": "WyJwb3N0Z3JlcyJd"},
        {"q": "x", "page": "2"},
    ):
        problem = alice.get("/search", 400, **query)
        assert problem["code"] == "validation", query
        assert problem["errors"], query
