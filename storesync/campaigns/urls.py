"""Addresses of templates, roll-outs and campaigns, all under `/b/<brand>/`."""

from django.urls import path

from storesync.campaigns.views import (
    campaign,
    campaign_bulk,
    campaign_comments,
    campaign_content,
    campaign_create,
    campaign_edit,
    campaign_moves,
    campaign_typed,
    campaign_upgrade,
    editor_checks,
    preview_search,
    rollout,
    rollout_upgrade,
    template,
    template_editor,
    template_settings,
    template_version,
    test_mail,
)

app_name = "campaigns"
urlpatterns = [
    path("templates/", template.TemplateListView.as_view(), name="templates"),
    path("templates/new/", template.TemplateCreateView.as_view(), name="template_new"),
    path("templates/<slug:slug>/", template.TemplateDetailView.as_view(), name="template"),
    path("templates/<slug:slug>/frame/", template.TemplateFrameView.as_view(), name="template_frame"),
    path("templates/<slug:slug>/edit/", template_editor.TemplateEditorView.as_view(), name="template_edit"),
    path(
        "templates/<slug:slug>/preview/",
        template_editor.TemplatePreviewView.as_view(),
        name="template_preview",
    ),
    path(
        "templates/<slug:slug>/variables/",
        template_editor.TemplateVariablesView.as_view(),
        name="template_variables",
    ),
    path(
        "templates/<slug:slug>/publish/",
        template_version.TemplatePublishView.as_view(),
        name="template_publish",
    ),
    path("templates/<slug:slug>/checks/", editor_checks.TemplateChecksView.as_view(), name="template_checks"),
    path(
        "templates/<slug:slug>/settings/",
        template_settings.TemplateSettingsView.as_view(),
        name="template_settings",
    ),
    path(
        "templates/<slug:slug>/duplicate/",
        template_settings.TemplateDuplicateView.as_view(),
        name="template_duplicate",
    ),
    path(
        "templates/<slug:slug>/deprecate/",
        template_version.TemplateDeprecateView.as_view(),
        name="template_deprecate",
    ),
    path(
        "templates/<slug:slug>/versions/<int:number>/deprecate/",
        template_version.VersionDeprecateView.as_view(),
        name="template_version_deprecate",
    ),
    path(
        "templates/<slug:slug>/versions/<int:number>/offer/",
        template_version.VersionOfferView.as_view(),
        name="template_version_offer",
    ),
    path(
        "templates/<slug:slug>/versions/<int:number>/restore/",
        template_version.VersionRestoreView.as_view(),
        name="template_version_restore",
    ),
    path(
        "templates/<slug:slug>/draft/restore/",
        template_version.DraftRestoreView.as_view(),
        name="template_draft_restore",
    ),
    path("templates/<slug:slug>/archive/", template.TemplateArchiveView.as_view(), name="template_archive"),
    path("rollouts/", rollout.RolloutListView.as_view(), name="rollouts"),
    path("rollouts/new/", rollout.RolloutStartView.as_view(), name="rollout_new"),
    path("rollouts/<uuid:pk>/", rollout.RolloutDetailView.as_view(), name="rollout"),
    path("rollouts/<uuid:pk>/locations/", rollout.RolloutLocationsView.as_view(), name="rollout_locations"),
    path("rollouts/<uuid:pk>/plan/", rollout.RolloutPlanView.as_view(), name="rollout_plan"),
    path("rollouts/<uuid:pk>/check/", rollout.RolloutCheckView.as_view(), name="rollout_check"),
    path("rollouts/<uuid:pk>/frame/", rollout.RolloutFrameView.as_view(), name="rollout_frame"),
    path("rollouts/<uuid:pk>/progress/", rollout.RolloutProgressView.as_view(), name="rollout_progress"),
    path("rollouts/<uuid:pk>/upgrade/", rollout_upgrade.RolloutUpgradeView.as_view(), name="rollout_upgrade"),
    path("rollouts/<uuid:pk>/discard/", rollout.RolloutDiscardView.as_view(), name="rollout_discard"),
    path("preview/stores/", preview_search.PreviewStoresView.as_view(), name="preview_stores"),
    path("campaigns/", campaign.CampaignListView.as_view(), name="campaigns"),
    path("campaigns/new/", campaign_create.CampaignCreateView.as_view(), name="campaign_new"),
    path("campaigns/bulk/", campaign_bulk.CampaignBulkView.as_view(), name="campaign_bulk"),
    path("campaigns/<uuid:pk>/", campaign.CampaignDetailView.as_view(), name="campaign"),
    path(
        "campaigns/<uuid:pk>/content/",
        campaign_content.CampaignContentView.as_view(),
        name="campaign_content",
    ),
    path(
        "campaigns/<uuid:pk>/recipients/",
        campaign.CampaignRecipientsView.as_view(),
        name="campaign_recipients",
    ),
    path(
        "campaigns/<uuid:pk>/comments/",
        campaign_comments.CampaignCommentsView.as_view(),
        name="campaign_comments",
    ),
    path("campaigns/<uuid:pk>/history/", campaign.CampaignHistoryView.as_view(), name="campaign_history"),
    path("campaigns/<uuid:pk>/edit/", campaign_edit.CampaignEditView.as_view(), name="campaign_edit"),
    path(
        "campaigns/<uuid:pk>/preview/", campaign_typed.CampaignPreviewView.as_view(), name="campaign_preview"
    ),
    path(
        "campaigns/<uuid:pk>/preview/recipients/",
        preview_search.PreviewRecipientsView.as_view(),
        name="campaign_preview_recipients",
    ),
    path(
        "campaigns/<uuid:pk>/upgrade/",
        campaign_upgrade.CampaignUpgradeView.as_view(),
        name="campaign_upgrade",
    ),
    path(
        "campaigns/<uuid:pk>/upgrade/preview/",
        campaign_upgrade.CampaignUpgradePreviewView.as_view(),
        name="campaign_upgrade_preview",
    ),
    path("campaigns/<uuid:pk>/stay/", campaign_upgrade.CampaignStayView.as_view(), name="campaign_stay"),
    path("campaigns/<uuid:pk>/draft/", campaign_typed.CampaignDraftView.as_view(), name="campaign_draft"),
    path("campaigns/<uuid:pk>/frame/", campaign_content.CampaignFrameView.as_view(), name="campaign_frame"),
    path("campaigns/<uuid:pk>/progress/", campaign.CampaignProgressView.as_view(), name="campaign_progress"),
    path("campaigns/<uuid:pk>/test/", test_mail.CampaignTestView.as_view(), name="campaign_test"),
    path("templates/<slug:slug>/test/", test_mail.TemplateTestView.as_view(), name="template_test"),
    path("tests/<uuid:pk>/", test_mail.MailTestStatus.as_view(), name="mail_test"),
    path(
        "campaigns/<uuid:pk>/duplicate/",
        campaign_create.CampaignDuplicateView.as_view(),
        name="campaign_duplicate",
    ),
    path("campaigns/<uuid:pk>/cancel/", campaign_moves.CampaignCancelView.as_view(), name="campaign_cancel"),
    path("campaigns/<uuid:pk>/<slug:verb>/", campaign_moves.CampaignMoveView.as_view(), name="campaign_move"),
]
