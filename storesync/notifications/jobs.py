"""Long tasks that ended: who started one is told, unless they will have seen it end."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.core.jobs import JobEnded
from storesync.core.models import Job, JobState
from storesync.notifications.actions import notify
from storesync.notifications.kinds import Channel, Group, Kind, Words, one_by_one, to_everybody
from storesync.notifications.models import Notice

ENDED: Final = "job.ended"
LONG: Final = timedelta(minutes=1)
"""Who started what ends sooner is still looking at its page; what failed is always told."""


def on_job_ended(event: JobEnded) -> None:
    """Tell who started a long task that it is over."""
    job = Job.objects.select_related("brand").get(pk=event.job_id)
    if job.started_by_id is None or job.ended_at is None:
        return
    if job.state != JobState.FAILED and job.ended_at - job.created_at < LONG:
        return
    notify(
        kind=ENDED,
        people=[job.started_by_id],
        brand_id=job.brand_id,
        matter=f"job:{job.pk}",
        url=job.get_absolute_url(),
        facts={"title": job.title, "state": job.state, "message": job.message},
    )


def _words(notice: Notice) -> Words:
    titles = {
        JobState.DONE.value: _("Done: %(title)s"),
        JobState.FAILED.value: _("Failed: %(title)s"),
        JobState.STOPPED.value: _("Stopped: %(title)s"),
    }
    title = titles.get(notice.facts.get("state", ""), titles[JobState.DONE.value])
    return Words(
        title=title % {"title": notice.facts.get("title", "")},
        body=notice.facts.get("message", ""),
        action=_("See the task"),
    )


KIND: Final = Kind(
    key=ENDED,
    label=gettext_lazy("Long tasks"),
    description=gettext_lazy("A task that you started has ended after more than a minute, or has failed."),
    group=Group.OTHER,
    icon="jobs",
    renderer=one_by_one(_words),
    visible_to=to_everybody,
    default=frozenset({Channel.PAGE}),
)
