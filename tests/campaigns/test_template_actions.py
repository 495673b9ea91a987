"""Templates: drafts checked at save, versions that never change (Rules T1, T2)."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction

from storesync.campaigns.actions.template import (
    archive_template,
    create_template,
    publish_version,
    save_draft,
)
from storesync.campaigns.models import CampaignTemplate, TemplateVersion
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope
from tests.campaigns.making import DRAFT
from tests.conftest import Cast


def test_a_new_template_has_a_valid_starter_and_its_own_address(in_acme: Cast) -> None:
    first = create_template(
        brand=in_acme.acme, name="Winter {sale}", campaign_type="seasonal", actor=in_acme.manager
    )
    second = create_template(
        brand=in_acme.acme, name="Winter {sale}", campaign_type="seasonal", actor=in_acme.manager
    )
    assert (first.slug, second.slug) == ("winter-sale", "winter-sale-2")
    assert publish_version(template=first, actor=in_acme.manager).number == 1


def test_only_those_who_write_templates_may(in_acme: Cast, template: CampaignTemplate) -> None:
    for person in (in_acme.leeds_manager, in_acme.approver, in_acme.viewer, in_acme.stranger):
        with pytest.raises(PermissionDenied):
            create_template(brand=in_acme.acme, name="X", campaign_type="event", actor=person)
        with pytest.raises(PermissionDenied):
            publish_version(template=template, actor=person)
        with pytest.raises(PermissionDenied):
            save_draft(template=template, draft=DRAFT, draft_number=0, actor=person)


def test_bad_text_is_refused_at_save_with_its_place(in_acme: Cast, template: CampaignTemplate) -> None:
    blocks = [dict(block) for block in DRAFT["blocks"]]
    blocks[1]["text"] = "Hello\n\nand {{ location_name.__class__ }}"
    with pytest.raises(ContentInvalid) as refused:
        save_draft(template=template, draft=DRAFT | {"blocks": blocks}, draft_number=0, actor=in_acme.manager)
    (error,) = refused.value.errors
    assert (error.block_id, error.field, error.line) == ("hello", "text", 3)
    assert error.column > 1
    template.refresh_from_db()
    assert template.draft["blocks"][1]["text"] == DRAFT["blocks"][1]["text"]


def test_an_unknown_variable_is_refused(in_acme: Cast, template: CampaignTemplate) -> None:
    with pytest.raises(ContentInvalid):
        save_draft(
            template=template,
            draft=DRAFT | {"subject": "{{ surprise }}"},
            draft_number=0,
            actor=in_acme.manager,
        )


def test_a_wrong_declaration_of_a_variable_is_refused(in_acme: Cast, template: CampaignTemplate) -> None:
    with pytest.raises(ContentInvalid) as refused:
        save_draft(
            template=template,
            draft=DRAFT | {"variables": [{"name": "Bad Name", "label": "x"}]},
            draft_number=0,
            actor=in_acme.manager,
        )
    assert refused.value.errors[0].field == "variables"


def test_two_editors_never_overwrite_each_other(in_acme: Cast, template: CampaignTemplate) -> None:
    save_draft(template=template, draft=DRAFT | {"subject": "One"}, draft_number=0, actor=in_acme.manager)
    with pytest.raises(ActionRefused):
        save_draft(template=template, draft=DRAFT | {"subject": "Two"}, draft_number=0, actor=in_acme.admin)
    template.refresh_from_db()
    assert template.draft["subject"] == "One"


def test_saving_the_same_draft_changes_nothing(in_acme: Cast, template: CampaignTemplate) -> None:
    saved = save_draft(template=template, draft=template.draft, draft_number=0, actor=in_acme.manager)
    assert saved.draft_number == 0


def test_a_version_never_changes(version: TemplateVersion) -> None:
    """Rule T1, by any way in."""
    for way in (
        lambda: TemplateVersion.objects.filter(pk=version.pk).update(subject="Other"),
        lambda: TemplateVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            way()
    assert TemplateVersion.objects.get(pk=version.pk).subject == version.subject


def test_publishing_without_a_change_is_refused(in_acme: Cast, version: TemplateVersion) -> None:
    with pytest.raises(ActionRefused, match="version 1"):
        publish_version(template=version.template, actor=in_acme.manager)


def test_an_archived_template_rests_and_comes_back(in_acme: Cast, template: CampaignTemplate) -> None:
    archive_template(template=template, actor=in_acme.manager)
    with pytest.raises(ActionRefused):
        publish_version(template=template, actor=in_acme.manager)
    archive_template(template=template, actor=in_acme.manager, undo=True)
    assert publish_version(template=template, actor=in_acme.manager).number == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_version(in_acme: Cast, template: CampaignTemplate) -> None:
    barrier, refused = threading.Barrier(2), []

    def publish() -> None:
        try:
            with brand_scope([in_acme.acme.pk]):
                barrier.wait()
                publish_version(template=template, actor=in_acme.manager)
        except ActionRefused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert list(template.versions.values_list("number", flat=True)) == [1]
