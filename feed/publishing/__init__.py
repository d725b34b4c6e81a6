"""From an event to items: the only way into the feed, in statements that take many people at once."""
