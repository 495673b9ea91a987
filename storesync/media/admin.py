"""Pictures in the back office: to look at; their words and archive have their pages."""

from django.contrib import admin

from storesync.brands.admin import InBrand
from storesync.core.backoffice import BackofficeAdmin
from storesync.media.models import MediaImage


@admin.register(MediaImage)
class MediaImageAdmin(BackofficeAdmin):
    """Pictures of the libraries."""

    list_display = ("alt", "name", "width", "height", "size", "brand", "archived_at")
    list_filter = (InBrand, "format")
    list_select_related = ("brand",)
    search_fields = ("alt", "title", "name", "file_name")
