"""Contacts, suppression, consent and the lists of recipients that people hand in."""

from django.apps import AppConfig


class AudienceConfig(AppConfig):
    name = "storesync.audience"
