"""Bases of forms."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[models.Model]
else:
    ModelForm = forms.ModelForm

_OF_OUR_TIME: Final = gettext_lazy("Give a day of the years 2000 to 2100.")
DAY_VALIDATORS: Final = (
    MinValueValidator(date(2000, 1, 1), _OF_OUR_TIME),
    MaxValueValidator(date(2100, 12, 31), _OF_OUR_TIME),
)
"""For a day that a page is filtered by: those around it, in any zone, can be worked out and asked for."""


class VersionedForm(ModelForm):
    """A form of one object that knows which version of it the person saw; an action saves."""

    instance: Any

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance._state.adding:
            self.fields["version"].initial = self.instance.updated_at.isoformat()

    def clean_version(self) -> datetime | None:
        text = self.cleaned_data["version"]
        if not text:
            return None
        try:
            # In UTC, which a moment without a zone, or at the end of all time, cannot be asked for.
            version = datetime.fromisoformat(text)
            if version.tzinfo is None:
                raise ValueError(text)
            return version.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ValidationError(_("Load the page again: its version is not readable.")) from error

    def renew_version(self, instance: Any) -> None:
        """Let the next save of this page stand on the object as it is now."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("version")] = instance.updated_at.isoformat()

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """The cleaned values of these fields, as far as the form has them."""
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def _get_validation_exclusions(self) -> set[str]:
        # A form without a brand field still has to see that a number is taken in its brand.
        return super()._get_validation_exclusions() - {"brand"}  # type: ignore[misc, no-any-return]
