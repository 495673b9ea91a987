"""What templates of other apps need of comments."""

from django import template

from storesync.comments.queries import PlaceMark, PlaceMarks

register = template.Library()


@register.filter
def at(marks: PlaceMarks, key: str) -> PlaceMark:
    """The mark of a place: `{% include "comments/_place.html" with place=marks|at:"hello.text" %}`."""
    return marks.at(str(key))
