"""`/media/<name>`: a picture for whoever reads a mail, without signing in."""

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound

from storesync.media import files

PATTERN: Final = r"(?P<name>[0-9a-f]{32}(?:-[0-9]{2,4})?\.(?:png|jpg|gif))"
TYPES: Final = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
_YEAR: Final = 31_536_000


# Public: readers of mails are not signed in. A name holds 128 bits of the picture's hash, so whoever has not
# got the mail cannot find the picture.
@login_not_required
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes of a picture, for good: what a name means never changes, and archiving takes nothing away."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    tag = f'"{name}"'
    data = files.read(name)
    if data is None:
        response: HttpResponse = HttpResponseNotFound(content_type="text/plain")
        response.headers["Cache-Control"] = "no-store"
    else:
        if tag in (part.strip() for part in request.headers.get("If-None-Match", "").split(",")):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]])
            response.headers["Content-Length"] = str(len(data))
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Mail programs on the web load it from pages of their own.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
