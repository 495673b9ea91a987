"""Reads of the media library."""

from collections.abc import Iterable

from django.db.models import QuerySet

from storesync.brands.models import Brand
from storesync.content.media import MEDIA
from storesync.media.models import MediaImage


def unknown_images(brand: Brand, names: Iterable[str]) -> set[str]:
    """Those of these pictures that the brand's library does not have, or has archived.

    Args:
        names: as `content.media.media_names` gives them, or as blocks write them (`media:<name>`).

    Returns:
        The names as they were given; pictures of other brands are among them.
    """
    wanted = {name: name.removeprefix(MEDIA) for name in names}
    if not wanted:
        return set()
    known = set(
        MediaImage.objects.in_use()
        .filter(brand=brand, name__in=set(wanted.values()))
        .values_list("name", flat=True)
    )
    return {given for given, name in wanted.items() if name not in known}


def images_named(brand: Brand, names: Iterable[str]) -> dict[str, MediaImage]:
    """The brand's pictures by name, archived ones too; names may be written as `media:<name>`."""
    wanted = {name.removeprefix(MEDIA) for name in names}
    found: QuerySet[MediaImage] = MediaImage.objects.filter(brand=brand, name__in=wanted)
    return {image.name: image for image in found}
