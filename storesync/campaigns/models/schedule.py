"""The schedule that templates and roll-outs begin with."""


def approval_schedule() -> dict[str, str]:
    """Start as soon as approved, end when everything is sent."""
    return {"start": "approval"}
