"""Campaigns: templates, roll-outs, one campaign per location, and their life."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "storesync.campaigns"

    def ready(self) -> None:
        from storesync.brands.events import BrandChanged, LocationsChanged
        from storesync.campaigns.actions import documents  # noqa: F401 - registers a periodic job
        from storesync.campaigns.actions.clock import (
            on_batch_ended,
            on_batch_paused,
            on_brand_changed,
            on_locations_changed,
            sweep_campaigns,
            sweep_rollouts,
        )
        from storesync.campaigns.actions.notices import OFFERS, sweep_notices, tell_of_offers
        from storesync.campaigns.actions.review import on_decided, on_revoked, on_submitted
        from storesync.campaigns.actions.zones import ZONES, follow_announced
        from storesync.campaigns.media_use import SOURCES
        from storesync.campaigns.navigation import ITEMS
        from storesync.campaigns.notices import KINDS
        from storesync.campaigns.owner import describe_campaigns
        from storesync.campaigns.sending import KIND, gate
        from storesync.campaigns.verbs import VERBS
        from storesync.content.events import ApprovalRevoked, RevisionsDecided, RevisionsSubmitted
        from storesync.content.owners import register_owner
        from storesync.core import navigation
        from storesync.core.changes import register_verbs
        from storesync.core.events import subscribe
        from storesync.core.sweeper import register_sweep
        from storesync.mailing.events import BatchEnded, BatchPaused
        from storesync.mailing.gates import register_gate
        from storesync.media.usage import register_usage
        from storesync.notifications.announcing import register_teller
        from storesync.notifications.kinds import register_kind

        register_verbs(VERBS)
        register_kind(*KINDS)
        register_teller(OFFERS, tell_of_offers)
        register_teller(ZONES, follow_announced)
        navigation.register(*ITEMS)
        register_owner(KIND, describe_campaigns)
        register_gate(KIND, gate)
        for source in SOURCES:
            register_usage(source)
        subscribe(RevisionsSubmitted, on_submitted)
        subscribe(RevisionsDecided, on_decided)
        subscribe(ApprovalRevoked, on_revoked)
        subscribe(BatchEnded, on_batch_ended)
        subscribe(BatchPaused, on_batch_paused)
        subscribe(BrandChanged, on_brand_changed)
        subscribe(LocationsChanged, on_locations_changed)
        register_sweep("campaigns", sweep_campaigns)
        register_sweep("rollouts", sweep_rollouts)
        register_sweep("campaign notices", sweep_notices)
