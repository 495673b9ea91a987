"""What the demo runner and the loader of the demo data agree on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A person of the demo, as `make demo` prints them.

    `settings.STORESYNC_DEMO_LOADER` names a function without arguments that loads the demo data when the
    database is empty, and returns these either way.
    """

    role: str
    email: str
    password: str
