"""Pictures of mails are answered before sessions, languages and people are looked at."""

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from storesync.content.media import MEDIA_PATH
from storesync.media.views.public import PATTERN, picture

_PATH: Final = re.compile(re.escape(MEDIA_PATH) + PATTERN)


class PictureMiddleware:
    """Answer `/media/<name>` at once.

    What a mail program asks for is the same for everybody and may be kept by every cache on the way, so
    nothing here may say "it depends": no cookie, no language, no database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = _PATH.fullmatch(request.path_info)
        return picture(request, found[1]) if found else self.get_response(request)
