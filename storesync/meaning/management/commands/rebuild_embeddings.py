"""`manage.py rebuild_embeddings [--brand SLUG]`: make every vector anew, with the model in use now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from storesync.brands.models import Brand
from storesync.core.scoping import brand_scope
from storesync.meaning.actions import rebuild


class Command(BaseCommand):
    """Reads the arguments, calls the action `meaning.actions.rebuild` for each brand."""

    help = "Make the vectors of search by meaning anew; workers do it, search by words goes on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", metavar="SLUG", help="this brand alone")

    def handle(self, *args: Any, **options: Any) -> None:
        brands = Brand.objects.order_by("name")
        if options["brand"]:
            brands = brands.filter(slug=options["brand"])
            if not brands:
                raise CommandError(_("There is no brand “%(slug)s”.") % {"slug": options["brand"]})
        for brand in brands:
            with brand_scope([brand.pk]):
                due = rebuild(brand=brand)
            self.stdout.write(f"{brand.slug}: {due}")
