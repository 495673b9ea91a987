"""What mail programs do not support, of all that a mail could use (caniemail.com).

Each feature has one letter per family of programs, in the order of FAMILIES: y supported, a in part, n not,
? unknown. A family is as good as its worst program today; a test holds the table against the measured
matrix where that is at hand. What is lost without harm carries the reason in `harmless` and is never told:
otherwise every rounded corner would be a warning, and nobody would read the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

FAMILIES: Final = {
    "gmail": _("Gmail"),
    "outlook_windows": _("Outlook for Windows"),
    "outlook_new": _("Outlook.com and the new Outlook"),
    "apple_mail": _("Apple Mail"),
    "yahoo": _("Yahoo Mail"),
    "samsung": _("Samsung Email"),
    "gmx": _("GMX and WEB.DE"),
}
"""Families of mail programs that a brand may care for."""

PROGRAMS: Final[Mapping[str, Collection[tuple[str, str]]]] = {
    "gmail": {("gmail", "desktop-webmail"), ("gmail", "ios"), ("gmail", "android")},
    "outlook_windows": {("outlook", "windows")},
    "outlook_new": {
        ("outlook", "outlook-com"),
        ("outlook", "macos"),
        ("outlook", "ios"),
        ("outlook", "android"),
    },
    "apple_mail": {("apple-mail", "macos"), ("apple-mail", "ios")},
    "yahoo": {("yahoo", "desktop-webmail"), ("yahoo", "ios"), ("yahoo", "android")},
    "samsung": {("samsung-email", "android")},
    "gmx": {(name, system) for name in ("gmx", "web-de") for system in ("desktop-webmail", "ios", "android")},
}
"""The programs of each family, by client and platform as caniemail names them."""

Use = Literal["property", "declaration", "value", "at-rule", "element", "attribute", "image"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of HTML, CSS or images.

    Attributes:
        slug: its name at caniemail.com.
        use: where it is looked for: a CSS property in a style attribute, a declaration, the beginning of
            a value, an at-rule of a style element, an element, an attribute, the ending of an image.
        needles: what is looked for there.
        support: a letter per family.
        name: as people read it.
        harmless: why nothing is lost for the reader where it is missing; "" when something is.
    """

    slug: str
    use: Use
    needles: tuple[str, ...]
    support: str
    name: str
    harmless: str = ""

    def missing_in(self, families: Collection[str]) -> list[str]:
        """Those of these families that do not support it at all."""
        return [
            family
            for family, letter in zip(FAMILIES, self.support, strict=True)
            if letter == "n" and family in families
        ]


_SIZES = "Outlook for Windows takes the widths of the tables that the layout writes for it"
_HIDDEN = "only hides the inbox line, which display:none does everywhere"
_LOOK = "decoration; every word and link stays"

FEATURES: Final = (
    # Layout
    Feature(
        "css-display-flex", "declaration", ("display:flex", "display:inline-flex"), "anyyyyn", "display:flex"
    ),
    Feature(
        "css-display-grid", "declaration", ("display:grid", "display:inline-grid"), "anyyyyn", "display:grid"
    ),
    Feature(
        "css-position",
        "declaration",
        ("position:absolute", "position:fixed", "position:sticky"),
        "nnnaaay",
        "position",
    ),
    Feature("css-float", "property", ("float",), "anyyaya", "float"),
    Feature("css-gap", "property", ("gap", "column-gap", "row-gap"), "anaynyn", "gap"),
    Feature("css-flex-direction", "property", ("flex-direction",), "nnnynyn", "flex-direction"),
    Feature("css-justify-content", "property", ("justify-content",), "nnyynyn", "justify-content"),
    Feature("css-align-items", "property", ("align-items",), "nnyynyn", "align-items"),
    Feature(
        "css-column-count",
        "property",
        ("column-count", "columns"),
        "ynyynyn",
        gettext_noop("columns of text"),
    ),
    Feature("css-aspect-ratio", "property", ("aspect-ratio",), "nnnynnn", "aspect-ratio"),
    Feature("css-object-fit", "property", ("object-fit",), "anyynyn", "object-fit"),
    Feature("css-visibility", "property", ("visibility",), "nnyyyyy", "visibility"),
    Feature("css-transform", "property", ("transform",), "nnnynyn", "transform"),
    Feature("css-clip-path", "property", ("clip-path",), "nnnynyn", "clip-path"),
    Feature("css-writing-mode", "property", ("writing-mode",), "anyynyn", "writing-mode"),
    Feature("css-inset", "property", ("inset",), "nnnynnn", "inset"),
    Feature(
        "css-margin-inline-block", "property", ("margin-inline", "margin-block"), "nnnynnn", "margin-inline"
    ),
    Feature(
        "css-margin-inline-start-end",
        "property",
        ("margin-inline-start", "margin-inline-end"),
        "nnnynyn",
        "margin-inline-start",
    ),
    Feature("css-max-height", "property", ("max-height",), "ynyyyyy", "max-height", _HIDDEN),
    Feature(
        "css-overflow",
        "property",
        ("overflow",),
        "anaaaaa",
        "overflow",
        f"{_HIDDEN}, and keeps corners round",
    ),
    Feature("css-max-width", "property", ("max-width",), "yayyyyy", "max-width", _SIZES),
    Feature("css-min-width", "property", ("min-width",), "ynyyyyy", "min-width", _SIZES),
    Feature("css-min-height", "property", ("min-height",), "ynyyyyy", "min-height", _SIZES),
    Feature("css-box-sizing", "property", ("box-sizing",), "ynyynyy", "box-sizing", _SIZES),
    Feature(
        "css-height",
        "property",
        ("height",),
        "yayynyy",
        "height",
        "the height attribute of images says the same",
    ),
    Feature(
        "css-padding-inline-start-end",
        "property",
        ("padding-inline-start", "padding-inline-end"),
        "nnnynyn",
        "padding-inline-start",
        "lists keep the indent of the program",
    ),
    Feature(
        "css-padding-inline-block",
        "property",
        ("padding-inline", "padding-block"),
        "nnnynnn",
        "padding-inline",
    ),
    Feature(
        "css-border-spacing",
        "property",
        ("border-spacing",),
        "ynnyyyy",
        "border-spacing",
        "cellspacing says the same",
    ),
    Feature("css-table-layout", "property", ("table-layout",), "ynnyyy?", "table-layout", _SIZES),
    # Colours and pictures behind text
    Feature(
        "css-background-image",
        "property",
        ("background-image",),
        "ynyyaya",
        gettext_noop("background images"),
    ),
    Feature("html-background", "attribute", ("background",), "aayyyyy", gettext_noop("background images")),
    Feature(
        "css-linear-gradient",
        "value",
        ("linear-gradient(", "repeating-linear-gradient("),
        "annynan",
        gettext_noop("gradients"),
    ),
    Feature(
        "css-radial-gradient",
        "value",
        ("radial-gradient(", "repeating-radial-gradient("),
        "annynyn",
        gettext_noop("gradients"),
    ),
    Feature("css-conic-gradient", "value", ("conic-gradient(",), "nnnyna?", gettext_noop("gradients")),
    Feature("css-variables", "value", ("var(",), "nnnynyn", gettext_noop("CSS variables")),
    Feature("css-unit-calc", "value", ("calc(",), "annynyn", "calc()"),
    Feature("css-function-clamp", "value", ("clamp(",), "annynan", "clamp()"),
    Feature("css-function-light-dark", "value", ("light-dark(",), "nnnynan", "light-dark()"),
    Feature(
        "css-modern-color",
        "value",
        ("oklch(", "lch(", "lab(", "oklab("),
        "nnnynn?",
        gettext_noop("modern colours"),
    ),
    Feature("css-rgba", "value", ("rgba(",), "anyyayn", gettext_noop("see-through colours")),
    Feature("css-opacity", "property", ("opacity",), "ynyyyyn", "opacity", _HIDDEN),
    Feature("css-filter", "property", ("filter",), "nnnynyn", "filter"),
    Feature("css-mix-blend-mode", "property", ("mix-blend-mode",), "anyynyn", "mix-blend-mode"),
    Feature("css-mask-image", "property", ("mask-image", "mask"), "nnnynyn", "mask-image"),
    Feature("css-border-image", "property", ("border-image",), "nnnynyn", "border-image", _LOOK),
    Feature(
        "css-border-radius",
        "property",
        ("border-radius",),
        "ynyyayn",
        "border-radius",
        f"corners are square: {_LOOK}",
    ),
    Feature("css-box-shadow", "property", ("box-shadow",), "nnyynyn", "box-shadow", _LOOK),
    Feature("css-text-shadow", "property", ("text-shadow",), "nnnyyyy", "text-shadow", _LOOK),
    Feature("css-animation", "property", ("animation", "animation-name"), "nnnynyn", "animation", _LOOK),
    Feature("css-transition", "property", ("transition",), "nnnyaa?", "transition", _LOOK),
    # Text
    Feature(
        "css-cursor",
        "property",
        ("cursor",),
        "n?nnn?n",
        "cursor",
        "every program points at links in its own way",
    ),
    Feature(
        "css-outline",
        "property",
        ("outline",),
        "ynyyyyy",
        "outline",
        "only takes the frame off linked images",
    ),
    Feature(
        "css-word-break",
        "property",
        ("word-break",),
        "ayaanan",
        "word-break",
        "only matters for a word longer than the mail is wide",
    ),
    Feature(
        "css-overflow-wrap",
        "property",
        ("overflow-wrap",),
        "nnnany?",
        "overflow-wrap",
        "only matters for a word longer than the mail is wide",
    ),
    Feature(
        "css-word-spacing",
        "property",
        ("word-spacing",),
        "ynyyaya",
        "word-spacing",
        "set to normal, which it is",
    ),
    Feature("css-hyphens", "property", ("hyphens",), "nnnyny?", "hyphens", "lines break between words"),
    Feature("css-text-overflow", "property", ("text-overflow",), "anyynnn", "text-overflow"),
    Feature("css-at-font-face", "at-rule", ("@font-face",), "nanynyn", gettext_noop("web fonts")),
    Feature("css-at-import", "at-rule", ("@import",), "nynynnn", gettext_noop("imported styles")),
    Feature(
        "css-at-media-prefers-color-scheme",
        "at-rule",
        ("@media (prefers-color-scheme",),
        "nnyynyn",
        "prefers-color-scheme",
        "other programs show the light colours or darken them themselves",
    ),
    Feature(
        "css-at-media",
        "at-rule",
        ("@media",),
        "anayaay",
        "@media",
        "without it a phone shows the mail as a narrow desktop would",
    ),
    # Elements
    Feature("html-audio", "element", ("audio",), "nnnynyn", gettext_noop("sound")),
    Feature("html-video", "element", ("video",), "nnnanan", gettext_noop("video")),
    Feature("html-object", "element", ("object", "embed"), "nnnanan", "<object>"),
    Feature("html-svg", "element", ("svg",), "nnnanyn", gettext_noop("drawings in the mail (SVG)")),
    Feature("html-picture", "element", ("picture",), "nnnanyn", "<picture>", "the image inside is shown"),
    Feature("html-srcset", "attribute", ("srcset",), "nnnynyn", "srcset", "the image of src is shown"),
    Feature("html-form", "element", ("form",), "anaynyn", gettext_noop("forms")),
    Feature("html-input-text", "element", ("input",), "ynnynnn", gettext_noop("fields to fill in")),
    Feature("html-textarea", "element", ("textarea",), "ynnynnn", gettext_noop("fields to fill in")),
    Feature("html-select", "element", ("select",), "anyanyn", gettext_noop("lists to choose from")),
    Feature("html-button-submit", "element", ("button",), "annynyn", "<button>"),
    Feature("html-dialog", "element", ("dialog",), "nnnynyn", "<dialog>"),
    Feature("html-meter", "element", ("meter",), "nnyynyn", "<meter>"),
    Feature("html-progress", "element", ("progress",), "nnnynyn", "<progress>"),
    Feature("html-marquee", "element", ("marquee",), "nnayayn", "<marquee>"),
    Feature("html-link", "element", ("link",), "nynynnn", gettext_noop("styles in files of their own")),
    Feature("html-base", "element", ("base",), "aynyayn", "<base>"),
    # Images, by their ending
    Feature("image-webp", "image", ("webp",), "anyyyyy", gettext_noop("WebP images")),
    Feature("image-avif", "image", ("avif",), "anyyyyn", gettext_noop("AVIF images")),
    Feature("image-svg", "image", ("svg",), "nyyyyyy", gettext_noop("SVG images")),
    Feature("image-bmp", "image", ("bmp",), "ayyyyyn", gettext_noop("BMP images")),
    Feature("image-tiff", "image", ("tif", "tiff"), "annynnn", gettext_noop("TIFF images")),
    Feature("image-heif", "image", ("heic", "heif"), "annynnn", gettext_noop("HEIF images")),
    Feature(
        "image-mp4",
        "image",
        ("mp4", "webm", "mov"),
        "nnnynnn",
        gettext_noop("films in the place of an image"),
    ),
    Feature(
        "image-apng",
        "image",
        ("apng",),
        "nnnyyyy",
        gettext_noop("moving PNG images"),
        "the first picture is shown",
    ),
)

EVERYWHERE: Final = frozenset(
    {
        "background",
        "background-color",
        "border",
        "border-bottom",
        "border-collapse",
        "border-left",
        "border-right",
        "border-top",
        "color",
        "direction",
        "display",
        "font",
        "font-family",
        "font-size",
        "font-weight",
        "letter-spacing",
        "line-height",
        "margin",
        "mso-padding-alt",
        "padding",
        "text-align",
        "text-decoration",
        "text-transform",
        "vertical-align",
        "width",
    }
)
"""CSS properties that every family knows well enough for our layouts; a test keeps our layouts to these."""
