"""How a person is told that a comment mentions them: by mail now. One function, so that more can follow."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from storesync.comments.models import Mention, Thread
from storesync.comments.owners import find_owner


def tell_of_mention(mention: Mention) -> bool:
    """Tell the person of a mention; False when what it is about is gone.

    Runs in the transaction that settles the mention: the mail leaves when that commits, or never.
    """
    comment = mention.comment
    owner = find_owner(comment.thread.owner_kind, comment.thread.owner_id)
    if owner is None:
        return False
    reader = mention.person
    with translation.override(reader.language):
        context = {
            "person": reader,
            "author": comment.author,
            "brand": mention.brand,
            "thread": comment.thread,
            "owner": owner,
            "body": comment.body,
            "url": f"{settings.BASE_URL.rstrip('/')}{permalink(comment.thread, mention.brand.slug)}",
        }
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string("emails/mention/subject.txt", context).split()),
            body=render_to_string("emails/mention/body.txt", context),
            to=[reader.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("emails/mention/body.html", context), "text/html")
        mail.send()
    return True


def permalink(thread: Thread, brand_slug: str) -> str:
    """The address at which a thread is read, resolved or not."""
    page = reverse("comments:owner", args=[brand_slug, thread.owner_kind, thread.owner_id])
    return f"{page}?show=all&begin={thread.pk}#thread-{thread.pk}"
