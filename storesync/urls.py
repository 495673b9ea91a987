"""Every address. Pages of a brand live under `/b/<brand>/`; each app says its own in `urls.py`."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from storesync.accounts.views import Addresses
from storesync.core.health import HealthView

urlpatterns = [
    path("accounts/email/", Addresses.as_view(), name="account_email"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("backoffice/", admin.site.urls),
    path("b/<slug:brand>/", include("storesync.approvals.urls")),
    path("", include("storesync.approvals.link_urls")),
    path("b/<slug:brand>/comments/", include("storesync.comments.urls")),
    path("b/<slug:brand>/", include("storesync.campaigns.urls")),
    path("b/<slug:brand>/ai/", include("storesync.ai.urls")),
    path("b/<slug:brand>/guidelines/", include("storesync.guidelines.urls")),
    path("notifications/", include("storesync.notifications.urls")),
    path("healthz", HealthView.as_view(), name="healthz"),
    path("", include("storesync.core.urls")),
    path("", include("storesync.dashboard.urls")),
    path("", include("storesync.mailing.urls")),
    path("", include("storesync.media.urls")),
    path("", include("storesync.accounts.urls")),
    path("", include("storesync.brands.urls")),
    path("b/<slug:brand>/jobs/", include("storesync.core.job_urls")),
    path("b/<slug:brand>/views/", include("storesync.core.saved_view_urls")),
]

if settings.MAILBOX:
    urlpatterns.append(path("mailbox/", include("storesync.mailbox.urls")))

handler400 = "storesync.core.error_views.bad_request"
handler403 = "storesync.core.error_views.permission_denied"
handler404 = "storesync.core.error_views.page_not_found"
handler500 = "storesync.core.error_views.server_error"
