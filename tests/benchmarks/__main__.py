"""`python -m tests.benchmarks [NAME ...] [--scale 0.1]`: run the benchmarks in a database of their own."""

import argparse
import importlib
import os
import pkgutil
import sys

import django
from django.test.utils import setup_databases, teardown_databases


def main() -> int:
    """Run the named benchmarks, or all; one JSON object a line on standard output."""
    found = sorted(
        module.name.removeprefix("bench_")
        for module in pkgutil.iter_modules([os.path.dirname(__file__)])
        if module.name.startswith("bench_")
    )
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(found))
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size (default 1)")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(found))
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are: {', '.join(found)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storesync.settings")
    django.setup()
    databases = setup_databases(verbosity=0, interactive=False)
    # As the server and the worker do when they begin.
    importlib.import_module("storesync.core.processes").settle_memory()
    try:
        for name in options.names or found:
            for result in importlib.import_module(f"tests.benchmarks.bench_{name}").run(options.scale):
                sys.stdout.write(result.line() + "\n")
                sys.stdout.flush()
    finally:
        importlib.import_module("storesync.core.queue").HUEY.storage.close()
        teardown_databases(databases, verbosity=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
