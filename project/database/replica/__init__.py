"""Django's backend for a standby that is only read; see `project.database.replicas`."""
