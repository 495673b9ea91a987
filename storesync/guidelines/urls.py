"""Addresses of guidelines, under `/b/<brand>/guidelines/`."""

from django.urls import path

from storesync.guidelines.views import draft, overview, tryout, versions

app_name = "guidelines"
urlpatterns = [
    path("", overview.OverviewView.as_view(), name="overview"),
    path("text/", overview.TextView.as_view(), name="text"),
    path("draft/", draft.DraftView.as_view(), name="draft"),
    path("draft/new/<slug:kind>/", draft.RuleCreateView.as_view(), name="rule_new"),
    path("draft/publish/", versions.PublishView.as_view(), name="publish"),
    path("draft/<slug:rule>/", draft.RuleView.as_view(), name="rule"),
    path("try-out/", tryout.TryOutListView.as_view(), name="try_outs"),
    path("try-out/<uuid:pk>/", tryout.TryOutView.as_view(), name="try_out"),
    path("try-out/<uuid:pk>/campaigns.csv", tryout.TryOutExportView.as_view(), name="try_out_export"),
    path("versions/", versions.VersionsView.as_view(), name="versions"),
    path("versions/<int:number>/on/", versions.SwitchOnView.as_view(), name="switch_on"),
    path("versions/<int:number>/draft/", versions.TakeBackView.as_view(), name="take_back"),
    path("off/", versions.SwitchOffView.as_view(), name="switch_off"),
    path("history/", versions.HistoryView.as_view(), name="history"),
]
