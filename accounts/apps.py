from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Say what accounts keeps, and who may connect."""
        from accounts.domain import DOMAIN
        from accounts.doors.sockets import CREDENTIALS
        from project import domains
        from project.sync import credentials

        domains.register(DOMAIN)
        credentials.register(CREDENTIALS)
