"""Whether an event goes to a person by push or e-mail, or why not: decisions and their ledger."""
