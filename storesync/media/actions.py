"""Writes of the media library. Pictures are added, described, archived; none is ever removed or replaced."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Final

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from storesync.brands.models import Brand
from storesync.brands.permissions import can, holds
from storesync.brands.rights import MANAGE_MEDIA, UPLOAD_MEDIA
from storesync.content.media import SMALL, sized_name
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.scoping import require_scope
from storesync.core.versions import check, require_version, set_changed
from storesync.media import files
from storesync.media.models import MediaImage
from storesync.media.pictures import PictureRefused, read_picture

if TYPE_CHECKING:
    from storesync.accounts.models import User

WORDS: Final = ("alt", "title", "tags")
"""What people say about a picture, and may change."""
_SALT: Final = "storesync.media.checked"
_HOURS_TO_DESCRIBE: Final = 24
_FILE_NAME = re.compile(r"\S+\.(png|jpe?g|gif|webp|heic|bmp|tiff?)", re.I)
_UNSEEN: Final = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """A picture that was checked and whose files are written; in no library yet.

    Attributes:
        file_name: what the person called it.
        token: carries it through a form, signed for this brand and person, for a day.
    """

    name: str
    sha256: str
    file_name: str
    format: str
    moving: bool
    width: int
    height: int
    size: int
    renditions: list[dict[str, Any]]
    token: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """The picture in the library; `is_new` is False where the brand had it already."""

    image: MediaImage
    is_new: bool


def check_picture(*, brand: Brand, file: IO[bytes], file_name: str, actor: "User") -> CheckedPicture:
    """Check an uploaded file and write its copies; `add_image`, with words, puts it into the library.

    Raises:
        PermissionDenied: the actor may not add pictures to the brand's library.
        ActionRefused: the file is no picture for mails, in words for people.
    """
    require_scope(brand.pk)
    if not holds(actor, UPLOAD_MEDIA, brand):
        raise PermissionDenied
    try:
        picture = read_picture(file)
    except PictureRefused as refusal:
        raise ActionRefused(refusal.message) from None
    copies = {picture.name: picture.full, sized_name(picture.name, SMALL): picture.small}
    for name, copy in copies.items():
        files.keep(name, copy.data)
    checked = CheckedPicture(
        name=picture.name,
        sha256=picture.sha256,
        file_name=_one_line(file_name)[:200],
        format=picture.ending,
        moving=picture.moving,
        width=picture.full.width,
        height=picture.full.height,
        size=len(picture.full.data),
        renditions=[
            {"name": name, "width": copy.width, "height": copy.height, "size": len(copy.data)}
            for name, copy in copies.items()
        ],
    )
    carried = asdict(checked) | {"brand": str(brand.pk), "actor": actor.pk}
    carried["token"] = signing.dumps(carried, salt=_SALT, compress=True)
    return CheckedPicture(**{name: carried[name] for name in CheckedPicture.__slots__})


def checked_before(*, token: str, brand: Brand, actor: "User") -> CheckedPicture:
    """The picture that a form carries.

    Raises:
        ActionRefused: the token is not ours, another brand's or person's, or older than a day.
    """
    try:
        carried = signing.loads(token, salt=_SALT, max_age=_HOURS_TO_DESCRIBE * 3600)
    except signing.BadSignature:
        carried = {}
    if carried.get("brand") != str(brand.pk) or carried.get("actor") != actor.pk:
        raise ActionRefused(_("This upload is too old. Please choose the picture again."))
    return CheckedPicture(**({name: carried[name] for name in CheckedPicture.__slots__} | {"token": token}))


def add_image(
    *,
    brand: Brand,
    actor: "User",
    alt: str,
    file: IO[bytes] | None = None,
    file_name: str = "",
    checked: CheckedPicture | None = None,
    title: str = "",
    tags: str = "",
) -> Added:
    """Put a picture into the brand's library. The same content twice is the same row, and its words stay.

    Args:
        alt: what it shows; required, and never a mere file name.
        file, file_name: an upload, or
        checked: what `check_picture` made of one.
        title, tags: to find it by.

    Raises:
        PermissionDenied: the actor may not add pictures to the brand's library.
        ActionRefused: the file is no picture for mails, or the words do not do.
    """
    if checked is None:
        if file is None:
            raise TypeError("add_image() needs a file or a checked picture")
        checked = check_picture(brand=brand, file=file, file_name=file_name, actor=actor)
    require_scope(brand.pk)
    with audited("media.added", actor=actor):
        if not holds(actor, UPLOAD_MEDIA, brand):
            raise PermissionDenied
        # The brand is the lock: the same picture twice at once becomes one.
        Brand.objects.select_for_update(of=("self",)).get(pk=brand.pk)
        known = MediaImage.objects.filter(brand=brand, name=checked.name).first()
        if known is not None:
            return Added(known, is_new=False)
        image = MediaImage(
            brand=brand,
            name=checked.name,
            sha256=checked.sha256,
            file_name=checked.file_name,
            alt=_alt(alt),
            title=_one_line(title),
            tags=_tags(tags),
            format=checked.format,
            moving=checked.moving,
            width=checked.width,
            height=checked.height,
            size=checked.size,
            renditions=checked.renditions,
            uploaded_by=actor,
        )
        check(image)
        image.save()
    return Added(image, is_new=True)


def describe_image(
    *, image: MediaImage, actor: "User", words: Mapping[str, str], version: datetime | None = None
) -> MediaImage:
    """Change what is said about a picture. What stands in mails and templates already keeps its own words.

    Args:
        words: new values of WORDS.
        version: the `updated_at` that the page was made from; None when the caller does not mind.

    Raises:
        PermissionDenied: the actor neither manages the library nor added the picture.
        ActionRefused: the words do not do.
        StaleVersion: somebody else was quicker.
    """
    with audited("media.described", actor=actor):
        image = _locked(image)
        if not may_describe(actor, image):
            raise PermissionDenied
        require_version(image, version)
        tidy = {"alt": _alt, "title": _one_line, "tags": _tags}
        changed = set_changed(
            image, {name: tidy[name](value) for name, value in words.items()}, allowed=WORDS
        )
        if changed:
            image.save(update_fields=changed)
    return image


def archive_image(*, image: MediaImage, actor: "User", undo: bool = False) -> MediaImage:
    """Take a picture out of the choice, or bring it back. Mails that show it go on showing it.

    Harmless when it is so already.

    Raises:
        PermissionDenied: the actor does not manage the brand's library.
    """
    with audited("media.restored" if undo else "media.archived", actor=actor):
        image = _locked(image)
        if not can(actor, MANAGE_MEDIA, image.brand):
            raise PermissionDenied
        if (image.archived_at is None) != undo:
            image.archived_at = None if undo else Now()
            image.save(update_fields=["archived_at"])
            image.refresh_from_db(fields=["archived_at"])
    return image


def may_describe(user: "User", image: MediaImage) -> bool:
    """Whether a person may change a picture's words: who manages the library, and who added it."""
    own = image.uploaded_by_id is not None and image.uploaded_by_id == user.pk
    return can(user, MANAGE_MEDIA, image.brand) or (own and holds(user, UPLOAD_MEDIA, image.brand))


def _locked(image: MediaImage) -> MediaImage:
    found: MediaImage = (
        MediaImage.objects.select_for_update(of=("self",)).select_related("brand").get(pk=image.pk)
    )
    return found


def _alt(written: str) -> str:
    alt = _one_line(written)
    if not alt:
        raise ActionRefused(_("Say in a few words what the picture shows."))
    if _FILE_NAME.fullmatch(alt):
        raise ActionRefused(_("This is the name of a file. Say in a few words what the picture shows."))
    return alt


def _tags(written: str) -> str:
    """Tags in one spelling: each once, separated by a comma and a space."""
    tags = [_one_line(tag) for tag in written.split(",")]
    return ", ".join(dict.fromkeys(tag for tag in tags if tag))


def _one_line(written: str) -> str:
    """Words without line breaks and characters that nobody sees, NFC."""
    shown = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in written)
    return " ".join(unicodedata.normalize("NFC", shown).split())
