"""Whom the engines run as: never root, which PostgreSQL refuses and Redis does not need."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from project.embedded.tether import Identity


def identity_for(directory: Path, program: Path) -> Identity | None:
    """The user to run `program` as, whose data is `directory`; None for the present user.

    Root starts an engine as the owner of its data, or as nobody when the data is new. If only root
    can reach the program or the data (a clone under /root, say), the engine keeps the one
    capability that lets it enter there.
    """
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody")
    uid, gid = user.pw_uid, user.pw_gid
    if directory.exists() and directory.stat().st_uid != 0:
        uid, gid = directory.stat().st_uid, directory.stat().st_gid
    open_to_all = _reachable(directory.parent) and _reachable(program)
    return Identity(uid, gid, reach=not open_to_all)


def _reachable(path: Path) -> bool:
    """Whether everybody can read and enter `path` and pass its parents."""
    return path.stat().st_mode & 0o005 == 0o005 and all(
        parent.stat().st_mode & 0o001 for parent in path.resolve().parents
    )


def hand_over(directory: Path, identity: Identity | None) -> None:
    """Make a private directory that belongs to whom the engine runs as."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if identity is not None:
        os.chown(directory, identity.uid, identity.gid)
