"""Hosts of links and images, and what images are like."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from storesync.content.checks import Finding
from storesync.content.facts import MAP_ADDRESS
from storesync.content.media import FRESH_PICTURE, media_root

if TYPE_CHECKING:
    from storesync.guidelines.checking.message import Message
    from storesync.guidelines.rules import AllowedImageHosts, AllowedLinkHosts, AlternativeText, ImageCount

_FILE_NAME: Final = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|heic)|(?:img|dsc|dscn|pxl|image)[_ -]?\d+", re.I
)


@lru_cache(maxsize=4096)
def host_of(address: str) -> str:
    """The host of an address in lower case; "" when it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_allowed(host: str, allowed: Collection[str]) -> bool:
    """Whether a host is one of the allowed, or below one."""
    return any(host == one or host.endswith(f".{one}") for one in allowed)


def check_link_hosts(rule: AllowedLinkHosts, message: Message) -> Iterator[Finding]:
    """A finding for each place that links to another host. The map of the store is the product's own link."""
    own = (MAP_ADDRESS, settings.BASE_URL)
    refused = {
        host
        for address in message.links
        if not address.startswith(own) and not is_allowed(host := host_of(address), rule.hosts)
    }
    if not refused:
        return
    mend = _("Link to one of: %(hosts)s.") % {"hosts": ", ".join(rule.hosts)}
    placed = set()
    for block_id, field, address in message.links_of_blocks():
        host = host_of(address.split("{")[0])
        if host in refused:
            placed.add(host)
            yield _link(rule, message, host, mend, block_id, field)
    for name, value in message.values.items():
        if (host := host_of(value)) in refused - placed:
            placed.add(host)
            yield _link(rule, message, host, mend, "", name)
    for host in sorted(refused - placed):
        yield _link(rule, message, host, mend, "", "")


def _link(
    rule: AllowedLinkHosts, message: Message, host: str, mend: str, block_id: str, field: str
) -> Finding:
    words = {"host": host, "place": message.place(block_id, field)}
    said = (
        _("%(place)s: links to %(host)s are not allowed.") % words
        if field
        else _("Links to %(host)s are not allowed.") % words
    )
    return Finding(rule.level, "link-host", said, mend, block_id, field, rule.why, rule.id)


def check_image_hosts(rule: AllowedImageHosts, message: Message) -> Iterator[Finding]:
    """A finding for each image from another host. The brand's own library is always allowed."""
    for block_id, field, address in message.foreign_images():
        host = host_of(address)
        # One that is still to be chosen is told as that.
        if address == FRESH_PICTURE or address.startswith(media_root()) or is_allowed(host, rule.hosts):
            continue
        words = {"host": host, "place": message.place(block_id, field)}
        said = _("%(place)s: images from %(host)s are not allowed.") % words
        mend = _("Put the image into the media library and choose it there.")
        yield Finding(rule.level, "image-host", said, mend, block_id, field, rule.why, rule.id)


def check_image_count(rule: ImageCount, message: Message) -> Iterator[Finding]:
    """More images than allowed; the place is the first that is one too many."""
    images = list(message.images_of_blocks())
    if len(images) > rule.maximum:
        block_id, field, _address = images[rule.maximum]
        words = {"count": len(images), "limit": rule.maximum}
        said = _("The mail has %(count)d images; at most %(limit)d are allowed.") % words
        yield Finding(
            rule.level, "image-count", said, _("Take images out."), block_id, field, rule.why, rule.id
        )


def check_alternative_text(rule: AlternativeText, message: Message) -> Iterator[Finding]:
    """Alternative text that is a file name or too long; a missing one is an error without any guideline."""
    for block in message.blocks:
        if block["type"] != "image" or not (alt := block.get("alt", "").strip()):
            continue
        if _FILE_NAME.fullmatch(alt):
            said = _("%(place)s: “%(text)s” is the name of a file.") % {
                "place": message.place(block["id"], "alt"),
                "text": alt,
            }
            mend = _("Say in a few words what it shows, for people who do not see it.")
            yield Finding(rule.level, "alt-file", said, mend, block["id"], "alt", rule.why, rule.id)
        elif len(alt) > rule.maximum:
            said = _("%(place)s: %(length)d characters; at most %(limit)d are allowed.") % {
                "place": message.place(block["id"], "alt"),
                "length": len(alt),
                "limit": rule.maximum,
            }
            yield Finding(
                rule.level, "alt-long", said, _("Shorten it."), block["id"], "alt", rule.why, rule.id
            )
