"""Forms of comments."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.accounts.models import User
from storesync.comments.models import LONGEST_COMMENT
from storesync.comments.places import Place
from storesync.core.once import OnceForm


class CommentForm(OnceForm):
    """Somebody's words, and whom to tell of them."""

    body = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "data-mention": "", "autocomplete": "off", "dir": "auto"}),
    )
    mentions = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tell"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4, "data-people": ""}),
        help_text=gettext_lazy("They get a mail with your comment."),
    )

    def __init__(self, *args: Any, people: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["mentions"]
        field.choices = [(person.pk, person.display_name) for person in people]
        self.fields["body"].help_text = _("Write @ and a name to tell somebody.")


class NewThreadForm(CommentForm):
    """The first words about a place."""

    place = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    field_order = ("key", "place", "body", "mentions")

    def __init__(self, *args: Any, places: Iterable[Place] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.choices = [(place.key, _choice(place)) for place in places]
        self.order_fields(self.field_order)


def _choice(place: Place) -> str:
    words = " ".join(place.text.split())
    if not words:
        return place.label
    return f"{place.label} – {words if len(words) <= 40 else words[:39].rstrip() + '…'}"
