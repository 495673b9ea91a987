"""Pages of long tasks: the list, one task that refreshes itself until it is over, its file, its stop."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.core.exports import EXCEL, EXCEL_TYPE, file_name
from storesync.core.jobs import stop_job
from storesync.core.list_files import ask_for_file, make_file, why_not
from storesync.core.models import Job
from storesync.core.permissions import MANAGE_BRAND, SIGNED_IN, can
from storesync.core.tables import NumberColumn, PrimaryColumn, StatusColumn, Table, TextColumn, WhenColumn
from storesync.core.views import ActionView, DetailView, GuardedView, ListView, ObjectMixin, list_from

POLLS = ((timedelta(seconds=30), 2), (timedelta(minutes=3), 5), (timedelta.max, 15))
"""How often a page asks again: every so many seconds while the task is younger than that."""


def poll_of(job: Job) -> dict[str, Any]:
    """Where and how often a page with the progress of a task (core/_job_progress.html) asks for it again."""
    age = timezone.now() - (job.started_at or job.created_at)
    return {
        "poll_url": reverse("jobs:job_detail", kwargs={"brand": job.brand.slug, "pk": job.pk}),
        "every": next(seconds for limit, seconds in POLLS if age < limit),
    }


class JobTable(Table):
    """Long tasks of the brand."""

    title = PrimaryColumn(
        verbose_name=gettext_lazy("Task"), linkify=lambda record, table: record.get_absolute_url()
    )
    state = StatusColumn()
    done = NumberColumn(verbose_name=gettext_lazy("Done"))
    total = NumberColumn(verbose_name=gettext_lazy("Of"))
    started_by = TextColumn(p=3, order_by="started_by__name")
    created_at = WhenColumn(p=3, verbose_name=gettext_lazy("Asked for"))
    ended_at = WhenColumn()

    class Meta(Table.Meta):
        model = Job
        fields = ("title", "state", "done", "total", "started_by", "created_at", "ended_at")


class JobMixin:
    """The tasks that the person started; all of the brand for who manages it."""

    request: Any
    permission = SIGNED_IN

    def get_queryset(self) -> QuerySet[Job]:
        jobs: QuerySet[Job] = Job.objects.select_related("started_by", "brand")
        if can(self.request.user, MANAGE_BRAND, self.request.brand):
            return jobs
        return jobs.filter(started_by=self.request.user)


class JobList(JobMixin, ListView):
    """Long tasks, newest first."""

    table_class = JobTable
    template_name = "core/job_list.html"
    fragment_template_name = "components/results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"page_title": _("Long tasks")}


class JobDetail(JobMixin, DetailView[Job]):
    """One task. The fragment asks for itself again, ever more slowly, and stops when the task is over."""

    template_name = "core/job_detail.html"
    fragment_template_name = "core/_job_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.object
        return super().get_context_data(**kwargs) | {
            "page_title": job.title,
            "job": job,
            **poll_of(job),
            "list_url": reverse("jobs:job_list", kwargs={"brand": self.request.brand.slug}),
        }


class JobStop(JobMixin, ActionView[Job]):
    """Ask a task to end at its next safe place."""

    def perform(self) -> HttpResponse:
        stop_job(job=self.object, actor=self.request.user)
        messages.info(self.request, _("The task stops at its next safe place."))
        return self.back(self.object.get_absolute_url())


class MakeListFile(GuardedView):
    """Ask for a list as an Excel file that takes its time; the button stands in the list."""

    permission = SIGNED_IN
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address, query = request.POST.get("address", ""), request.POST.get("query", "")
        # A list that the person may not see, or that gives no files, gives none here either.
        page = list_from(address, self.request)
        if not page.export_name:
            raise Http404
        page.check_permission()
        file = ask_for_file(
            brand=self.request.brand, actor=self.request.user, page=page, address=address, query=query
        )
        make_file.wake(file.brand_id, file.pk)
        return redirect(file.job.get_absolute_url())


class ListFileDownload(ObjectMixin[Job], GuardedView):
    """The file that a task has made, for the person who asked for it alone."""

    permission = SIGNED_IN

    def get_queryset(self) -> QuerySet[Job]:
        found: QuerySet[Job] = Job.objects.filter(started_by=self.request.user, list_file__isnull=False)
        return found.select_related("list_file__brand", "list_file__person")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file = self.get_object().list_file
        if words := why_not(file):
            messages.info(request, words)
            return redirect(self.get_object().get_absolute_url())
        return FileResponse(
            default_storage.open(file.stored),
            as_attachment=True,
            filename=file_name(file.name, EXCEL),
            content_type=EXCEL_TYPE,
            headers={"Cache-Control": "private, no-store"},
        )
