"""Who shows a picture of the library: templates and campaigns, by an index, told to who may see them."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.urls import reverse

from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.template import create_template
from storesync.campaigns.media_use import SOURCES
from storesync.campaigns.sending import vouched
from storesync.core.scoping import all_brands
from storesync.media.models import MediaImage
from storesync.media.usage import count_uses, is_used, used_by
from tests import waves
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.media.making import library_image

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def images(in_acme: Cast) -> list[MediaImage]:
    """One in an image block, one in a product, one in a draft alone, one nowhere."""
    alts = ["In a block", "In a product", "In a draft", "Nowhere"]
    return [
        library_image(in_acme.acme, in_acme.manager, alt=alt, colour=f"#0000{n}0")
        for n, alt in enumerate(alts)
    ]


def draft(block: MediaImage, product: MediaImage | None = None) -> dict[str, Any]:
    shown: list[dict[str, Any]] = [{"id": "pic", "type": "image", "src": block.address, "alt": "A coat"}]
    if product is not None:
        products = [{"name": "Boots"}, {"name": "Coat", "image": product.address}]
        shown.append({"id": "list", "type": "product_list", "products": products})
    return DRAFT | {"blocks": [*DRAFT["blocks"], *shown]}


@pytest.fixture
def wave(in_acme: Cast, images: list[MediaImage], monkeypatch: pytest.MonkeyPatch) -> list[MediaImage]:
    """A launched wave to leeds and york whose template shows two pictures; another template in writing."""
    monkeypatch.setattr(waves, "DRAFT", draft(images[0], images[1]))
    waves.launched_wave(in_acme)
    create_template(
        brand=in_acme.acme,
        name="Next",
        campaign_type="event",
        actor=in_acme.manager,
        draft=draft(images[2]),
    )
    return images


def labels(image: MediaImage, user: Any) -> dict[str, list[str]]:
    return {one.label: [use.label for use in one.uses] for one in used_by(image, user)}


def test_templates_and_campaigns_that_show_a_picture(in_acme: Cast, wave: list[MediaImage]) -> None:
    shown = {
        "Templates being written": ["Winter wave"],
        "Published templates": ["Winter wave, version 1"],
        "Campaigns": ["Winter wave, York Retail Park", "Winter wave, Leeds Arcade"],
    }
    for image in wave[:2]:
        found = labels(image, in_acme.manager)
        assert {label: sorted(names) for label, names in found.items()} == {
            label: sorted(names) for label, names in shown.items()
        }
    assert labels(wave[2], in_acme.manager) == {"Templates being written": ["Next"]}
    assert labels(wave[3], in_acme.manager) == {}
    assert count_uses(wave) == dict(zip((one.pk for one in wave), (4, 4, 1, 0), strict=True))
    assert set(MediaImage.objects.filter(is_used())) == set(wave[:3])
    assert set(MediaImage.objects.exclude(is_used())) == {wave[3]}


def test_names_of_what_a_person_may_not_see_are_not_told(in_acme: Cast, wave: list[MediaImage]) -> None:
    leeds = used_by(wave[0], in_acme.leeds_manager)
    campaigns = leeds[-1]
    assert [use.label for use in campaigns.uses] == ["Winter wave, Leeds Arcade"]
    assert (campaigns.count, campaigns.more) == (2, 1)
    # A Viewer reads campaigns, not templates: these are counted and not named.
    assert labels(wave[0], in_acme.viewer)["Published templates"] == []


def test_the_page_says_who_shows_it(in_acme: Cast, wave: list[MediaImage]) -> None:
    client = Client()
    client.force_login(in_acme.leeds_manager, backend=BACKEND)
    page = client.get(reverse("media:image", args=["acme", wave[0].pk])).content.decode()
    assert "Winter wave, Leeds Arcade" in page
    assert "York Retail Park" not in page
    assert "and 1 more" in page
    cards = client.get(reverse("media:library", args=["acme"]), {"use": "unused"}).context["cards"]
    assert [image.alt for image, _uses in cards] == ["Nowhere"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key)
def test_the_question_is_answered_by_an_index(in_acme: Cast, source: Any) -> None:
    # So small a table is read whole, or by its brand, unless it may not be.
    with connection.cursor() as cursor, all_brands("the plan without the index on the brand"):
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        plan = source.showing(Value("0" * 32 + ".png")).order_by().explain()
    assert "pictures" in plan, plan


def test_a_changed_host_changes_no_revision_and_breaks_no_picture(
    in_acme: Cast, images: list[MediaImage], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """docs/adr/0006: what is approved keeps its bytes, what is saved afterwards names the new host."""
    settings.BASE_URL = "https://old.example"
    monkeypatch.setattr(waves, "DRAFT", draft(images[0]))
    [leeds, _york] = waves.approved_wave(in_acme)
    before = leeds.current_revision
    old = f"https://old.example/media/{images[0].name}"
    assert old in before.html
    settings.BASE_URL = "https://new.example"
    settings.ALLOWED_HOSTS = ["new.example"]
    assert vouched(leeds, leeds.current_revision)
    leeds.refresh_from_db()
    assert (leeds.current_revision.html, leeds.current_revision.content_hash) == (
        before.html,
        before.content_hash,
    )
    edit_campaign(
        campaign=leeds,
        actor=in_acme.manager,
        version=leeds.version,
        edits={"hello": {"text": "Hello again."}},
    )
    leeds.refresh_from_db()
    assert f"https://new.example/media/{images[0].name}" in leeds.current_revision.html
    assert leeds.approved_revision == before, "the candidate has to be approved"
    for host in ("old.example", "new.example"):
        answer = Client(headers={"host": host}).get(f"/media/{images[0].name}")
        assert answer.status_code == 200 and answer["Content-Type"].startswith("image/")
