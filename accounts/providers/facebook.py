"""Facebook's two tokens: the classic access token, asked about at the Graph API, and the ID token
of Limited Login, which works without it. An address from Facebook is never taken as proved."""

from __future__ import annotations

import hashlib
import hmac
import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from accounts.letters.destinations import email_or_none
from accounts.providers import TIMEOUT, Proof, not_set_up, refused
from accounts.providers.asking import Way
from accounts.providers.keys import LEEWAY, Keys

_graph = Way("Facebook")
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "nonce"]


def web_id() -> str | None:
    """The app id for the page, if Facebook's access tokens can be checked here."""
    return (settings.FACEBOOK_APP_SECRET and settings.FACEBOOK_APP_ID) or None


def prove_by_access_token(token: str) -> Proof:
    """Whose token it is, if it was made for our app. Raises `bad_credentials`, `unavailable`."""
    if not (settings.FACEBOOK_APP_ID and settings.FACEBOOK_APP_SECRET):
        raise not_set_up("Facebook")
    with _graph.lent():
        about = _about(token)
        me = _me(token)
    if str(me.get("id")) != str(about["user_id"]):
        raise refused()
    return _proof(str(about["user_id"]), me)


def _about(token: str) -> dict[str, Any]:
    ours = f"{settings.FACEBOOK_APP_ID}|{settings.FACEBOOK_APP_SECRET}"
    about = _ask("debug_token", input_token=token, access_token=ours).get("data")
    if not isinstance(about, dict) or not _is_good(about):
        raise refused()
    return about


def _me(token: str) -> dict[str, Any]:
    secret = settings.FACEBOOK_APP_SECRET.encode()
    proof = hmac.digest(secret, token.encode(), hashlib.sha256).hex()
    return _ask("me", fields="id,name,email", access_token=token, appsecret_proof=proof)


def _is_good(about: dict[str, Any]) -> bool:
    expiry = about.get("expires_at", 0)
    return (
        about.get("is_valid") is True
        and str(about.get("app_id")) == settings.FACEBOOK_APP_ID
        and str(about.get("type", "USER")).upper() == "USER"
        and isinstance(expiry, int)
        and (expiry == 0 or expiry + LEEWAY > time.time())
        and bool(about.get("user_id"))
    )


def _ask(path: str, **query: str) -> dict[str, Any]:
    url = f"{settings.FACEBOOK_GRAPH_URL.rstrip('/')}/{path}"
    try:
        response = requests.get(url, params=query, timeout=TIMEOUT, allow_redirects=False)
        answer = response.json() if response.status_code < 500 else None
    except ValueError:
        raise refused() from None
    except requests.RequestException:
        _graph.failed()
        raise _graph.away() from None
    _graph.opened()
    if answer is None:
        raise _graph.away()
    if response.status_code != 200 or not isinstance(answer, dict):
        raise refused()
    return answer


def prove_by_id_token(token: str, nonce: str) -> Proof:
    """Whose token of Limited Login it is. Raises `bad_credentials`, `unavailable`."""
    if not settings.FACEBOOK_APP_ID:
        raise not_set_up("Facebook")
    keys = _keys(settings.FACEBOOK_JWKS_URL)
    claims = keys.verified(token, [settings.FACEBOOK_APP_ID], REQUIRED)
    try:
        issuer = urlsplit(str(claims["iss"]))
    except ValueError:
        raise refused() from None
    host = issuer.hostname or ""
    if issuer.scheme != "https" or not (host == "facebook.com" or host.endswith(".facebook.com")):
        raise refused()
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise refused()
    return _proof(str(claims["sub"]), claims)._replace(token=token)


@cache
def _keys(url: str) -> Keys:
    return Keys(url, Way("Facebook"))


def _proof(subject: str, about: dict[str, Any]) -> Proof:
    return Proof(
        "facebook",
        subject[:255],
        name=str(about.get("name") or ""),
        email=email_or_none(about.get("email")),
    )
