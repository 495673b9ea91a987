"""Excel files of lists that are too long to be made while their reader waits, by a Job.

Asked for by the button of the list (list_tools.html), written by the worker as the person who asked would see
the list, kept in the default storage for KEPT, and given to that person alone.
"""

import logging
from datetime import timedelta
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from storesync.core import formats
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.exports import EXCEL, write_excel
from storesync.core.jobs import advance, begin, fail, finish, start_job
from storesync.core.models import Job, JobState, ListFile
from storesync.core.permissions import changed_since
from storesync.core.queue import task
from storesync.core.scoping import all_brands, brand_scope
from storesync.core.views import ListView, list_from

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import Brand

logger = logging.getLogger(__name__)

KIND: Final = "list.file"
FOLDER: Final = "list-files/"
KEPT: Final = timedelta(days=7)
"""How long a file can be fetched."""
MOST: Final = 3
"""Files that one person may have under way at once, whichever brands they are of."""
LONGEST_QUERY: Final = 2_000
"""Characters of the filters and the order of a list, as they stand in its address."""
_LOST: Final = timedelta(seconds=30)
"""A Job that nobody has begun by then has lost its message."""
_STALE: Final = timedelta(minutes=5)
"""A Job that tells nothing for so long has lost its worker."""


def ask_for_file(*, brand: "Brand", actor: "User", page: ListView, address: str, query: str) -> ListFile:
    """Begin the Excel file of a list; asked for again while it is being made, it is the same one.

    The caller wakes `make_file`.

    Args:
        page: the list, as the actor has it. address, query: where it is, with its filters and order.

    Raises:
        ActionRefused: MOST are under way, or the filters are too long or hold a NUL, which no text here may.
    """
    query = QueryDict(query).urlencode()
    if len(query) > LONGEST_QUERY or "%00" in query:
        raise ActionRefused(_("These filters cannot be kept with a file; choose fewer values."))
    with audited("list_file.asked", actor=actor):
        get_user_model()._default_manager.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
        with all_brands("how many files may be under way is a person's limit, whichever brands they are of"):
            under_way = list(
                ListFile.objects.filter(
                    person_id=actor.pk,
                    job__state__in=[JobState.QUEUED, JobState.RUNNING],
                    job__stop_requested=False,
                ).select_related("job__brand")
            )
        for file in under_way:
            # One that was asked for with other rights will not be given.
            if (file.address, file.query) == (address, query) and not changed_since(
                actor, brand, file.created_at
            ):
                return file
        if len(under_way) >= MOST:
            raise ActionRefused(
                _("%(count)d files are being made for you already. Wait for one of them, or stop it.")
                % {"count": MOST}
            )
        job = start_job(
            brand_id=brand.pk,
            kind=KIND,
            title=_("Excel file: %(list)s") % {"list": page.export_name},
            actor=actor,
            unit=_("rows"),
            # Without the filters where they are longer than an address that is kept.
            back_url=whole if len(whole := f"{address}?{query}") <= 300 else address,
        )
        job.brand = brand
        return ListFile.objects.create(
            brand_id=brand.pk,
            job=job,
            person_id=actor.pk,
            address=address,
            query=query,
            name=page.export_name,
        )


@task()
def make_file(brand_id: UUID, file_id: UUID) -> None:
    """Write a file that was asked for; an error ends its Job, where its person sees it."""
    file = ListFile.objects.select_related("brand", "person", "job__brand").get(pk=file_id)
    if not begin(file.job_id):
        return
    with translation.override(file.person.language), timezone.override(file.person.time_zone):
        try:
            _write(file)
        except (OperationalError, InterfaceError):
            raise
        except (PermissionDenied, Http404):
            fail(file.job_id, message=_("You may no longer see this list."))
        except Exception:
            logger.exception("the file %s failed", file_id)
            fail(file.job_id, message=_("The task met an error. Ask for the file again."))


def why_not(file: ListFile) -> str:
    """Why the file is not given to its person, in words; "" where it is.

    What is in it was theirs to see when they asked for it: no right of theirs has changed since (Rule A10).
    """
    gone = _("This file is no longer there. Ask for it again.")
    try:
        _page_of(file)
    except (PermissionDenied, Http404):
        return gone
    if not file.stored or not default_storage.exists(file.stored):
        return gone
    if changed_since(file.person, file.brand, file.created_at):
        return _("Your rights have changed since. Ask for the file again.")
    return ""


def sweep_files() -> None:
    """Wake what lost its message, end what lost its worker (Rule S1), clear away what is too old."""
    now = timezone.now()
    with all_brands("files of lists of every brand are looked after together"):
        jobs = Job.objects.filter(kind=KIND)
        lost = jobs.filter(state=JobState.QUEUED, updated_at__lt=now - _LOST)
        waiting = list(lost.order_by().values_list("brand_id", "list_file"))
        stale = jobs.filter(state=JobState.RUNNING, updated_at__lt=now - _STALE)
        left = list(stale.order_by().values_list("pk", "started_by__language"))
        old = list(ListFile.objects.filter(created_at__lt=now - KEPT).exclude(stored="")[:100])
        for job_id, language in left:
            with translation.override(language):
                fail(job_id, message=_("The task was cut off. Ask for the file again."))
        for file in old:
            default_storage.delete(file.stored)
            file.stored = ""
            file.save(update_fields=["stored"])
    for brand_id, file_id in waiting:
        with brand_scope([brand_id]):
            make_file.wake(brand_id, file_id)


def _write(file: ListFile) -> None:
    page = _page_of(file)
    found = page.matching(page.request.GET)
    total = found.order_by().count()

    def told(done: int) -> bool:
        return advance(file.job_id, done=done, total=max(total, done))

    told(0)
    with TemporaryFile() as target:
        if not write_excel(target, file.name, page.file_rows(found), told):
            finish(file.job_id, result={})
            return
        size = target.tell()
        target.seek(0)
        file.stored = default_storage.save(f"{FOLDER}{file.pk}.{EXCEL}", File(target))
    with audited("list_file.made", actor=None):
        file.save(update_fields=["stored"])
        # Rows that came or went meanwhile are no failure.
        Job.objects.filter(pk=file.job_id).update(done=total, total=total)
        words = _("%(size)s KB, kept until %(day)s.")
        until = formats.day(timezone.localdate() + KEPT)
        finish(
            file.job_id,
            result={},
            message=words % {"size": formats.number(-(-size // 1024)), "day": until},
        )


def _page_of(file: ListFile) -> ListView:
    """The list as the person who asked would see it now.

    Raises:
        PermissionDenied, Http404: they may not, or it is no more.
    """
    brands: Any = type(file.brand)._default_manager
    # With the rights of this moment, as the middleware has it; none where they are no longer of the brand.
    brand = brands.of(file.person).with_rights(file.person).filter(pk=file.brand_id).first()
    if brand is None or not file.person.is_active:
        raise PermissionDenied
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", file.address, file.address
    request.GET = QueryDict(file.query)
    request.user, request.brand = file.person, brand  # type: ignore[attr-defined]
    try:
        request.resolver_match = resolve(file.address)
    except Resolver404 as error:
        raise Http404 from error
    page = list_from(file.address, request)
    page.check_permission()
    return page
