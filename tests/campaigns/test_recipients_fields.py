"""Recipients in every form that asks for them: one base says what is taken."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from storesync.campaigns.forms.create import StartCampaignForm
from storesync.campaigns.forms.recipients import MAX_UPLOAD, RecipientsFields, RecipientsForm
from storesync.campaigns.forms.rollout import PlanForm


@pytest.mark.parametrize("form", [StartCampaignForm, RecipientsForm, PlanForm])
def test_every_form_of_recipients_has_the_same_fields(form: type[forms.Form]) -> None:
    assert issubclass(form, RecipientsFields)
    assert not {"recipients", "file", "clean_file"} & set(vars(form))


def test_a_file_that_is_too_large_is_refused() -> None:
    file = SimpleUploadedFile("people.csv", b"a" * (MAX_UPLOAD + 1))
    assert "10 MB" in RecipientsFields({}, {"file": file}).errors["file"][0]


def test_a_file_counts_more_than_what_was_pasted() -> None:
    file = SimpleUploadedFile("people.csv", "ä@acme.example".encode("latin-1"))
    form = RecipientsFields({"recipients": "b@acme.example"}, {"file": file})
    assert form.is_valid()
    assert form.recipients_text() == ("ä@acme.example", "people.csv")
