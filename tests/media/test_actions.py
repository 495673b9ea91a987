"""Writes of the library: each the way it goes well, and each refusal."""

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from pghistory.models import Events

from storesync.content.media import MEDIA
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.scoping import ScopeError, brand_scope
from storesync.media import files
from storesync.media.actions import (
    add_image,
    archive_image,
    check_picture,
    checked_before,
    describe_image,
    may_describe,
)
from storesync.media.models import MediaImage
from storesync.media.queries import images_named, unknown_images
from tests.conftest import Cast
from tests.media.making import drawing, encoded, library_image


def upload(colour: str = "#123456") -> Any:
    return io.BytesIO(encoded(drawing(colour)))


def test_a_picture_comes_into_the_library_with_its_files(in_acme: Cast) -> None:
    added = add_image(
        brand=in_acme.acme,
        actor=in_acme.leeds_manager,
        alt="  A red\ncoat ",
        file=upload(),
        file_name="coat.png",
        tags="coat, red,, coat",
    )
    image = MediaImage.objects.get(pk=added.image.pk)
    assert added.is_new
    assert (image.alt, image.tags, image.file_name) == ("A red coat", "coat, red", "coat.png")
    assert (image.width, image.height, image.format, image.uploaded_by) == (
        400,
        300,
        "png",
        in_acme.leeds_manager,
    )
    assert [copy["name"] for copy in image.renditions] == [image.name, f"{image.sha256[:32]}-600.png"]
    for copy in image.renditions:
        data = files.read(copy["name"])
        assert data is not None
        assert len(data) == copy["size"]
    assert Events.objects.tracks(image).get().pgh_context["verb"] == "media.added"


def test_the_same_content_twice_is_one_picture_and_its_words_stay(in_acme: Cast) -> None:
    first = add_image(brand=in_acme.acme, actor=in_acme.manager, alt="A coat", file=upload())
    again = add_image(brand=in_acme.acme, actor=in_acme.leeds_manager, alt="Other words", file=upload())
    assert (again.is_new, again.image) == (False, first.image)
    assert MediaImage.objects.get().alt == "A coat"
    with brand_scope([in_acme.other.pk]):
        theirs = add_image(brand=in_acme.other, actor=in_acme.stranger, alt="A coat", file=upload())
    assert theirs.is_new
    assert theirs.image.name == first.image.name


@pytest.mark.parametrize("who", ["approver", "viewer", "clerk", "stranger"])
def test_only_managers_of_brand_and_locations_add(in_acme: Cast, who: str) -> None:
    person = getattr(in_acme, who)
    with pytest.raises(PermissionDenied):
        add_image(brand=in_acme.acme, actor=person, alt="A coat", file=upload())
    checked = check_picture(brand=in_acme.acme, file=upload(), file_name="a.png", actor=in_acme.manager)
    with pytest.raises(PermissionDenied):
        add_image(brand=in_acme.acme, actor=person, alt="A coat", checked=checked)
    assert not MediaImage.objects.exists()


@pytest.mark.parametrize(
    ("alt", "words"),
    [
        ("", "Say in a few words"),
        (" \n\t ", "Say in a few words"),
        ("IMG_2041.JPEG", "name of a file"),
        ("x" * 301, "300"),
    ],
)
def test_words_that_do_not_do(in_acme: Cast, alt: str, words: str) -> None:
    with pytest.raises(ActionRefused, match=words):
        add_image(brand=in_acme.acme, actor=in_acme.manager, alt=alt, file=upload())
    image = library_image(in_acme.acme, in_acme.manager)
    with pytest.raises(ActionRefused, match=words):
        describe_image(image=image, actor=in_acme.manager, words={"alt": alt})
    assert MediaImage.objects.get().alt == image.alt


def test_what_is_no_picture_is_refused_in_words(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused, match="SVG"):
        add_image(brand=in_acme.acme, actor=in_acme.manager, alt="A", file=io.BytesIO(b"<svg></svg>"))


def test_a_checked_picture_is_for_its_brand_and_person_only(in_acme: Cast) -> None:
    checked = check_picture(brand=in_acme.acme, file=upload(), file_name="a.png", actor=in_acme.manager)
    assert not MediaImage.objects.exists()
    again = checked_before(token=checked.token, brand=in_acme.acme, actor=in_acme.manager)
    assert again == checked
    for brand, person, token in [
        (in_acme.other, in_acme.manager, checked.token),
        (in_acme.acme, in_acme.leeds_manager, checked.token),
        (in_acme.acme, in_acme.manager, checked.token[:-1]),
        (in_acme.acme, in_acme.manager, "a\x00b"),
    ]:
        with pytest.raises(ActionRefused, match="too old"):
            checked_before(token=token, brand=brand, actor=person)


def test_another_brand_is_out_of_reach(in_acme: Cast) -> None:
    with pytest.raises(ScopeError):
        add_image(brand=in_acme.other, actor=in_acme.admin, alt="A coat", file=upload())


def test_words_are_changed_by_managers_and_by_whoever_added_it(in_acme: Cast) -> None:
    image = library_image(in_acme.acme, in_acme.leeds_manager)
    for person, words in [(in_acme.manager, "A red coat"), (in_acme.leeds_manager, "A long red coat")]:
        assert may_describe(person, image)
        describe_image(image=image, actor=person, words={"alt": words, "title": "Coat", "tags": "a,b"})
        assert MediaImage.objects.get().alt == words
    for person in (in_acme.north_manager, in_acme.viewer, in_acme.approver):
        with pytest.raises(PermissionDenied):
            describe_image(image=image, actor=person, words={"alt": "Mine"})


def test_two_who_describe_at_once(in_acme: Cast) -> None:
    image = library_image(in_acme.acme, in_acme.manager)
    seen = image.updated_at
    describe_image(image=image, actor=in_acme.manager, words={"alt": "A red coat"}, version=seen)
    with pytest.raises(StaleVersion):
        describe_image(image=image, actor=in_acme.manager, words={"alt": "A coat"}, version=seen)


def test_archive_and_back(in_acme: Cast) -> None:
    image = library_image(in_acme.acme, in_acme.manager)
    for person in (in_acme.leeds_manager, in_acme.approver):
        with pytest.raises(PermissionDenied):
            archive_image(image=image, actor=person)
    archived = archive_image(image=image, actor=in_acme.manager)
    assert archived.archived_at is not None
    assert archive_image(image=image, actor=in_acme.manager).archived_at == archived.archived_at
    assert archive_image(image=image, actor=in_acme.manager, undo=True).archived_at is None
    assert [event.pgh_context["verb"] for event in Events.objects.tracks(image).order_by("pgh_id")] == [
        "media.added",
        "media.archived",
        "media.restored",
    ]


def test_content_never_changes_and_pictures_stay(in_acme: Cast) -> None:
    image = library_image(in_acme.acme, in_acme.manager)
    for change in ({"width": 5}, {"name": f"{'0' * 32}.png"}, {"renditions": []}):
        with pytest.raises(DatabaseError), transaction.atomic():
            MediaImage.objects.filter(pk=image.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        image.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        MediaImage.objects.filter(pk=image.pk).update(alt="")


def test_a_file_that_a_crash_cut_short_is_written_again(in_acme: Cast) -> None:
    data = b"whole picture"
    files.keep("0" * 32 + ".png", b"whole")
    files.keep("0" * 32 + ".png", data)
    assert files.read("0" * 32 + ".png") == data
    assert files.read("1" * 32 + ".png") is None


def test_a_file_that_another_upload_takes_away_meanwhile_is_no_error(
    in_acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, size = "2" * 32 + ".png", default_storage.size
    files.keep(name, b"half")

    def gone(path: str) -> int:
        default_storage.delete(path)
        return size(path)

    monkeypatch.setattr(default_storage, "size", gone)
    files.keep(name, b"whole picture")
    assert files.read(name) == b"whole picture"


def test_unknown_pictures(in_acme: Cast) -> None:
    kept = library_image(in_acme.acme, in_acme.manager, colour="#010203")
    old = library_image(in_acme.acme, in_acme.manager, colour="#040506")
    archive_image(image=old, actor=in_acme.manager)
    with brand_scope([in_acme.other.pk]):
        theirs = library_image(in_acme.other, in_acme.stranger, colour="#070809")
    missing = MEDIA + "0" * 32 + ".png"
    asked = [kept.name, kept.address, old.address, theirs.name, missing]
    assert unknown_images(in_acme.acme, asked) == {old.address, theirs.name, missing}
    assert unknown_images(in_acme.acme, []) == set()
    assert images_named(in_acme.acme, [kept.address, theirs.name, old.name]) == {
        kept.name: kept,
        old.name: old,
    }
