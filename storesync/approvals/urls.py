"""Addresses of approvals, all under `/b/<brand>/`."""

from django.urls import path

from storesync.approvals.views.queue import DecideMany, Queue
from storesync.approvals.views.review import Mail, Review
from storesync.approvals.views.submission import RecallSubmission, SubmissionPage, Submit
from storesync.approvals.views.take_back import Recall, Revoke

app_name = "approvals"
urlpatterns = [
    path("approvals/", Queue.as_view(), name="queue"),
    path("approvals/submitted/", Queue.as_view(view="submitted"), name="submitted"),
    path("approvals/waiting/", Queue.as_view(view="waiting"), name="waiting"),
    path(
        "approvals/decided/",
        Queue.as_view(view="decided", default_order=("-state_changed_at",)),
        name="decided",
    ),
    path("approvals/decide/", DecideMany.as_view(), name="decide"),
    path("approvals/submit/", Submit.as_view(), name="submit"),
    path("approvals/items/<uuid:pk>/", Review.as_view(), name="review"),
    path("approvals/items/<uuid:pk>/mail/", Mail.as_view(), name="mail"),
    path("approvals/items/<uuid:pk>/revoke/", Revoke.as_view(), name="revoke"),
    path("approvals/items/<uuid:pk>/recall/", Recall.as_view(), name="recall"),
    path("approvals/submissions/<uuid:pk>/", SubmissionPage.as_view(), name="submission"),
    path("approvals/submissions/<uuid:pk>/recall/", RecallSubmission.as_view(), name="recall_submission"),
]
