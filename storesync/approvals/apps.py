"""Approvals: what waits for whom, who decided what, and the process that leads from one to the other."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "storesync.approvals"

    def ready(self) -> None:
        from storesync.approvals.digest.sweep import sweep_digests, sweep_urgent
        from storesync.approvals.evidence import archiving, sealing  # noqa: F401 - register periodic jobs
        from storesync.approvals.navigation import ITEM, REPORTS, SETTINGS
        from storesync.approvals.notices import KINDS
        from storesync.approvals.queries import sent_back
        from storesync.approvals.subscribers import on_drafts_due, on_ended, on_locations_changed
        from storesync.approvals.sweeps import clocks_ring, sweep_clocks
        from storesync.approvals.tasks import sweep_bulk, sweep_evidence
        from storesync.approvals.telling import SOURCE, tell_of_steps
        from storesync.approvals.verbs import VERBS
        from storesync.brands.events import LocationsChanged
        from storesync.campaigns.events import CampaignsEnded, DraftsDue
        from storesync.content.reviews import register_reviews
        from storesync.core import navigation
        from storesync.core.changes import register_verbs
        from storesync.core.events import subscribe
        from storesync.core.health import register_part
        from storesync.core.sweeper import register_sweep
        from storesync.notifications.announcing import register_teller
        from storesync.notifications.kinds import register_kind

        navigation.register(ITEM, REPORTS, SETTINGS)
        register_reviews(sent_back)
        register_verbs(VERBS)
        register_kind(*KINDS)
        register_teller(SOURCE, tell_of_steps)
        subscribe(CampaignsEnded, on_ended)
        subscribe(DraftsDue, on_drafts_due)
        subscribe(LocationsChanged, on_locations_changed)
        register_sweep("bulk-decisions", sweep_bulk)
        register_sweep("evidence", sweep_evidence)
        register_sweep("approval-clocks", sweep_clocks)
        register_sweep("approval-digests", sweep_digests)
        register_sweep("approval-urgent", sweep_urgent)
        register_part("clocks", clocks_ring)
