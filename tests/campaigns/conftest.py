"""A published template, and roll-outs of it in every state."""

from collections.abc import Callable
from typing import Any

import pytest

from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version, save_draft
from storesync.campaigns.actions.version import offer_version
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, Rollout, TemplateVersion
from tests.campaigns.making import DRAFT
from tests.campaigns.upgrading import THEIRS, blocks
from tests.conftest import Cast

RECIPIENTS = """email,first name,store
ann@people.example,Ann,118
bob@people.example,Bob,118
cid@people.example,Cid,204
"""


@pytest.fixture
def template(in_acme: Cast) -> CampaignTemplate:
    """A template with a draft, not published yet."""
    return create_template(
        brand=in_acme.acme,
        name="Winter",
        campaign_type="seasonal",
        actor=in_acme.manager,
        draft=DRAFT,
    )


@pytest.fixture
def version(in_acme: Cast, template: CampaignTemplate) -> TemplateVersion:
    """Its first version."""
    return publish_version(template=template, actor=in_acme.manager)


@pytest.fixture
def rollout(in_acme: Cast, version: TemplateVersion) -> Rollout:
    """A draft roll-out to leeds and york, ready to be launched."""
    rollout = create_rollout(template_version=version, actor=in_acme.manager, name="Winter wave")
    choose_locations(rollout=rollout, actor=in_acme.manager, location_ids=[in_acme.leeds.pk, in_acme.york.pk])
    set_recipients(rollout=rollout, actor=in_acme.manager, text=RECIPIENTS)
    return plan_rollout(rollout=rollout, actor=in_acme.manager, values={"discount_percentage": "20"})


@pytest.fixture
def launched(in_acme: Cast, rollout: Rollout) -> Rollout:
    """The same, launched: a draft campaign at leeds and one at york."""
    launch_rollout(rollout=rollout, actor=in_acme.manager)
    continue_launch(rollout=rollout)
    return Rollout.objects.get(pk=rollout.pk)


@pytest.fixture
def campaign(in_acme: Cast, launched: Rollout) -> LocationCampaign:
    """The draft campaign at leeds."""
    return launched.campaigns.select_related("location", "brand").get(location=in_acme.leeds)


Changed = Callable[..., TemplateVersion]


@pytest.fixture
def publish(in_acme: Cast, template: CampaignTemplate) -> Changed:
    """Publish a version with parts of the draft changed."""

    def _publish(**changes: Any) -> TemplateVersion:
        fresh = CampaignTemplate.objects.get(pk=template.pk)
        save_draft(
            template=fresh,
            draft=fresh.draft | changes,
            draft_number=fresh.draft_number,
            actor=in_acme.manager,
        )
        return publish_version(template=fresh, actor=in_acme.manager)

    return _publish


@pytest.fixture
def second(in_acme: Cast, launched: Rollout, publish: Changed) -> TemplateVersion:
    """Version 2, offered: another heading, the store's text as it was."""
    version = publish(blocks=blocks(head={"text": "Deep winter at {{ location_name }}"}))
    offer_version(version=version, actor=in_acme.manager)
    return version


@pytest.fixture
def clashing(in_acme: Cast, launched: Rollout, publish: Changed) -> TemplateVersion:
    """Version 2, offered: the text that stores may edit is another."""
    version = publish(blocks=blocks(hello={"text": THEIRS}))
    offer_version(version=version, actor=in_acme.manager)
    return version
