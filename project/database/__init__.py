"""PostgreSQL as everything here reaches it.

`address` reads `DATABASE_URL`, once for all; `connections` bounds every wait; `base` is Django's
backend on these; `sqlstates` says what an error means; `time_limits` keeps the role's time-outs.
Nothing depends on a session, which a pooler in transaction mode takes away between two statements.
"""
