"""A form that is sent more than once makes one row: campaigns, copies, roll-outs, templates, comments."""

import threading
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.db import connection, models
from django.test import Client

from storesync.accounts.models import User
from storesync.campaigns.actions.create import duplicate_campaign, start_campaign
from storesync.campaigns.actions.rollout import create_rollout
from storesync.campaigns.actions.template import create_template, duplicate_template
from storesync.campaigns.actions.version import deprecate_version
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, Rollout, TemplateVersion
from storesync.comments.actions import add_comment, reply
from storesync.comments.models import Comment, Thread
from storesync.content.models import Revision
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.once import FormUsed
from storesync.core.scoping import brand_scope
from tests.campaigns.making import make_wave
from tests.conftest import Cast

VALUES: Final = {"discount_percentage": "20"}
CALLERS: Final = 20
Send = Callable[..., models.Model]


@pytest.fixture
def forms(in_acme: Cast) -> list[Send]:
    """What each form does: the actor, the key, and words that may differ."""
    wave = make_wave(in_acme.acme, in_acme.leeds, in_acme.manager)
    version, campaign = wave.template_version, wave.campaigns.get()
    thread = add_comment(
        owner_kind="campaign", owner_id=campaign.pk, place="", body="Hm", actor=in_acme.manager
    ).thread

    def copy(actor: User, key: UUID, name: str = "Copy") -> LocationCampaign:
        return duplicate_campaign(campaign=campaign, actor=actor, name=name, key=key)

    def begin(actor: User, key: UUID, name: str = "Ours") -> LocationCampaign:
        made, _report = start_campaign(
            location=in_acme.leeds,
            template_version=version,
            actor=actor,
            name=name,
            values=VALUES,
            recipients="ann@people.example",
            key=key,
        )
        return made

    def roll_out(actor: User, key: UUID, name: str = "Wave") -> Rollout:
        return create_rollout(template_version=version, actor=actor, name=name, key=key)

    def template(actor: User, key: UUID, name: str = "Fresh") -> CampaignTemplate:
        return create_template(brand=in_acme.acme, name=name, campaign_type="event", actor=actor, key=key)

    def copy_template(actor: User, key: UUID, name: str = "Again") -> CampaignTemplate:
        return duplicate_template(template=version.template, actor=actor, name=name, key=key)

    def say(actor: User, key: UUID, name: str = "Which day?") -> Thread:
        return add_comment(
            owner_kind="campaign", owner_id=campaign.pk, place="hello.text", body=name, actor=actor, key=key
        ).thread

    def answer(actor: User, key: UUID, name: str = "Friday.") -> Comment:
        return reply(thread=thread, body=name, actor=actor, key=key)

    return [begin, copy, roll_out, template, copy_template, say, answer]


@pytest.mark.django_db(transaction=True)
def test_twenty_who_send_one_form_make_one_row(in_acme: Cast, forms: list[Send]) -> None:
    for send in forms:
        key, before = new_id(), _rows()
        assert _all_at_once(in_acme, send, key) == [key] * CALLERS, send.__name__
        # The first words of a thread are a row of their own.
        assert _rows() - before == (2 if send.__name__ == "say" else 1), send.__name__
    assert not Revision.objects.exclude(number=1).exists()


def test_a_key_of_somebody_else_or_of_other_words_is_refused(in_acme: Cast, forms: list[Send]) -> None:
    for send in forms:
        key = new_id()
        made = send(in_acme.manager, key)
        assert send(in_acme.manager, key) == made
        with pytest.raises(FormUsed, match="already, with other words"):
            send(in_acme.manager, key, "Something else")
        with pytest.raises(FormUsed, match="somebody else"):
            send(in_acme.admin, key)


def test_a_key_of_another_brand_s_row_is_refused_in_words(in_acme: Cast, forms: list[Send]) -> None:
    with brand_scope([in_acme.other.pk]):
        theirs = make_wave(in_acme.other, in_acme.elsewhere, in_acme.stranger)
    with pytest.raises(FormUsed, match="somebody else"):
        forms[2](in_acme.manager, theirs.pk)


def test_a_copy_of_a_deprecated_version_is_refused_with_the_way_out(
    in_acme: Cast, campaign: LocationCampaign, second: TemplateVersion
) -> None:
    deprecate_version(
        version=campaign.template_version, actor=in_acme.manager, reason="Old prices", replacement=second
    )
    with pytest.raises(ActionRefused, match=r"Old prices.*version 2"):
        duplicate_campaign(campaign=campaign, actor=in_acme.manager)


def test_pages_carry_the_key_and_renew_one_that_is_used(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = Client()
    client.force_login(in_acme.manager, backend="django.contrib.auth.backends.ModelBackend")
    new, copy = "/b/acme/campaigns/new/?template=winter", f"/b/acme/campaigns/{campaign.pk}/duplicate/"
    comments = f"/b/acme/comments/of/campaign/{campaign.pk}/"
    pages = {
        new: {
            "name": "A",
            "store": "118 Leeds Arcade",
            "value-discount_percentage": "20",
            "start_kind": "approval",
        },
        copy: {"name": "B", "store": "118 Leeds Arcade"},
        comments: {"place": "hello.text", "body": "Which day?"},
        "/b/acme/rollouts/new/": {"template": campaign.template_version_id, "name": "C"},
        "/b/acme/templates/new/": {"name": "D", "campaign_type": "event"},
    }
    for url, given in pages.items():
        key = _key(client.get(url))
        first, again = (client.post(url, given | {"key": key}) for _n in range(2))
        assert first.status_code == 302 and again["Location"] == first["Location"], url
        word = "body" if "body" in given else "name"
        other = client.post(url, given | {"key": key, word: "Other words"})
        assert other.status_code == 409 and "already, with other words" in other.content.decode(), url
        assert client.post(url, given | {"key": _key(other), word: "Other words"}).status_code == 302
        for wrong in ("none", uuid4(), "ffffffff-ffff-7fff-bfff-ffffffffffff"):
            page = client.post(url, given | {"key": wrong})
            assert page.status_code == 422 and "its key is not readable" in page.content.decode()
            assert UUID(_key(page)).version == 7


def _key(page: Any) -> str:
    """The key in a page's form."""
    _before, _name, after = page.content.decode().partition('name="key" value="')
    return after.partition('"')[0]


def _rows() -> int:
    return sum(
        model.objects.count() for model in (LocationCampaign, Rollout, CampaignTemplate, Thread, Comment)
    )


def _all_at_once(cast: Cast, send: Send, key: UUID) -> list[UUID]:
    """The ids of what the callers got, all let go at one barrier."""
    barrier, made = threading.Barrier(CALLERS), []

    def call() -> None:
        try:
            with brand_scope([cast.acme.pk]):
                barrier.wait()
                made.append(send(cast.manager, key).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _n in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made
