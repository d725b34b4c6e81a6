"""Every app answers every question about what it keeps (`project.domains`)."""

from __future__ import annotations

from django.apps import apps

from project.domains import DOMAINS, ERASERS
from project.sync.kinds import KINDS

OURS = ("project.", "accounts", "chat", "contacts", "feed", "search")


def test_every_model_is_answered_for() -> None:
    models = {
        (config.label, model.__name__)
        for config in apps.get_app_configs()
        if config.name.startswith(OURS)
        for model in config.get_models()
    }
    answered = {(domain.name, model) for domain in DOMAINS.values() for model in domain.models}
    assert models == answered


def test_what_is_said_to_be_erased_has_an_eraser() -> None:
    for domain in DOMAINS.values():
        for model, answer in domain.models.items():
            fate, _, how = answer.partition(": ")
            if fate == "erased":
                assert how in ERASERS, (domain.name, model)
            else:
                assert answer.startswith(("kept: ", "erased when ")), (domain.name, model)


def test_each_kind_of_update_is_rendered_by_the_app_that_says_so() -> None:
    declared = {kind: domain.name for domain in DOMAINS.values() for kind in domain.updates}
    rendering = {name: kind.render.__module__ for name, kind in KINDS.items()}
    assert declared.keys() == rendering.keys()
    for kind, module in rendering.items():
        app = module.removeprefix("project.").partition(".")[0]
        assert declared[kind] == app, kind


def test_each_kind_of_notification_is_declared_by_who_publishes_it() -> None:
    from feed.kinds import KINDS as NOTIFICATIONS

    declared = [kind for domain in DOMAINS.values() for kind in domain.feed]
    assert sorted(declared) == sorted(NOTIFICATIONS)


def test_each_kind_of_document_is_registered_by_the_app_that_says_so() -> None:
    from search.documents import SOURCES

    declared = {kind: domain.name for domain in DOMAINS.values() for kind in domain.search}
    registered = {
        kind.name: source.build.__module__.partition(".")[0]
        for source in SOURCES.values()
        for kind in source.kinds
    }
    assert declared == registered
