"""Telling people that a comment mentions them. All work is rows; a message only wakes (Rule S1)."""

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from storesync.comments.models import Mention
from storesync.comments.notices import tell_of_mention
from storesync.comments.permissions import may_read
from storesync.core.audit import audited
from storesync.core.queue import task
from storesync.core.scoping import all_brands

logger = logging.getLogger(__name__)

AT_ONCE = 100
"""Mentions that one sweep looks at."""


@task(priority=40)
def tell_mentioned(brand_id: UUID, comment_id: UUID) -> None:
    """Tell everybody whom a comment mentions and who has not been told."""
    waiting = Mention.objects.waiting().filter(comment=comment_id)
    for mention_id in waiting.values_list("pk", flat=True):
        settle_mention(mention_id)


def settle_mention(mention_id: UUID) -> bool:
    """Tell one person, once, unless they may not read it any more; whether they were told now.

    The row is locked, marked and the mail written in one transaction, so that two workers, or one that dies,
    never tell twice and never forget.
    """
    with transaction.atomic(), audited("mention.told", actor=None):
        mention = (
            Mention.objects.waiting()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related(
                "person",
                "brand",
                "comment__author",
                "comment__thread__location__region",
                "comment__thread__location__brand",
            )
            .filter(pk=mention_id)
            .first()
        )
        if mention is None:
            return False
        reader = mention.person
        mention.told = may_read(reader, mention.comment.thread.location) and tell_of_mention(mention)
        mention.settled_at = timezone.now()
        mention.save(update_fields=["told", "settled_at"])
        return bool(mention.told)


def sweep_mentions() -> None:
    """Tell of the mentions that a lost message left behind."""
    with all_brands("mentions of every brand are looked after together"):
        rows = Mention.objects.waiting().order_by("created_at").values_list("brand_id", "comment_id")
        waiting = list(dict.fromkeys(rows[:AT_ONCE]))
    for brand_id, comment_id in waiting:
        try:
            tell_mentioned.run(brand_id, comment_id)
        except Exception:
            # One that cannot be told holds up no other; the next sweep tries it again.
            logger.exception("mentions of comment %s could not be told", comment_id)
