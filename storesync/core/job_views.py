"""Pages of long tasks: the list, one task that refreshes itself until it is over, and the stop button."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.core.jobs import stop_job
from storesync.core.models import Job
from storesync.core.permissions import MANAGE_BRAND, SIGNED_IN, can
from storesync.core.tables import NumberColumn, PrimaryColumn, StatusColumn, Table, TextColumn, WhenColumn
from storesync.core.views import ActionView, DetailView, ListView

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
