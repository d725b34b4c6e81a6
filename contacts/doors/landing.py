"""Where an invitation's link leads, for browsers without the app, and how phones learn that the app
may open such links (Universal Links, App Links)."""

from __future__ import annotations

import io
from urllib.parse import quote

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from contacts.inviting import tokens
from contacts.services import invites
from project.errors import Problem
from project.problems import safe_only

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


@safe_only
def landing_page(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, and the way in. One page for all that leads nowhere any more."""
    try:
        invitation = invites.open_invitation(token=token)
        good = invitation.state in ("created", "sent", "opened")
        status = 200
    except Problem:
        invitation, good, status = None, False, 404
    shown = {"invitation": invitation, "good": good, "enter": f"/?invite={quote(token)}"}
    response = render(request, "contacts/invitation.html", shown, status=status)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@safe_only
def qr_code(request: HttpRequest, token: str) -> HttpResponse:
    """The link as a picture to be scanned. Looking at it opens no invitation."""
    invite_id = tokens.invite_id_of(token)
    if invite_id is None:
        raise Http404
    drawn = io.BytesIO()
    code = segno.make(tokens.link_of(invite_id), error="m", micro=False)
    code.save(drawn, kind="svg", light="#fff", omitsize=True, xmldecl=False, nl=False)
    response = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, max-age=86400"
    return response


@safe_only
def apple_app_site_association(request: HttpRequest) -> HttpResponse:
    apps = settings.APP_LINKS.ios
    details = [{"appIDs": apps, "components": [{"/": "/invite/*"}]}] if apps else []
    return JsonResponse({"applinks": {"details": details}})


@safe_only
def asset_links(request: HttpRequest) -> HttpResponse:
    statements = [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": app.package,
                "sha256_cert_fingerprints": app.sha256,
            },
        }
        for app in settings.APP_LINKS.android
    ]
    return JsonResponse(statements, safe=False)


urls: list[URLPattern] = [
    path("invite/<str:token>", landing_page),
    path("invite/<str:token>/qr.svg", qr_code),
    path(".well-known/apple-app-site-association", apple_app_site_association),
    path(".well-known/assetlinks.json", asset_links),
]
