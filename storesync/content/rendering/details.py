"""The details of the store, and the foot of the message."""

from __future__ import annotations

import html
import re
from typing import Final

from storesync.content.blocks import StoreDetailsBlock
from storesync.content.language import locale_of, recipient_mark, without_marks
from storesync.content.opening_hours import hours_by_day
from storesync.content.rendering.sheet import Section, Sheet, box, paint
from storesync.content.rendering.slots import Slots
from storesync.content.rendering.store import Store, labelled
from storesync.content.theme import Theme

UNSUBSCRIBE: Final = recipient_mark("unsubscribe_url")
_LABEL: Final = "margin:0 0 2px;font-size:13px;line-height:20px;font-weight:700"


def add_store(slots: Slots, sheet: Sheet, block: StoreDetailsBlock) -> None:
    """Where the store is and when it is open, as a box or in two columns; facts it lacks leave no gap."""
    theme = slots.theme
    title = slots.line(block.title)
    name = (
        f'<mj-text css-class="ink" mj-class="h3" padding="0 @gap@ 10px">'
        f'<h2 style="margin:0;font-size:inherit;line-height:inherit;font-weight:inherit">'
        f"{slots.shown(title)}</h2></mj-text>"
    )
    place = slots.slot(lambda store: _place_html(block, store, theme), needs="store")
    hours = slots.slot(lambda store: _hours_html(store) if block.show_opening_hours else "", needs="store")
    body = '<mj-text css-class="ink" mj-class="details" padding="0 @gap@">'
    slots.say(lambda store: _plain(block, store, title), title, needs="store")
    if block.layout == "card":
        content = f"{name}{body}{hours}{place}</mj-text>".replace("@gap@", "28px")
        sheet.add(box(theme, content, "tint"))
        return
    columns = (
        f'<mj-column width="50%">{name}{body}{place}</mj-text></mj-column>'
        f'<mj-column width="50%">{body}{hours}</mj-text></mj-column>'
    ).replace("@gap@", "12px")
    sheet.add(Section("soft", columns, css="pad", sides=28, top=18))


def _place_html(block: StoreDetailsBlock, store: Store, theme: Theme) -> str:
    colours = paint(theme, "plain")
    address = store.facts.get("location_address", "") if block.show_address else ""
    phone = store.facts.get("location_phone", "") if block.show_phone else ""
    map_url = store.facts.get("location_map_url", "") if block.show_map else ""
    rows = []
    link = f"color:{colours.link};font-weight:700"
    if address or map_url:
        shown = html.escape(address)
        if map_url:
            words = html.escape(store.words["map"])
            shown += "<br>" if shown else ""
            shown += f'<a href="{html.escape(map_url)}" style="{link}">{words}</a>'
        rows.append(_labelled("address" if address else "", shown, store))
    if phone:
        digits = re.sub(r"[^0-9+]", "", phone)
        shown = f'<a href="tel:{digits}" dir="ltr" style="{link}">{html.escape(phone)}</a>'
        rows.append(_labelled("phone", shown, store))
    return "".join(rows)


def _labelled(word: str, shown: str, store: Store) -> str:
    label = f'<p style="{_LABEL}">{html.escape(store.words[word])}</p>' if word else ""
    return f'{label}<p style="margin:0 0 14px">{shown}</p>'


def _hours_html(store: Store) -> str:
    """The opening hours as a table, a row for each run of days; what has no rows is shown as it is."""
    hours = store.facts.get("location_opening_hours", "")
    if not hours:
        return ""
    rows = hours_by_day(hours, store.language)
    if not rows:
        return _labelled("hours", html.escape(hours), store)
    rtl = locale_of(store.language).text_direction == "rtl"
    start, end = ("right", "left") if rtl else ("left", "right")
    cells = "".join(
        f'<tr><th scope="row" style="text-align:{start};font-weight:400;padding:1px 0">'
        f"{html.escape(days)}</th>"
        f'<td style="text-align:{end};padding:1px 0">{html.escape(times)}</td></tr>'
        for days, times in rows
    )
    words = html.escape(store.words["hours"])
    return (
        f'<p style="{_LABEL}">{words}</p><table aria-label="{words}" cellpadding="0" cellspacing="0" '
        f'style="width:100%;font:inherit;color:inherit;margin:0 0 14px">{cells}</table>'
    )


def _plain(block: StoreDetailsBlock, store: Store, title: int) -> str:
    facts, words = store.facts, store.words
    lines = [without_marks(store.texts[title])]
    if block.show_address and facts.get("location_address"):
        lines.append(f"{words['address']}: {facts['location_address']}")
    if block.show_opening_hours and facts.get("location_opening_hours"):
        rows = hours_by_day(facts["location_opening_hours"], store.language)
        if len(rows) > 1:
            lines += [f"{words['hours']}:", *(f"  {days} {times}" for days, times in rows)]
        else:
            lines.append(f"{words['hours']}: {facts['location_opening_hours']}")
    if block.show_phone and facts.get("location_phone"):
        lines.append(f"{words['phone']}: {facts['location_phone']}")
    if block.show_map and facts.get("location_map_url"):
        lines.append(labelled(words["map"], facts["location_map_url"]))
    return "\n".join(lines)


# -- foot


def foot(slots: Slots) -> str:
    """Who sends this, from where, why, and the way out (rules S8, C1)."""

    def sender(store: Store) -> str:
        return store.facts.get("location_name", "")

    def address(store: Store) -> str:
        return store.facts.get("location_address") or store.facts.get("brand_postal_address", "")

    def why(store: Store) -> str:
        return store.words["why"] % {"brand": store.facts.get("brand_name", "")}

    name = slots.slot(lambda store: html.escape(sender(store)), needs="store")
    where = slots.slot(lambda store: html.escape(address(store)), needs="store")
    reason = slots.slot(lambda store: html.escape(why(store)), needs="store")
    out = slots.slot(lambda store: html.escape(store.words["unsubscribe"]), needs="language")
    link = slots.slot(lambda store: UNSUBSCRIBE)
    slots.say(
        lambda store: "\n".join(
            [
                "-- ",
                sender(store),
                address(store),
                why(store),
                f"{store.words['unsubscribe']}: {UNSUBSCRIBE}",
            ]
        ),
        needs="store",
    )
    return (
        f'<mj-text css-class="quiet" mj-class="foot" font-weight="700">{name}</mj-text>'
        f'<mj-text css-class="quiet" mj-class="foot">{where}</mj-text>'
        f'<mj-text css-class="quiet" mj-class="foot" padding="12px 0 0">{reason}</mj-text>'
        f'<mj-text css-class="quiet" mj-class="foot" padding="4px 0 0"><a href="{link}" '
        f'style="color:{slots.theme.muted};text-decoration:underline">{out}</a></mj-text>'
    )
