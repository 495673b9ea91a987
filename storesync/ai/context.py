"""What pages may rely on: whether the answers are samples."""

from django.conf import settings
from django.http import HttpRequest


def sample(request: HttpRequest) -> dict[str, bool]:
    """`ai_sample`: the answers are the demo's samples, no model's. Pages of AI include ai/_sample.html."""
    return {"ai_sample": settings.AI_SAMPLE}
