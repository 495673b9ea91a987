"""What stands in a frame where a message cannot be made."""

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from storesync.campaigns.forms.blocks import place_of
from storesync.content.rendering import ContentInvalid
from storesync.core.frames import MailFrameResponse


def errors_frame(invalid: ContentInvalid) -> HttpResponse:
    """What is wrong, in the place of the preview."""
    rows = format_html_join("", "<li>{}</li>", ((place_of(error),) for error in invalid.errors))
    page = format_html('<!doctype html><meta charset="utf-8"><title>{}</title><ul>{}</ul>', _("Errors"), rows)
    return MailFrameResponse(page)
