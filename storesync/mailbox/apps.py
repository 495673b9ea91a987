"""Listed in INSTALLED_APPS only where `settings.MAILBOX` is on; aiosmtpd is no package of production."""

from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "storesync.mailbox"
