from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Make accounts known to sync: its updates, its part of the bootstrap, who may connect."""
        from accounts.doors.sockets import CREDENTIALS
        from accounts.doors.wire import Me
        from accounts.reading import updates
        from accounts.services import avatars
        from accounts.services.erasing import ERASERS
        from project.files.reading.holders import HOLDERS, Holder
        from project.files.services.releasing import erase_unheld
        from project.sync import bootstrap, credentials

        ERASERS["files"] = erase_unheld
        HOLDERS["avatar"] = Holder(avatars.holds, avatars.shows)
        bootstrap.part("me", Me, updates.read_me)
        credentials.register(CREDENTIALS)
