"""Addresses of comments, all under `/b/<brand>/comments/`."""

from django.urls import path

from storesync.comments import views

app_name = "comments"
urlpatterns = [
    path("of/<slug:kind>/<uuid:owner>/", views.OwnerComments.as_view(), name="owner"),
    path("threads/<uuid:pk>/", views.ThreadPage.as_view(), name="thread"),
    path("threads/<uuid:pk>/resolve/", views.ThreadVerb.as_view(verb="resolve"), name="thread_resolve"),
    path("threads/<uuid:pk>/reopen/", views.ThreadVerb.as_view(verb="reopen"), name="thread_reopen"),
    path("<uuid:pk>/edit/", views.CommentEdit.as_view(), name="comment_edit"),
    path("<uuid:pk>/strike/", views.CommentStrike.as_view(), name="comment_strike"),
]
