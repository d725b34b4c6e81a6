"""From a link to its preview."""

from __future__ import annotations

import logging

import redis

from chat.doors.wire import Preview
from chat.previews import keeping
from chat.previews.fetching import Fetched, fetch
from chat.previews.pages import read_page
from chat.previews.reach import Deadline, Reach
from chat.previews.refusing import Refused

logger = logging.getLogger(__name__)

SECONDS = 5.0
PAGE_BYTES = 512 * 1024
PAGES = ("text/html", "application/xhtml+xml")


def preview_of(url: str, user_id: int, reach: Reach) -> Preview | None:
    """What the link leads to; None if that is nothing to show. `user_id` is charged for it."""
    try:
        return _kept_or_made(url, user_id, reach)
    except Refused as error:
        logger.info("no preview: %s", error)
    except redis.RedisError as error:
        logger.warning("no preview: %r", error)
    return None


def _kept_or_made(url: str, user_id: int, reach: Reach) -> Preview | None:
    try:
        return keeping.kept(url)
    except LookupError:
        keeping.count_fetch(user_id)
    made: Preview | None = None
    try:
        made = make(url, reach)
    finally:
        keeping.keep(url, made)
    return made


def make(url: str, reach: Reach) -> Preview:
    """Fetch the page and read it. Raises Refused."""
    deadline = Deadline(SECONDS)
    return _shown(url, fetch(url, PAGES, PAGE_BYTES, deadline, reach))


def _shown(url: str, fetched: Fetched) -> Preview:
    page = read_page(fetched.body, fetched.charset)
    if not page.title:
        raise Refused("title")
    site = page.site or fetched.host.removeprefix("www.")
    return Preview(url=url, title=page.title, description=page.description, site=site)
