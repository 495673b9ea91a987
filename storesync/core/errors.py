"""What an action raises when it will not do what it was asked."""

from datetime import datetime


class ActionRefused(Exception):
    """A write that the present state does not allow.

    Args:
        message: why, in words for people (translated); pages show it as it is, with status 409.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


class StaleVersion(ActionRefused):
    """The object has changed since the page was made; saving would overwrite what somebody else wrote.

    Args:
        message: says so, in words for people.
        since: the version that the page was made from; `core.changes.changes_since` tells the rest.
    """

    def __init__(self, message: str, *, since: datetime | None) -> None:
        super().__init__(message)
        self.since = since
