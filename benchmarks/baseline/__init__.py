"""The chat that tutorials of Django Channels teach, in their style, as its own small project.

A generic consumer, `database_sync_to_async`, one ORM transaction per message, the Redis channel
layer of channels_redis and Daphne.
"""
