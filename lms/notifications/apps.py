"""Registers the notifications app, the count of every page's frame, and the outbox swept every minute."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "lms.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from lms.accounts.registry import add_person_column
        from lms.kit.clock import every_minute

        from .queries import unread_column
        from .services.digests import write_digests
        from .services.outbox import prune, send_due

        add_person_column("unread_news", unread_column)
        every_minute(write_digests)
        every_minute(send_due)
        every_minute(prune)
