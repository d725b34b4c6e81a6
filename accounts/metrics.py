"""What accounts counts, for `/metrics`."""

from __future__ import annotations

from prometheus_client import Counter

CODES = Counter("confab_codes_total", "Codes, by what became of them", ["channel", "outcome"])
LIMITED = Counter("confab_limited_total", "Calls above a rate", ["rate", "mode"])
SMS_DECISIONS = Counter(
    "confab_sms_decisions_total", "Codes by text message, by what the guard said", ["said", "mode"]
)
LOGINS = Counter("confab_sessions_opened_total", "Sessions opened", ["kind"])
STOLEN = Counter("confab_refresh_reused_total", "Sessions ended because a token came twice")
