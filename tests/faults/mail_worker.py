"""A real worker process for mail of the kind that tests make: `python -m tests.faults.mail_worker`."""

import django
from django.core.management import call_command


def main() -> None:
    """Vouch for the tests' batches, then be the worker that the Procfile starts."""
    django.setup()
    from storesync.mailing.gates import register_gate  # noqa: PLC0415 - apps must be ready

    register_gate("test", lambda batch: None)
    call_command("run_worker", workers=3, grace=10)


if __name__ == "__main__":
    main()
