"""`/media/<name>`: pictures for readers of mails, who are not signed in."""

import pytest
from django.test import Client

from storesync.media.actions import archive_image
from storesync.media.models import MediaImage
from tests.conftest import Cast
from tests.media.making import library_image


@pytest.fixture
def image(in_acme: Cast) -> MediaImage:
    return library_image(in_acme.acme, in_acme.manager)


def test_anybody_gets_a_picture_for_good(image: MediaImage, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = Client().get(image.url)
    assert response.status_code == 200
    assert len(response.content) == image.size
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == str(image.size)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    # Nothing that makes a cache between us and the reader keep a copy for each of them.
    for header in ("Vary", "Set-Cookie", "Content-Language"):
        assert header not in response.headers
    assert Client().get(image.small_url).status_code == 200


def test_asking_again_and_asking_for_the_head(image: MediaImage) -> None:
    first = Client().get(image.url)
    again = Client().get(image.url, headers={"If-None-Match": f'"other", {first["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]
    head = Client().head(image.url)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(image.size))


def test_a_signed_in_person_gets_the_same(image: MediaImage, as_manager: Client) -> None:
    response = as_manager.get(image.url)
    assert (response.status_code, "Vary" in response.headers) == (200, False)


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "patch"])
def test_nothing_but_reading(image: MediaImage, method: str) -> None:
    assert getattr(Client(), method)(image.url).status_code == 405


def test_archived_pictures_stay_for_mails_in_the_wild(image: MediaImage, in_acme: Cast) -> None:
    archive_image(image=image, actor=in_acme.manager)
    assert Client().get(image.url).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"/media/{'e' * 32}.png",
        f"/media/{'e' * 32}-600.png",
        f"/media/{'0' * 32}.svg",
        "/media/../settings.py",
        "/media/%2e%2e/secret_key",
        "/media/library/",
        "/media/",
    ],
)
def test_unknown_names_are_not_there(path: str, db: None) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_a_name_of_another_format_is_another_picture(image: MediaImage) -> None:
    assert Client().get(image.url.replace(".png", ".jpg")).status_code == 404
