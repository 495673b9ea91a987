"""Addresses of approvals, all under `/b/<brand>/`."""

from django.urls import path

from storesync.approvals.models import EvidenceWork
from storesync.approvals.reports.views import Reports
from storesync.approvals.views.evidence import (
    Evidence,
    EvidencePack,
    EvidenceTaskFile,
    EvidenceTaskPage,
    RestoreSteps,
    VerifyBrand,
)
from storesync.approvals.views.group import GroupCreate, GroupEdit, GroupList, GroupRemove
from storesync.approvals.views.hand_over import HandOver
from storesync.approvals.views.history import CampaignHistory, SubmissionHistory
from storesync.approvals.views.policy import (
    PolicyCreate,
    PolicyDetail,
    PolicyEdit,
    PolicyList,
    PolicyRemove,
)
from storesync.approvals.views.queue import BulkPage, ByWave, DecideMany, GoOn, Queue
from storesync.approvals.views.review import Mail, Review
from storesync.approvals.views.submission import RecallSubmission, SubmissionPage, Submit
from storesync.approvals.views.take_back import Recall, Revoke
from storesync.approvals.views.working_hours import WorkingHours

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
    path("approvals/by-roll-out/", ByWave.as_view(), name="queue_by_wave"),
    path("approvals/bulk/<uuid:pk>/", BulkPage.as_view(), name="bulk"),
    path("approvals/bulk/<uuid:pk>/go-on/", GoOn.as_view(), name="bulk_go_on"),
    path("approvals/decide/", DecideMany.as_view(), name="decide"),
    path("approvals/submit/", Submit.as_view(), name="submit"),
    path("approvals/items/<uuid:pk>/", Review.as_view(), name="review"),
    path("approvals/items/<uuid:pk>/mail/", Mail.as_view(), name="mail"),
    path("approvals/items/<uuid:pk>/revoke/", Revoke.as_view(), name="revoke"),
    path("approvals/items/<uuid:pk>/recall/", Recall.as_view(), name="recall"),
    path("approvals/submissions/<uuid:pk>/", SubmissionPage.as_view(), name="submission"),
    path("approvals/submissions/<uuid:pk>/history/", SubmissionHistory.as_view(), name="submission_history"),
    path("campaigns/<uuid:pk>/history/", CampaignHistory.as_view(), name="campaign_history"),
    path("approvals/submissions/<uuid:pk>/recall/", RecallSubmission.as_view(), name="recall_submission"),
    path("approvals/campaigns/<uuid:pk>/evidence/", Evidence.as_view(), name="evidence"),
    path("approvals/campaigns/<uuid:pk>/evidence.json", EvidencePack.as_view(), name="evidence_json"),
    path(
        "approvals/campaigns/<uuid:pk>/evidence.pdf",
        EvidencePack.as_view(work=EvidenceWork.PACK_PDF),
        name="evidence_pdf",
    ),
    path("approvals/evidence/", VerifyBrand.as_view(), name="verify_brand"),
    path("approvals/evidence/<uuid:pk>/", EvidenceTaskPage.as_view(), name="evidence_task"),
    path("approvals/evidence/<uuid:pk>/file/", EvidenceTaskFile.as_view(), name="evidence_task_file"),
    path("approvals/campaigns/<uuid:pk>/evidence/restore/", RestoreSteps.as_view(), name="evidence_restore"),
    path("approvals/reports/", Reports.as_view(), name="reports"),
    path("approvals/hand-over/", HandOver.as_view(), name="hand_over"),
    path("approvals/policies/", PolicyList.as_view(), name="policies"),
    path("approvals/policies/new/", PolicyCreate.as_view(), name="policy_new"),
    path("approvals/policies/<uuid:pk>/", PolicyDetail.as_view(), name="policy"),
    path("approvals/policies/<uuid:pk>/edit/", PolicyEdit.as_view(), name="policy_edit"),
    path("approvals/policies/<uuid:pk>/remove/", PolicyRemove.as_view(), name="policy_remove"),
    path("approvals/working-hours/", WorkingHours.as_view(), name="working_hours"),
    path("approvals/groups/", GroupList.as_view(), name="groups"),
    path("approvals/groups/new/", GroupCreate.as_view(), name="group_new"),
    path("approvals/groups/<uuid:pk>/", GroupEdit.as_view(), name="group_edit"),
    path("approvals/groups/<uuid:pk>/remove/", GroupRemove.as_view(), name="group_remove"),
]
