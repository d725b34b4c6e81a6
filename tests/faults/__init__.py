"""Proving the sync core from outside: devices, faults, histories and checkers. See README.md."""
