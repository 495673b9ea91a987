"""Named filters of notices."""

from typing import Any

from django.db.models import Q

from storesync.core.scoping import BrandQuerySet


class NoticeQuerySet(BrandQuerySet[Any]):
    """Notices by where they stand."""

    def in_centre(self) -> "NoticeQuerySet":
        """Those that the notification centre shows."""
        return self.filter(on_page=True, dismissed_at__isnull=True)

    def unread(self) -> "NoticeQuerySet":
        """Those that the bell counts."""
        return self.in_centre().filter(read_at__isnull=True)

    def to_mail(self) -> "NoticeQuerySet":
        """Those whose mail is not written yet."""
        return self.filter(mail_due=True)

    def to_collect(self) -> "NoticeQuerySet":
        """Those for the next digest: neither seen nor mailed."""
        return self.filter(
            Q(mail_due=False, mailed_at__isnull=True),
            collected=True,
            digested_at__isnull=True,
            read_at__isnull=True,
            dismissed_at__isnull=True,
        )
