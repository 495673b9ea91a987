"""What changes a person: their profile, and how they come to be here."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.accounts.tasks import send_invitation
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.versions import set_changed

PROFILE_FIELDS = ("name", "language", "time_zone", "theme", "density", "shortcuts")
"""What people may change of themselves."""


def update_profile(*, user: User, actor: User, **changes: Any) -> User:
    """Change a person's own name, language, zone and look; what is left out stays.

    Args:
        changes: fields of PROFILE_FIELDS.

    Raises:
        PermissionDenied: the actor is somebody else.
        ActionRefused: a value is not right.
    """
    with audited("person.profile_changed", actor=actor):
        if user.pk != actor.pk or not actor.is_active:
            raise PermissionDenied
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if changed := set_changed(user, changes, allowed=PROFILE_FIELDS):
            user.save(update_fields=changed)
    return user


def invite_person(*, email: str, name: str, language: str, time_zone: str, actor: User) -> User:
    """The person with this address; a new one is made without a password and mailed a link to choose it.

    The caller has asked for the right to invite: people belong to no brand, the right does.

    Args:
        name: of a new person; one who is there already keeps theirs.
        language, time_zone: what a new person starts with.

    Raises:
        ActionRefused: the address is none, a new person has no name, or the account is switched off.
    """
    email = User.objects.normalize_email(email.strip()).lower()
    with audited("person.invited", actor=actor):
        try:
            validate_email(email)
        except ValidationError as error:
            raise ActionRefused(_("“%(email)s” is no e-mail address.") % {"email": email}) from error
        user = User.objects.filter(email=email).first()
        if user is None:
            user = _make_person(email, " ".join(name.split()), language, time_zone)
            send_invitation.wake(user.pk, actor.pk)
        elif not user.is_active:
            raise ActionRefused(_("This person's account is switched off. An Admin can switch it on again."))
    return user


def send_invitation_again(*, user: User, actor: User) -> None:
    """Mail the link to choose a password once more. The caller has asked for the right to invite.

    Raises:
        ActionRefused: the person has chosen a password already, or the account is switched off.
    """
    with audited("person.invited_again", actor=actor):
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if not user.is_active:
            raise ActionRefused(_("This person's account is switched off. An Admin can switch it on again."))
        if user.has_usable_password():
            raise ActionRefused(_("This person has chosen a password already."))
        send_invitation.wake(user.pk, actor.pk)


def switch_off_person(*, user: User, actor: User) -> None:
    """Switch an account off: it can do nothing from its next request on, and its sessions are dead (Rule L5).

    Raises:
        PermissionDenied: only Admins do this.
        ActionRefused: it is one's own (so an Admin always remains).
    """
    with audited("person.switched_off", actor=actor):
        user = _locked_for_admin(user, actor)
        if user.pk == actor.pk:
            raise ActionRefused(_("You cannot switch your own account off."))
        user.is_active = False
        user.save(update_fields=["is_active"])


def switch_on_person(*, user: User, actor: User) -> None:
    """Let a person sign in again; their roles are as they were.

    Raises:
        PermissionDenied: only Admins do this.
    """
    with audited("person.switched_on", actor=actor):
        user = _locked_for_admin(user, actor)
        user.is_active = True
        user.save(update_fields=["is_active"])


def reset_second_factor(*, user: User, actor: User) -> None:
    """Forget a person's second factor and recovery codes, so that they can sign in with the password alone.

    Raises:
        PermissionDenied: only Admins do this.
        ActionRefused: it is one's own (that has its own page), or there is none.
    """
    with audited("person.second_factor_reset", actor=actor):
        user = _locked_for_admin(user, actor)
        if user.pk == actor.pk:
            raise ActionRefused(_("Your own second factor is changed under “Sign-in and security”."))
        deleted, _by_model = Authenticator.objects.filter(user=user).delete()
        if not deleted:
            raise ActionRefused(_("There is no second factor to forget."))


def _locked_for_admin(user: User, actor: User) -> User:
    if not (actor.is_active and actor.is_superuser):
        raise PermissionDenied
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _make_person(email: str, name: str, language: str, time_zone: str) -> User:
    """Make a person, or find the one whom somebody else made at the same moment."""
    if not name:
        raise ActionRefused(_("Give the name of the new person."))
    languages = dict(User._meta.get_field("language").flatchoices)
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email,
                None,
                name=name,
                language=language if language in languages else "en",
                time_zone=time_zone,
            )
    except ValidationError as error:
        found = User.objects.filter(email=email).first()
        if found is None:
            raise ActionRefused(" ".join(error.messages)) from error
        return found
    except IntegrityError:
        return User.objects.get(email=email)
