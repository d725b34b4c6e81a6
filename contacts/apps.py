from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        """Say what contacts keeps, and listen for people who come, change and go."""
        from contacts.domain import DOMAIN
        from contacts.services import people
        from project import domains

        domains.register(DOMAIN)
        people.listen()
