"""The mail that a new person gets: a link to choose a password, by allauth's own tokens.

The link ends when the password is chosen, and after PASSWORD_RESET_TIMEOUT.
"""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from storesync.accounts.models import User
from storesync.core.letters import absolute, write_mail


def invitation_url(user: User) -> str:
    """The address at which this person chooses their first password."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return absolute(path)


def mail_invitation(user: User, *, invited_by: User | None) -> None:
    """Send the invitation, in the person's language."""
    context = {
        "person": user,
        "invited_by": invited_by,
        "url": invitation_url(user),
        "days": timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days,
    }
    with translation.override(user.language):
        headers = {"Auto-Submitted": "auto-generated"}
        write_mail("invitation", context, to=user.email, headers=headers).send()
