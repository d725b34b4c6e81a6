"""The engine room: each user's ordered log of updates, and its way to the user's devices.

It knows no app. Apps register how their updates look (`kinds`), their socket commands (`commands`)
and their part of the bootstrap (`bootstrap`); accounts registers who may connect (`credentials`).
"""
