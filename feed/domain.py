"""What the feed answers for (`project.domains`)."""

from feed.doors.wire import FeedCounts, Notification
from feed.reading import listing, own_data, updates  # noqa: F401  # registers the renderers
from feed.services.erasing import erase_feed
from project.domains import Domain

DOMAIN = Domain(
    name="feed",
    models={
        "Item": "erased: feed",
        "Event": "erased: feed",
        "State": "erased: feed",
        "Follow": "erased: feed",
        "Preference": "erased: feed",
        "Mute": "erased: feed",
        "Device": "erased: feed",
        "Delivery": "erased: feed",
        "Push": "erased: feed",
        "Shown": "erased: feed",
        "Mail": "erased: feed",
        "Digest": "erased: feed",
    },
    exports={"feed": own_data.items},
    erasers={"feed": erase_feed},
    holders={},
    updates=(
        "notification.created",
        "notification.updated",
        "notification.removed",
        "counts.updated",
    ),
    signals={},
    bootstrap={"feed": (list[Notification], listing.newest)},
    counts={"feed": (FeedCounts, listing.counts_of_many)},
    feed=(),
    search=(),
)
