"""What the pages of notices need besides."""

from collections.abc import Mapping
from uuid import UUID

from django import template

from storesync.notifications.models import Notice

register = template.Library()


@register.filter
def of_brand(names: Mapping[UUID, str], notice: Notice) -> str:
    """The name of a notice's brand; "" where none are named."""
    return names.get(notice.brand_id, "")
