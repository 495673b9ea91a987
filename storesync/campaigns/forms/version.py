"""Forms of versions of a template: published, taken out of use."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from storesync.core.formats import number

NEW_ONLY = "new"
DRAFTS = "drafts"


class PublishForm(forms.Form):
    """What changed, for those who use the template, and whether drafts are offered it."""

    notes = forms.CharField(
        label=gettext_lazy("What is new in this version"),
        help_text=gettext_lazy("Read by those who roll it out, and by stores beside the offer."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, drafts: int, **kwargs: Any) -> None:
        """`drafts`: how many could move to it; without one nothing is asked."""
        super().__init__(*args, **kwargs)
        if not drafts:
            return
        offer = ngettext(
            "Offer it to %(count)s draft too; its store's words are kept where that is possible",
            "Offer it to %(count)s drafts too; their stores' words are kept where that is possible",
            drafts,
        ) % {"count": number(drafts)}
        self.fields["reach"] = forms.ChoiceField(
            label=_("Who gets it"),
            choices=[(NEW_ONLY, _("New roll-outs and campaigns only")), (DRAFTS, offer)],
            initial=NEW_ONLY,
            widget=forms.RadioSelect,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reach") == DRAFTS and not str(data.get("notes") or "").strip():
            self.add_error("notes", _("Say what is new: stores read it beside the offer."))
        return data

    @property
    def offers(self) -> bool:
        """Whether drafts are offered the version."""
        return bool(self.cleaned_data.get("reach") == DRAFTS)


class DeprecateForm(forms.Form):
    """Why something is taken out of use, and what to use instead."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Read by those who wanted to use it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, instead: "QuerySet[Any]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replacement"] = forms.ModelChoiceField(
            instead, label=_("Use instead"), required=False, empty_label=_("Nothing")
        )
