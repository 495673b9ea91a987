"""Addresses of the mailbox, under `/mailbox/`."""

from django.urls import path

from storesync.mailbox import views

app_name = "mailbox"

urlpatterns = [
    path("", views.MessageListView.as_view(), name="list"),
    path("<slug:message_id>/", views.MessageView.as_view(), name="message"),
    path("<slug:message_id>/body/", views.MessageBodyView.as_view(), name="body"),
]
