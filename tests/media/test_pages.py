"""Pages of the library, by role."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from storesync.core.scoping import brand_scope
from storesync.media.actions import archive_image
from storesync.media.models import MediaImage
from tests.conftest import Cast
from tests.media.making import drawing, encoded, library_image, photo

BACKEND = "django.contrib.auth.backends.ModelBackend"


def url(name: str, *more: Any, **query: str) -> str:
    return reverse(f"media:{name}", args=["acme", *more]) + (f"?{urlencode(query)}" if query else "")


def of(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who), backend=BACKEND)
    return client


def uploaded(colour: str = "#123456", name: str = "coat.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encoded(drawing(colour)), "text/html")


@pytest.fixture
def images(in_acme: Cast) -> list[MediaImage]:
    alts = ["A red coat", "Boots in the snow", "Cup and saucer"]
    return [
        library_image(in_acme.acme, in_acme.manager, alt=alt, colour=f"#{n}00000")
        for n, alt in enumerate(alts)
    ]


def alts(response: Any) -> list[str]:
    return [image.alt for image, _uses in response.context["cards"]]


@pytest.mark.parametrize(
    ("who", "status", "adds"),
    [
        ("manager", 200, True),
        ("leeds_manager", 200, True),
        ("approver", 200, False),
        ("viewer", 200, False),
        ("clerk", 403, False),
        ("stranger", 404, False),
    ],
)
def test_who_sees_the_library(
    cast: Cast, images: list[MediaImage], who: str, status: int, adds: bool
) -> None:
    client = of(cast, who)
    response = client.get(url("library"))
    assert response.status_code == status
    if status == 200:
        assert len(alts(response)) == 3
        assert (url("upload") in response.content.decode()) == adds
        assert client.get(url("image", images[0].pk)).status_code == 200
    assert (client.get(url("upload")).status_code == 200) == adds


def test_the_sidebar_leads_there(as_manager: Client) -> None:
    page = as_manager.get(url("library")).content.decode()
    assert f'href="{url("library")}"' in page


def test_search_filter_order(cast: Cast, as_manager: Client, images: list[MediaImage]) -> None:
    archive_image(image=images[2], actor=cast.manager)
    library_image(cast.acme, cast.manager, alt="Candle", colour="#ffffff")

    def found(**query: str) -> list[str]:
        return alts(as_manager.get(url("library", **query)))

    assert found() == ["Candle", "Boots in the snow", "A red coat"]
    assert found(q="boo sno") == ["Boots in the snow"]
    assert found(q="coat.png red") == ["A red coat"]
    assert found(q="':* & |") == found()
    assert found(archived="yes") == ["Cup and saucer"]
    assert len(found(archived="all")) == 4
    assert found(kind="gif") == []
    assert found(sort="alt") == ["A red coat", "Boots in the snow", "Candle"]
    assert found(use="used") == []
    assert len(found(use="unused")) == 3


def test_other_brands_pictures_are_not_there(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.other.pk]):
        theirs = library_image(cast.other, cast.stranger)
    assert alts(as_manager.get(url("library"))) == []
    for name in ("image", "image_edit"):
        assert as_manager.get(url(name, theirs.pk)).status_code == 404
    assert as_manager.post(url("image_archive", theirs.pk)).status_code == 404


def test_files_are_checked_first_and_described_then(cast: Cast) -> None:
    client = of(cast, "leeds_manager")
    files = [uploaded("#111111", "one.png"), SimpleUploadedFile("evil.png", b"<svg/>"), uploaded("#222222")]
    page = client.post(url("upload"), {"pictures": files})
    rows = page.context["rows"]
    assert page.status_code == 200
    assert [bool(row.refusal) for row in rows] == [False, True, False]
    assert "SVG" in page.content.decode()
    with brand_scope([cast.acme.pk]):
        assert not MediaImage.objects.exists()
    sent = {f"{n}-token": rows[n].picture.token for n in (0, 2)}
    missing = client.post(url("describe"), sent | {"0-alt": "One", "2-alt": ""})
    assert missing.status_code == 422
    assert 'value="One"' in missing.content.decode()
    with brand_scope([cast.acme.pk]):
        assert not MediaImage.objects.exists()
    done = client.post(url("describe"), sent | {"0-alt": "One", "2-alt": "Two"})
    assert done.status_code == 302
    with brand_scope([cast.acme.pk]):
        assert set(MediaImage.objects.values_list("alt", flat=True)) == {"One", "Two"}


def test_with_script_each_file_is_answered_by_its_row(as_manager: Client) -> None:
    fragment = {"fragment": "1", "number": "7"}
    row = as_manager.post(url("upload"), fragment | {"pictures": [uploaded()]})
    assert row.status_code == 200
    assert 'name="7-alt"' in row.content.decode()
    assert "<html" not in row.content.decode()
    refused = as_manager.post(url("upload"), fragment | {"pictures": [SimpleUploadedFile("a.png", b"")]})
    assert "empty" in refused.content.decode()
    assert "Choose a picture" in as_manager.post(url("upload"), fragment).content.decode()


def test_nothing_chosen_and_too_much_chosen(as_manager: Client) -> None:
    assert as_manager.post(url("upload"), {}).status_code == 422
    many = as_manager.post(url("upload"), {"pictures": [uploaded(f"#0000{n:02x}") for n in range(11)]})
    assert many.status_code == 422
    assert "At most 10" in many.content.decode()
    nothing = as_manager.post(url("upload"), {"pictures": [SimpleUploadedFile("a.png", b"no")]})
    assert nothing.status_code == 422
    assert as_manager.get(url("describe")).status_code == 302
    assert as_manager.post(url("describe"), {}).status_code == 302


def test_a_picture_that_is_there_already_is_said_to_be(cast: Cast, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        known = library_image(cast.acme, cast.manager, alt="A known coat", colour="#123456")
    page = as_manager.post(url("upload"), {"pictures": [uploaded("#123456")]})
    assert page.context["rows"][0].known == known
    assert "A known coat" in page.content.decode()


def test_a_forged_token_adds_nothing(cast: Cast, as_manager: Client) -> None:
    response = as_manager.post(url("describe"), {"0-token": "forged", "0-alt": "Mine"})
    assert response.status_code == 422
    assert "too old" in response.content.decode()


def test_words_are_edited_with_a_version(cast: Cast, as_manager: Client, images: list[MediaImage]) -> None:
    image = images[0]
    page = as_manager.get(url("image_edit", image.pk))
    version = page.context["form"]["version"].initial
    sent = {"alt": "A long red coat", "title": "Coat", "tags": "red", "version": version}
    assert as_manager.post(url("image_edit", image.pk), sent).status_code == 302
    stale = as_manager.post(url("image_edit", image.pk), sent | {"alt": "Other"})
    assert stale.status_code == 409
    assert "Other" in stale.content.decode()
    assert as_manager.post(url("image_edit", image.pk), {"alt": ""}).status_code == 422
    assert of(cast, "leeds_manager").get(url("image_edit", image.pk)).status_code == 403


def test_archive_and_undo(cast: Cast, as_manager: Client, images: list[MediaImage]) -> None:
    image = images[0]
    assert of(cast, "leeds_manager").post(url("image_archive", image.pk)).status_code == 403
    as_manager.post(url("image_archive", image.pk))
    assert "archived" in as_manager.get(url("image", image.pk)).content.decode().lower()
    as_manager.post(url("image_archive", image.pk), {"undo": "1"})
    with brand_scope([cast.acme.pk]):
        assert MediaImage.objects.get(pk=image.pk).archived_at is None


# -- the chooser --


def test_without_script_the_links_lead_back_with_the_choice(cast: Cast, images: list[MediaImage]) -> None:
    page = of(cast, "leeds_manager").get(url("choose", field="b-src", back="/b/acme/campaigns/?tab=a"))
    image, answer = page.context["choices"][-1]
    query = urlencode({"picked": image.address, "picked_for": "b-src", "picked_alt": image.alt})
    assert answer == f"/b/acme/campaigns/?tab=a&{query}"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil"]
)
def test_nobody_is_led_elsewhere(as_manager: Client, images: list[MediaImage], back: str) -> None:
    page = as_manager.get(url("choose", field="b-src", back=back))
    assert page.context["asked"].back == ""
    assert f'href="{back}' not in page.content.decode()
    assert all(answer == image.get_absolute_url() for image, answer in page.context["choices"])
    sent = {"new-file": uploaded("#fedcba"), "new-alt": "A coat", "field": "f", "back": back}
    assert as_manager.post(url("choose_upload"), sent)["Location"].startswith("/b/acme/media/")


def test_the_dialog_is_the_same_address(cast: Cast, as_manager: Client, images: list[MediaImage]) -> None:
    archive_image(image=images[0], actor=cast.manager)
    dialog = as_manager.get(url("choose"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in dialog
    assert images[1].address in dialog
    assert images[0].address not in dialog
    results = as_manager.get(
        url("choose", q="cup"), headers={"HX-Request": "true", "HX-Target": "choices"}
    ).content.decode()
    assert results.lstrip().startswith('<div id="choices"')
    assert images[2].address in results
    assert images[1].address not in results


def test_an_upload_in_the_chooser_is_chosen_at_once(cast: Cast) -> None:
    client = of(cast, "leeds_manager")
    sent = {"new-alt": "A coat", "field": "b-src", "back": "/b/acme/campaigns/"}
    done = client.post(url("choose_upload"), sent | {"new-file": uploaded()})
    with brand_scope([cast.acme.pk]):
        image = MediaImage.objects.get()
    assert done["Location"].startswith(f"/b/acme/campaigns/?picked={image.address.replace(':', '%3A')}")
    again = client.post(
        url("choose_upload"), sent | {"new-file": uploaded()}, headers={"HX-Request": "true"}
    ).content.decode()
    assert f'data-chosen="{image.address}"' in again
    assert "already" in again
    wrong = client.post(
        url("choose_upload"),
        sent | {"new-file": SimpleUploadedFile("a.png", b"no"), "new-alt": "Kept words"},
        headers={"HX-Request": "true"},
    )
    assert wrong.status_code == 422
    assert "Kept words" in wrong.content.decode()
    assert of(cast, "viewer").post(url("choose_upload"), sent | {"new-file": uploaded()}).status_code == 403


def test_a_large_photo_through_the_page(cast: Cast, as_manager: Client) -> None:
    file = io.BytesIO(encoded(photo(2400, 1600), "JPEG"))
    file.name = "IMG_2041.jpg"
    page = as_manager.post(url("upload"), {"pictures": [file]})
    picture = page.context["rows"][0].picture
    assert (picture.width, picture.height, picture.format) == (1200, 800, "jpg")
