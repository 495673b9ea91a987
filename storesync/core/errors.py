"""What an action raises when it will not do what it was asked."""


class ActionRefused(Exception):
    """A write that the present state does not allow.

    Args:
        message: why, in words for people (translated); pages show it as it is, with status 409.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)
