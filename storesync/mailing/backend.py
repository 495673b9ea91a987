"""Django's e-mail backend that sends nothing itself: it writes the mail to the ledger and wakes the engine.

So sign-in links, invitations and notices take the one path of every mail (sending.md), and lower floors need
not know it. They are transactional: exempt from unsubscription, and resent once when it is not known whether
they arrived.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from storesync.mailing.outbox import post_letter


class LedgerBackend(BaseEmailBackend):
    """`EMAIL_BACKEND` of StoreSync. A mail sent inside a transaction leaves when that commits, or never."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message; how many. What is no address raises, unless told to be silent."""
        written = 0
        for message in email_messages:
            try:
                written += bool(post_letter(message))
            except ValueError:
                if not self.fail_silently:
                    raise
        return written
