"""Verify the evidence of approvals: packs, the chains of a brand or of all (docs/evidence.md)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from storesync.approvals.evidence.checking import NoPack, check_against_database, check_pack, read_pack
from storesync.approvals.evidence.verifying import Verified, verify
from storesync.brands.models import Brand
from storesync.core.scoping import brand_scope


class Command(BaseCommand):
    """Names the first break and ends with 1; with 0 when everything holds. Changes nothing."""

    help = "Verify the chains of approval steps, their archive and seals, and the revisions they are about."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("packs", nargs="*", type=Path, metavar="PACK.json", help="evidence packs")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--brand", metavar="SLUG", help="the evidence of this brand")
        which.add_argument("--all", action="store_true", help="the evidence of every brand")
        parser.add_argument(
            "--no-revisions", action="store_true", help="leave out the contents, the long part"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        packs: list[Path] = options["packs"]
        if not packs and not options["brand"] and not options["all"]:
            raise CommandError("Say what to verify: PACK.json, --brand SLUG or --all.")
        broken = [str(path) for path in packs if not self._verify_pack(path)]
        broken += [
            brand.slug
            for brand in self._brands(options["brand"], options["all"])
            if not self._verify(brand, not options["no_revisions"])
        ]
        if broken:
            raise CommandError(f"The evidence of {', '.join(broken)} does not hold.")

    def _brands(self, slug: str | None, every: bool) -> Iterable[Brand]:
        brands = Brand.objects.order_by("slug")
        if every:
            return brands
        if slug and not brands.filter(slug=slug).exists():
            raise CommandError(f"There is no brand {slug}.")
        return brands.filter(slug=slug)

    def _verify_pack(self, path: Path) -> bool:
        try:
            data = path.read_bytes()
            problems = check_pack(data)
            pack = read_pack(data)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except NoPack:
            problems = ["this is no evidence pack."]
        else:
            if not problems:
                problems = self._against_database(pack)
        for problem in problems:
            self.stderr.write(self.style.ERROR(f"{path}: {problem}"))
        if not problems:
            self.stdout.write(f"{path}: holds ({len(pack['steps'])} steps, digest {pack['digest']})")
        return not problems

    def _against_database(self, pack: dict[str, Any]) -> list[str]:
        brand = Brand.objects.filter(pk=pack["brand"]["id"]).first()
        if brand is None:
            self.stdout.write(
                f"The brand {pack['brand']['slug']} is not in this database: verified by itself."
            )
            return []
        with brand_scope([brand.pk]):
            return check_against_database(pack)

    def _verify(self, brand: Brand, revisions: bool) -> bool:
        with brand_scope([brand.pk]):
            result = verify(brand, progress=self._progress(brand), revisions=revisions)
        self._tell(brand, result)
        return result.holds

    def _progress(self, brand: Brand) -> Any:
        def tell(part: str, done: int) -> None:
            if self.stderr.isatty():
                self.stderr.write(f"\r{brand.slug}: {done} {part}", ending="")

        return tell

    def _tell(self, brand: Brand, result: Verified) -> None:
        for one in result.breaks:
            self.stderr.write(self.style.ERROR(str(one)))
        words = "holds" if result.holds else "DOES NOT HOLD"
        seals = f"{result.seals} seals" if result.seals else "NO SEAL YET"
        self.stdout.write(
            f"{brand.slug}: {words} ({result.steps} steps, {seals}, {result.revisions} revisions)"
        )
