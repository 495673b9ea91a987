"""What the page of a submission shows."""

from storesync.approvals.models import Submission


def family_of(submission: Submission) -> list[Submission]:
    """The submission as it was handed in and all parts that it was split into, oldest first."""
    return list(Submission.objects.filter(root_id=submission.root_id).order_by("created_at", "pk"))
