"""What accounts does, by topic. `create_person` is for programs that make accounts without mail."""

from accounts.services.registration import create_person

__all__ = ["create_person"]
