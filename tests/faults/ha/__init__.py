"""High availability: two PostgreSQL, or Redis with Sentinels, whose leader is lost."""
