"""The types of campaigns (product.md "CampaignTemplate"): templates are of one, guidelines for some."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignType(models.TextChoices):
    SEASONAL = "seasonal", _("Seasonal")
    CLEARANCE = "clearance", _("Clearance")
    GRAND_OPENING = "grand_opening", _("Grand opening")
    LOYALTY = "loyalty", _("Loyalty")
    EVENT = "event", _("Event")
    NEW_PRODUCT = "new_product", _("New product")
    NEWSLETTER = "newsletter", _("Newsletter")
