"""What a user agent most likely is, in words for its owner. It never proves anything."""

from __future__ import annotations

from typing import Literal

Platform = Literal["web", "android", "ios", "desktop", "other"]

# The first that is found counts: many browsers also call themselves by others' names.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Vivaldi": "Vivaldi",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "HeadlessChrome": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "iOS": "iOS",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "macOS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
_APPS = {"okhttp": "android", "Dalvik": "android", "CFNetwork": "ios", "Electron": "desktop"}


def name_of(agent: str) -> str:
    """`Firefox on Windows`; of what is no browser its own first word, as `python-httpx`."""
    browser = _browser_of(agent)
    own = browser or agent.partition("/")[0].partition(" ")[0][:40] or "Unknown device"
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), None)
    return f"{own} on {system}" if system else own


def platform_of(agent: str) -> Platform:
    """A browser is `web` wherever it runs; the others are apps, by their system."""
    for mark, platform in _APPS.items():
        if mark in agent:
            return platform  # type: ignore[return-value]
    if _browser_of(agent):
        return "web"
    if "Android" in agent:
        return "android"
    if any(mark in agent for mark in ("iPhone", "iPad", "iOS")):
        return "ios"
    return "desktop" if any(mark in agent for mark in ("Windows", "Mac", "Linux")) else "other"


def _browser_of(agent: str) -> str | None:
    return next((name for mark, name in _BROWSERS.items() if f"{mark}/" in agent), None)
