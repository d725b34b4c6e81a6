"""Sentences in Chinese, Japanese and Korean, whose every part must be found.

    python -m tests.search.scripts

asks for every stretch of one or more characters of some hundred sentences, with ELASTICSEARCH_URL
on Elasticsearch too. The sentences are those that Django says in these languages, read from the
package that is installed (BSD-3-Clause, © Django Software Foundation and its translators). The
tests take fewer.
"""

from __future__ import annotations

import gettext
import re
from pathlib import Path

from tests.search.insiders import chat_of, say, somebody

LANGUAGES = ("ja", "ko", "zh_Hans", "zh_Hant")
EACH = 40
"""Sentences of a language."""

_PLAIN = re.compile(r"[^\W\d_a-zA-Z][^%\"“”„{}<>a-zA-Z0-9]{6,29}")


def corpus() -> list[str]:
    """Without Latin letters in between, whose inner parts PostgreSQL does not find."""
    import django

    folder = Path(django.__file__).parent / "conf" / "locale"
    found: list[str] = []
    for language in LANGUAGES:
        with (folder / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
            said = gettext.GNUTranslations(file)._catalog.values()  # type: ignore[attr-defined]
        plain = sorted({text for text in said if _PLAIN.fullmatch(text)})
        found += plain[:: max(1, len(plain) // EACH)][:EACH]
    return found


def parts(sentence: str) -> set[str]:
    """Every stretch of it in which there is a letter."""
    ends = range(1, len(sentence) + 1)
    stretches = {sentence[start:end] for end in ends for start in range(end)}
    return {part for part in stretches if any(char.isalpha() for char in part)}


class Library:
    """Somebody who has received all these sentences."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        self.reader, writer = somebody().pk, somebody().pk
        chat = chat_of(writer, self.reader)
        for sentence in sentences:
            say(writer, chat, sentence)

    def found(self, part: str) -> list[str]:
        from search.doors.inputs import SearchQuery
        from search.reading.searching import search

        query = SearchQuery(q=f'"{part}"', kinds="messages", sort="newest", limit=200)
        answer = search(self.reader, query)
        assert not answer.degraded
        return [result.message.text for result in answer.results]

    def look_for(self, wanted: list[str]) -> None:
        """Raises AssertionError unless all sentences are found that hold the part."""
        for part in wanted:
            expected = {each for each in self.sentences if part in each}
            missing = expected - set(self.found(part))
            assert not missing, (part, missing)


def main() -> None:
    import importlib.metadata

    from tests import conftest

    conftest.lay_ground()
    from tests.search.engines import Engine, elastic_environment, elastic_url, indexing_into

    sentences = corpus()
    wanted = sorted(set().union(*map(parts, sentences)))
    told = importlib.metadata.metadata("django")
    print(f"{len(sentences)} sentences of Django {told['Version']} ({told['License-Expression']})")

    def look(name: str) -> None:
        library = Library(sentences)
        Engine(name, "").catch_up()
        library.look_for(wanted)
        print(f"{name}: {len(wanted):,} parts, all found", flush=True)

    try:
        look("postgres")
        if elastic_url():
            with indexing_into(elastic_environment(elastic_url())):
                look("elasticsearch")
    finally:
        conftest.clear_ground()


if __name__ == "__main__":
    main()
