"""Pictures of the library on our own pages."""

from django import template

from storesync.content.media import MEDIA_PATH, SMALL, is_media, media_name, sized_name

register = template.Library()


@register.filter
def picture_url(src: object) -> str:
    """Where a page finds the small copy of `media:<name>`; "" for every other value."""
    text = str(src or "")
    return MEDIA_PATH + sized_name(media_name(text), SMALL) if is_media(text) else ""
