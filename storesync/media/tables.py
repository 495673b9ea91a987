"""The order of the library; it is shown as cards (`media/_results.html`)."""

from django.utils.translation import gettext_lazy as _

from storesync.core.tables import NumberColumn, PrimaryColumn, Table, WhenColumn


class MediaTable(Table):
    """By what pictures can be sorted."""

    alt = PrimaryColumn(verbose_name=_("Alternative text"))
    size = NumberColumn(verbose_name=_("Size"))
    created_at = WhenColumn(verbose_name=_("Added"))

    class Meta(Table.Meta):
        sequence = ("alt", "size", "created_at")
