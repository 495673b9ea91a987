"""One form, one row: the key that a form was shown with is the id of the row that it makes.

A double click, a reload or an answer that got lost sends a form twice; people mean it once.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from django import forms
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.core.audit import add_facts
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.scoping import all_brands

if TYPE_CHECKING:
    from storesync.accounts.models import User

M = TypeVar("M", bound=models.Model)

KEY: Final = "key"
"""What the hidden field is called."""
AHEAD: Final = timedelta(minutes=5)
"""How far a clock may be ahead of this one's; a key of a later time was not made here."""


class FormUsed(ActionRefused):
    """The key made another row: one of somebody else, or of this form before it was changed."""


def made_before(
    model: type[M], key: UUID | None, *, actor: "User", asked: Mapping[str, Any] | None = None
) -> M | None:
    """The row that this form has made already; None when the caller is to make it, with `key` as its id.

    Called inside `audited(...)`: who comes with the same key waits until that write has ended. The row's
    first line of history says who made it and of what.

    Args:
        model: a tracked model with a UUID key. key: of the form; None for callers that have no form.
        asked: what the form asks for, JSON-able; other words under the same key are not made in silence.

    Raises:
        FormUsed: the row is somebody else's, or was made of other words.
    """
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"form {key}"])
    told = hashlib.sha256(json.dumps(asked or {}, sort_keys=True, default=str).encode()).hexdigest()
    with all_brands("the key of a form is taken or free whichever brand its row is of"):
        row = model._default_manager.filter(pk=key).first()
        if row is None:
            add_facts(asked=told)
            return None
        first = row.history.order_by("pgh_id").values_list("pgh_context", flat=True).first()  # type: ignore[attr-defined]
    facts = first or {}
    if facts.get("actor") != actor.pk:
        raise FormUsed(_("This form has been used by somebody else. Send it again to make your own."))
    if facts.get("asked") != told:
        raise FormUsed(
            _("This form has made “%(name)s” already, with other words. Send it again to make another one.")
            % {"name": row}
        )
    return row


class KeyField(forms.UUIDField):
    """The hidden key of a form. A form that comes without one is taken as new each time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, initial=new_id, widget=forms.HiddenInput, **kwargs)

    def clean(self, value: Any) -> UUID | None:
        """The key, when it is one of ours.

        Raises:
            ValidationError: it is not a key that a page was shown with.
        """
        words = _("Load the page again: its key is not readable.")
        try:
            key: UUID | None = super().clean(value)
        except forms.ValidationError:
            raise forms.ValidationError(words) from None
        if key is None:
            return None
        made = (key.int >> 80) / 1000  # RFC 9562: the first 48 bits are milliseconds
        if key.version != 7 or made > (timezone.now() + AHEAD).timestamp():
            raise forms.ValidationError(words)
        return key


class OnceForm(forms.Form):
    """A form that makes one row, however often it is sent."""

    key = KeyField()

    def clean(self) -> dict[str, Any] | None:
        """What is wrong with the key stands above the form, and the next sending has a good one."""
        wrong = self.errors.pop(KEY, None)
        if wrong:
            self.renew_key()
            raise forms.ValidationError(list(wrong))
        return super().clean()

    def refuse(self, refusal: ActionRefused) -> None:
        """Say why, above the form; where its key is used up, the next sending has another."""
        if isinstance(refusal, FormUsed):
            self.renew_key()
        self.add_error(None, refusal.message)

    def renew_key(self) -> None:
        """Let the next sending of this page make a row of its own."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix(KEY)] = str(new_id())


def key_in(data: Mapping[str, Any]) -> UUID | None:
    """The key of a form that is nothing but a button.

    Raises:
        ActionRefused: it is not readable.
    """
    try:
        return KeyField().clean(data.get(KEY, ""))
    except forms.ValidationError as error:
        raise ActionRefused(" ".join(error.messages)) from None
