"""Listed in INSTALLED_APPS only where `settings.MAILBOX` is on; aiosmtpd is no package of production."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class MailboxConfig(AppConfig):
    name = "storesync.mailbox"

    def ready(self) -> None:
        from storesync.core import navigation

        navigation.register_user_item(
            navigation.Item(
                "mailbox",
                navigation.Group.MANAGE,
                _("Mailbox"),
                "mailbox",
                url=lambda request: reverse("mailbox:list"),
            )
        )
