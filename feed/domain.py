"""What the feed answers for (`project.domains`)."""

from feed import public
from feed.services.erasing import erase_feed
from project.domains import Domain

DOMAIN = Domain(
    name="feed",
    models={
        "Item": "erased: feed",
        "Event": "erased: feed",
        "State": "erased: feed",
        "Preference": "erased: feed",
        "Mute": "erased: feed",
        "Device": "erased: feed",
        "Delivery": "erased: feed",
        "Push": "erased: feed",
        "Mail": "erased: feed",
        "Digest": "erased: feed",
    },
    exports={},
    erasers={"feed": erase_feed},
    holders={},
    updates=(),
    signals={},
    bootstrap={"feed": (list[public.Notification], public.newest)},
    counts={"feed": (public.FeedCounts, public.counts)},
    feed=(),
    search=(),
)
