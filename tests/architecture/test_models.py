"""What every model of ours has to have: a scope, a trigger, history."""

from typing import Final

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, models
from pghistory.models import Event

from storesync.core.scoping import BrandManager, BrandOwned

OURS: Final = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("storesync.") and not issubclass(model, Event)
]
OWNED: Final = [model for model in OURS if issubclass(model, BrandOwned)]


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_a_brand_owned_model_is_fenced(model: type[models.Model]) -> None:
    assert isinstance(model._meta.default_manager, BrandManager)
    assert [manager.name for manager in model._meta.managers] == ["objects"], "no second manager beside it"
    names = {trigger.name for trigger in model._meta.triggers}
    assert "brand_is_fixed" in names, "write class Meta(BrandOwned.Meta)"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_has_a_brand_is_brand_owned(model: type[models.Model]) -> None:
    if any(field.name == "brand" for field in model._meta.concrete_fields):
        assert model in OWNED or model._meta.label in UNSCOPED


def test_every_trigger_is_in_the_database_as_it_is_written(db: None) -> None:
    """The first migrations leave them to the making of the table: pgtrigger finds them in its options."""
    registered = pgtrigger.registered()
    status = {t.get_pgid(model): t.get_installation_status(model) for model, t in registered}
    assert len(status) > 200
    assert {pgid: found for pgid, found in status.items() if found != ("INSTALLED", True)} == {}


UNSCOPED: Final[dict[str, str]] = {}
"""Models with a brand that are not brand-owned, each with its reason."""

UNTRACKED: Final = {
    "core.Job": "progress, not business; what a task writes is tracked where it writes it",
    "core.SavedView": "how a person looks at a list, no business; removed ones can be brought back",
    "core.DefaultView": "which of them opens first",
    "core.ListFile": "a file of what is there anyway; gone after a week",
    "core.PeriodicClaim": "plumbing of the clock",
    "core.Heartbeat": "plumbing of the worker",
    "meaning.EmbeddedDocument": "made of what has a history of its own, and made anew whenever that changes",
    "notifications.Notice": "a message about what has a history of its own; deleted after 90 days",
    "notifications.Announcement": "work of the worker, gone when it is done",
    "ai.AiMeter": "the row on which workers queue; how long to wait, no business",
    "ai.AiRun": "a call is its own record, which ends once; what was asked is erased after the retention",
    "ai.AiSpend": "the sum of what the calls say themselves",
    "ai.ModelServer": "what was learnt of a server, for a day",
    "mailing.Letter": "company mail on its way; a ledger row that only moves on",
    "mailing.RateLimit": "the limiter's counter",
    "mailing.Installation": "which copy of the database this is (Rule S12)",
    "campaigns.CampaignEdit": "typed and not saved; saving makes a revision, which is its own history",
    "guidelines.TryOut": "a computation, shown and thrown away",
    "guidelines.TryOutHit": "a computation, shown and thrown away",
    "campaigns.Presence": "who has a page open just now; gone in minutes",
    "campaigns.RolloutLocation": "the choice of a roll-out, counted in the roll-out's own history",
    "campaigns.WaveUpgrade": "progress; the campaigns it moves keep their own history",
    "approvals.BulkDecision": "what was chosen and how far it is; the steps of its items are the history",
    "approvals.BulkDecisionRow": "the same, row by row",
    "approvals.EvidenceTask": "a computation, shown and thrown away",
    "approvals.ActionLink": "its binding never changes; what it decided is a step (Rule A2)",
    "approvals.ApprovalDigest": "the claim that makes a digest one; the ledger is its history",
    "approvals.UrgentTelling": "the claim that makes an urgent mail one; the ledger is its history",
    "approvals.ReviewProcess": "viewflow's bookkeeping; the steps are the history",
    "brands.BrandUserPermission": "follows the Membership, which is tracked",
    "brands.RegionUserPermission": "follows the Membership, which is tracked",
    "brands.LocationUserPermission": "follows the Membership, which is tracked",
}
"""Models without history, each with its reason; append-only ones are their own history."""


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_business_model_keeps_its_history(model: type[models.Model]) -> None:
    tracked = any(issubclass(relation.related_model, Event) for relation in model._meta.related_objects)
    kinds = {type(trigger).__name__ for trigger in getattr(model._meta, "triggers", [])}
    unchanging = "Protect" in kinds or model._meta.label in UNTRACKED
    if not tracked:
        assert unchanging, (
            f"{model._meta.label}: use @tracked(), protect it from change, or give a reason here"
        )


_ENGINE: Final = "written by the engine's own statements, which take brand and parent from one batch"
_LIST: Final = "written by one INSERT … SELECT of the brand's own contacts; a million rows a list"
_PINNED: Final = "asked again before each claim: the revision must be the campaign's own (Rule A3)"

_CHOSEN: Final = "written by one INSERT … SELECT of the brand's own items; deciding reads them in its scope"
_TWIN: Final = "the database takes only a step's twin, which is bound"
_COMPUTED: Final = "a computation over the brand's own rows, shown and thrown away"

UNBOUND: Final = {
    "guidelines.TryOut.job": _COMPUTED,
    "guidelines.TryOut.version": _COMPUTED,
    "guidelines.TryOut.base": _COMPUTED,
    "guidelines.TryOutHit.try_out": _COMPUTED,
    "guidelines.TryOutHit.revision": _COMPUTED,
    "audience.AudienceEntry.list": _LIST,
    "audience.AudienceEntry.location": _LIST,
    "audience.AudienceEntry.contact": _LIST,
    "mailing.BatchMessage.batch": _ENGINE,
    "mailing.Delivery.batch": _ENGINE,
    "mailing.Delivery.message": _ENGINE,
    "mailing.Delivery.contact": _ENGINE,
    "mailing.DeliveryEvent.delivery": _ENGINE,
    "campaigns.Rollout.job": "progress, not business; a job may be cleared away",
    "campaigns.Rollout.check_job": "progress, not business; a job may be cleared away",
    "campaigns.WaveUpgrade.job": "progress, not business; a job may be cleared away",
    "campaigns.LocationCampaign.current_revision": _PINNED,
    "campaigns.LocationCampaign.approved_revision": _PINNED,
    "core.ListFile.job": "progress, not business; a job may be cleared away",
    "core.DefaultView.view": "which tab opens; written and read in the scope of the view's own brand",
    "approvals.EvidenceTask.job": _COMPUTED,
    "approvals.BulkDecision.job": "progress, not business; a job may be cleared away",
    "approvals.BulkDecisionRow.bulk": _CHOSEN,
    "approvals.BulkDecisionRow.item": _CHOSEN,
    "approvals.ApprovalStepArchive.submission": _TWIN,
    "approvals.ApprovalStepArchive.item": _TWIN,
    "approvals.ApprovalStepArchive.revision": _TWIN,
    "approvals.SealedHead.seal": "written with its seal by one statement; verify_evidence looks at both",
    "approvals.ApprovalStep.item": "never changes, and its submission and revision are bound to the brand",
}
"""Foreign keys between brand-owned rows without a composite constraint, each with its reason."""

_COMPOSITE: Final = """
SELECT c.conrelid::regclass::text, a.attname
FROM pg_constraint c
JOIN LATERAL unnest(c.conkey) AS k(attnum) ON true
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
WHERE c.contype = 'f' AND cardinality(c.conkey) >= 2
  AND EXISTS (SELECT 1 FROM pg_attribute b WHERE b.attrelid = c.conrelid AND b.attnum = ANY (c.conkey)
              AND b.attname = 'brand_id')
"""


@pytest.mark.django_db
def test_what_belongs_together_belongs_to_one_brand() -> None:
    """The database itself refuses a row that refers to another brand's (architecture.md, the tenant)."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPOSITE)
        held = set(cursor.fetchall())
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in OWNED
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model in OWNED
        and (model._meta.db_table, field.column) not in held
        and f"{model._meta.label}.{field.name}" not in UNBOUND
    ]
    assert missing == []
