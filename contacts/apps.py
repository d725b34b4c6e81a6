from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        """Say what contacts keeps, make it known to search, and listen for people who come, change
        and go."""
        from contacts.domain import DOMAIN
        from contacts.searching import source
        from contacts.services import people
        from project import domains

        domains.register(DOMAIN)
        people.listen()
        source.listen()
