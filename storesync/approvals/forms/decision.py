"""Forms that decide, and that take back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.approvals.models import Decision, Reason

VERDICTS = (Decision.APPROVED, Decision.CHANGES_REQUESTED, Decision.REJECTED)
NEEDS_COMMENT = frozenset({Decision.CHANGES_REQUESTED, Decision.REJECTED})
_SAY_WHAT = gettext_lazy("Say what should change, so that it can be mended.")


def reason_field() -> forms.TypedChoiceField:
    """Why something is sent back, one tap on a phone; may be left out."""
    return forms.TypedChoiceField(
        label=gettext_lazy("Reason"),
        required=False,
        coerce=Reason,
        empty_value=None,
        choices=[("", gettext_lazy("Not said")), *Reason.choices],
        widget=forms.RadioSelect(attrs={"class": "chips"}),
        help_text=gettext_lazy("For asking for changes and rejecting; the reports count it."),
    )


class DecisionForm(forms.Form):
    """A verdict with its comment.

    A page about one item gives the digest of what it showed and its stage (Rule A2).
    """

    decision = forms.ChoiceField(
        choices=[(verdict.value, verdict.label) for verdict in VERDICTS], widget=forms.HiddenInput
    )
    digest = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)
    stage = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    reason = reason_field()
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed when you ask for changes or reject; the submitter reads it."),
    )

    def seen_stages(self, revision_ids: Iterable[UUID]) -> dict[UUID, int]:
        """The stage that the page showed for these revisions; nothing where it showed none."""
        stage = self.cleaned_data["stage"]
        return {} if stage is None else dict.fromkeys(revision_ids, stage)

    def needs_comment(self) -> None:
        """On a page that asks about one verdict only, and that one needs a comment."""
        self.fields["comment"].required = True
        self.fields["comment"].help_text = _("The submitter reads it.")
        self.fields["reason"].help_text = _("The reports count it.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") in NEEDS_COMMENT and not cleaned.get("comment"):
            self.add_error("comment", _SAY_WHAT)
        return cleaned


class ReasonForm(forms.Form):
    """Why something is taken back; may be left empty."""

    comment = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
