from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Make accounts known to sync: its updates, its part of the bootstrap, who may connect."""
        from accounts import updates
        from accounts.erasing import ERASERS
        from accounts.services import avatars
        from accounts.sockets import CREDENTIALS
        from accounts.wire import Me
        from project.files.holders import HOLDERS, Holder
        from project.files.services.releasing import erase_unheld
        from project.sync import bootstrap, credentials

        ERASERS["files"] = erase_unheld
        HOLDERS["avatar"] = Holder(avatars.holds, avatars.shows)
        bootstrap.part("me", Me, updates.read_me)
        credentials.register(CREDENTIALS)
