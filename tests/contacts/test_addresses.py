"""One address has one form, whoever wrote it."""

from __future__ import annotations

import pytest

from project.email_addresses import normal_email


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        (" ann@example.com\n", "ann@example.com"),
        ("ann+tag@example.com", "ann+tag@example.com"),
        ("ann@Bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@bu\u0308cher.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("anna@faß.de", "anna@xn--fa-hia.de"),
        ("ann@ｅｘａｍｐｌｅ。com", "ann@example.com"),
        ("ann@βόλος.example", "ann@xn--nxasmm1c.example"),
    ],
)
def test_forms_of_an_address(given: str, form: str) -> None:
    assert normal_email(given) == form


@pytest.mark.parametrize(
    "given",
    [
        "",
        "@",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@exa mple.com",
        "ann@example..com",
        "ann@-example.com",
        "änn@example.com",
        "ann@" + "a" * 64 + ".com",
        "ann@" + "a." * 130 + "com",
        "ann@ab--cd.example",
        "ann@\ud800.example",
        "a" * 255 + "@example.com",
    ],
)
def test_what_is_no_address(given: str) -> None:
    assert normal_email(given) is None
