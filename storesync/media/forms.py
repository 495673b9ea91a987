"""Forms of the media library."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.core.forms import VersionedForm
from storesync.media.models import MediaImage

AT_ONCE: Final = 10
"""Files that one request may carry; with script each file comes in a request of its own."""
ACCEPT: Final = "image/png,image/jpeg,image/gif,image/webp"


class FilesInput(forms.ClearableFileInput):
    """A picker of several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files at once."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given:
            raise ValidationError(_("Choose a picture first."))
        if len(given) > AT_ONCE:
            raise ValidationError(_("At most %(limit)d pictures at once.") % {"limit": AT_ONCE})
        # Whether a file is empty, or a picture at all, is said per file by the action.
        return [file for file in given if isinstance(file, UploadedFile)]


class UploadForm(forms.Form):
    """First step: which pictures."""

    pictures = FilesField(
        label=gettext_lazy("Pictures"),
        help_text=gettext_lazy("PNG, JPEG, GIF or WebP, up to 10 MB each; several at once are fine."),
        widget=FilesInput(attrs={"accept": ACCEPT, "multiple": True}),
    )


class AltForm(forms.Form):
    """Second step, once for each picture: what it shows. Its prefix numbers it."""

    token = forms.CharField(widget=forms.HiddenInput)
    alt = forms.CharField(
        label=gettext_lazy("Alternative text"),
        max_length=300,
        help_text=gettext_lazy("What the picture shows, for people who do not see it."),
    )


class OneForm(forms.Form):
    """A picture and its alternative text in one step: the upload within the chooser."""

    file = forms.FileField(
        label=gettext_lazy("Picture"),
        allow_empty_file=True,
        help_text=gettext_lazy("PNG, JPEG, GIF or WebP, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    alt = forms.CharField(
        label=gettext_lazy("Alternative text"),
        max_length=300,
        help_text=gettext_lazy("What the picture shows, for people who do not see it."),
    )


class WordsForm(VersionedForm):
    """What is said about a picture."""

    class Meta:
        model = MediaImage
        fields = ("alt", "title", "tags")
        widgets = {"alt": forms.Textarea(attrs={"rows": 2})}
