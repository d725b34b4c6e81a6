"""As the primary's backend, for a server that takes no writes and is not waited for."""

from __future__ import annotations

from project.database import base, connections


class Connection(connections.Connection):
    patience = 2.0


class DatabaseWrapper(base.DatabaseWrapper):
    connection_class = Connection
    check_connection = None

    def _configure_connection(self, connection: connections.Connection) -> None:
        """Time-outs of the role come from the primary, with everything else."""
        base._Base._configure_connection(self, connection)
