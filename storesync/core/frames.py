"""E-mails inside pages.

A message brings its own inline styles, and a frame made with `srcdoc` inherits the page's policy, which
forbids them (HTML standard, "policy container"). So a message is served at an address of its own, with a
policy that allows styles and pictures and nothing else, and is shown by `components/email_frame.html`.
"""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' {own} data: {images}; font-src data:; "
    "frame-ancestors 'self'; form-action 'none'; base-uri 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def _own_origin() -> str:
    """The origin that pictures of our own are written with in mails, whatever name the page was opened by."""
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


class MailFrameResponse(HttpResponse):
    """A message's HTML, fit to be framed by our own pages only: no script, no form, its own origin.

    Args:
        html: the message as it will be sent.
        pictures: whether pictures from other hosts are loaded (they tell the sender that someone looked).
    """

    def __init__(self, html: str, *, pictures: bool = False) -> None:
        super().__init__(html, content_type="text/html; charset=utf-8")
        self.headers["Content-Security-Policy"] = MAIL_POLICY.format(
            own=_own_origin(), images="https:" if pictures else ""
        ).replace(" ;", ";")
        self.headers["X-Frame-Options"] = "SAMEORIGIN"
        self.headers["Cache-Control"] = "private, no-store"
        self.headers["Referrer-Policy"] = "no-referrer"
