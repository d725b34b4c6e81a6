"""How an index looks. Texts come folded and cut by our own rules, so both backends find the same
words; Elasticsearch adds the parts of words and typing mistakes. No text is stored: whatever is
shown is read in PostgreSQL."""

from __future__ import annotations

import secrets
from hashlib import blake2b
from typing import Any

from django.conf import settings
from elasticsearch.dsl import (
    Integer,
    Keyword,
    Long,
    Mapping,
    Text,
    analyzer,
    token_filter,
    tokenizer,
)

words = analyzer("confab_words", tokenizer=tokenizer("confab_spaces", "whitespace"))
parts = analyzer(
    "confab_parts",
    tokenizer=tokenizer("confab_spaces", "whitespace"),
    filter=[token_filter("confab_trigrams", "ngram", min_gram=3, max_gram=3), "unique"],
)

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    # Whoever writes refreshes, before the changes are forgotten; this is for nobody in particular.
    "refresh_interval": "30s",
    # So long a deletion is remembered and an older write refused.
    "gc_deletes": "1h",
    "codec": "best_compression",
}


def mapping() -> Mapping:
    """`words` with the sub-field `words.parts`; the rest are terms, times and numbers."""
    made = Mapping()
    made.meta("_source", enabled=False)
    made.meta("dynamic", "strict")
    made.field("kind", Keyword())
    made.field("subject", Long())
    made.field("part", Integer())
    made.field("at", Long())
    made.field("digest", Long(index=False))
    made.field("terms", Keyword(doc_values=False))
    made.field("sender", Keyword())
    made.field("type", Keyword())
    made.field("tag", Keyword())
    made.field("private", Keyword())
    made.field("month", Keyword())
    part = Text(analyzer=parts, index_options="docs", norms=False)
    made.field("words", Text(analyzer=words, fields={"parts": part}))
    return made


def body() -> dict[str, Any]:
    """What an index is created with."""
    made = mapping()
    return {
        "mappings": made.to_dict(),
        "settings": {**SETTINGS, "analysis": made._collect_analysis()},
    }


def alias() -> str:
    return f"{settings.ELASTICSEARCH_PREFIX}-search"


def new_name() -> str:
    """Of an index of this definition: another definition is another name."""
    made = blake2b(repr(body()).encode(), digest_size=4).hexdigest()
    return f"{alias()}-{made}-{secrets.token_hex(3)}"
