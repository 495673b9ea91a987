"""Mails about signing in that the worker sends."""

from storesync.accounts.invitations import mail_invitation
from storesync.accounts.models import User
from storesync.core.queue import task


@task(all_brands="people belong to no brand", priority=50)
def send_invitation(user_id: int, actor_id: int) -> None:
    """Mail a person the link to choose a password, unless they have one or are switched off by now.

    A lost message is no harm: the page of people offers to send it again.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None and not user.has_usable_password():
        mail_invitation(user, invited_by=User.objects.filter(pk=actor_id).first())
