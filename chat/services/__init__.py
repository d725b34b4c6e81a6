"""The only code that changes chats. Synchronous, atomic, keyword-only; every change writes the log
of those who must learn of it, as its last lock."""
