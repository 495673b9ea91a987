"""Two people edited the same campaign: what each of them changed, place by place, in words (fault 14)."""

from collections.abc import Iterable
from dataclasses import dataclass

from storesync.content.differences import Content, Difference, differences


@dataclass(frozen=True, slots=True)
class Clash:
    """One place that somebody changed since both started.

    Attributes:
        before, theirs, mine: what stood there, what stands there now, what I wrote; in words.
        by_me, by_them: who changed it. Where only one did, keeping mine keeps both.
    """

    label: str
    before: str
    theirs: str
    mine: str
    by_me: bool
    by_them: bool

    @property
    def both(self) -> bool:
        """Whether keeping mine replaces what they wrote."""
        return self.by_me and self.by_them


def clashes(base: Content, theirs: Content, mine: Content) -> list[Clash]:
    """What they and I changed since `base`, in the order of the mail; the same edit by both is no clash."""
    by_them, by_me = _by_place(differences(base, theirs)), _by_place(differences(base, mine))
    rows = []
    for place in dict.fromkeys([*by_me, *by_them]):
        their, my = by_them.get(place, []), by_me.get(place, [])
        before = _before(my or their)
        rows.append(
            Clash(
                label=(my or their)[0].place,
                before=before,
                theirs=_after(their) if their else before,
                mine=_after(my) if my else before,
                by_me=bool(my),
                by_them=bool(their),
            )
        )
    return [row for row in rows if not (row.both and row.theirs == row.mine)]


def _by_place(found: Iterable[Difference]) -> dict[tuple[str, str], list[Difference]]:
    places: dict[tuple[str, str], list[Difference]] = {}
    for one in found:
        places.setdefault((one.block_id, one.field), []).append(one)
    return places


def _before(found: list[Difference]) -> str:
    return "".join(part.text for part in found[0].segments if part.kind != "ins")


def _after(found: list[Difference]) -> str:
    """The words that stand there now; where they are no text, the difference as a sentence."""
    if found[0].segments:
        return "".join(part.text for part in found[0].segments if part.kind != "del")
    return "\n".join(one.words for one in found)
