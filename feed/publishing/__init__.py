"""From an event to items, in statements that take many people at once."""
