"""Who looks at every brand at once, and why. Adding a line here is a decision that a reviewer sees."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2] / "storesync"
EXEMPT: Final = {"core/scoping.py", "core/queue.py"}
"""Where it is defined, and where a task's own reason is handed on."""

CALLERS: Final = {
    "accounts/tasks.py": ["people belong to no brand"],
    "ai/tasks.py": [
        "calls and tests of every brand are looked after together",
        "keys of every brand are renewed together",
    ],
    "approvals/tasks.py": [
        "bulk decisions of every brand are looked after together",
        "evidence tasks of every brand wait for a worker",
        "expired packs of every brand are cleared away together",
    ],
    "approvals/actions/digest.py": [
        "digests of every brand are made in turn",
        "digests of every brand are made in turn",  # one that failed waits
    ],
    "approvals/digest/sweep.py": [
        "digests of every brand are due by their people's clocks",
        "what is urgent in any brand is told together",
        "links and digests of every brand are cleared away together",
    ],
    "approvals/views/link.py": [
        "a link in a mail names no brand",
        "a link in a mail names no brand",  # nor does its page
    ],
    "approvals/sweeps.py": ["the clocks of reviews serve every brand"],
    "audience/actions.py": ["a suppression may be for the whole company, which is no brand's row"],
    "audience/queries.py": [
        "the company's suppressions hold for each of its brands",
        "the company's suppressions hold for each of its brands",  # with their reasons
    ],
    "brands/permissions.py": ["a right is asked on a node that the caller holds already"],
    "campaigns/actions/test_mail.py": [
        "the limit of test mails is a person's, whichever brand they are of",
    ],
    "campaigns/actions/clock.py": [
        "the clock of campaigns serves every brand",
        "the clock of campaigns serves every brand",  # whose brands arm by hand
        "the clock of roll-outs serves every brand",
        "the clock of roll-outs serves every brand",  # launches that wait
        "the clock of roll-outs serves every brand",  # checks that wait
    ],
    "campaigns/actions/notices.py": [
        "notices about campaigns of every brand are looked after together",
    ],
    "campaigns/actions/wave_upgrade.py": ["the clock of roll-outs serves every brand"],
    "comments/actions.py": ["the limit of mentions is a person's, whichever brand they are of"],
    "comments/tasks.py": ["mentions of every brand are looked after together"],
    "core/list_files.py": [
        "files of lists of every brand are looked after together",
        "how many files may be under way is a person's limit, whichever brands they are of",
    ],
    "core/once.py": ["the key of a form is taken or free whichever brand its row is of"],
    "core/periodic.py": ["periodic jobs open the scopes they need themselves"],
    "guidelines/tasks.py": ["try-outs of every brand wait for a worker"],
    "meaning/tasks.py": ["texts of every brand wait for their vectors"],
    "notifications/tasks.py": [
        "notices of every brand are looked after together",
        "old notices of every brand are deleted",
    ],
    "mailing/actions.py": ["the token names one delivery, and whoever has it may end its mail"],
    "mailing/testing.py": ["the people whom tests go to are the company's contacts and no brand's"],
    "mailing/outbox.py": ["company mail belongs to no brand"],
    "mailing/tasks.py": [
        "company mail belongs to no brand",
        "leases of every brand's deliveries are looked after together",
    ],
}


def reasons(tree: ast.AST) -> Iterator[str]:
    """The reasons given to `all_brands(...)` and to `@task(all_brands=...)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = [*node.args[:1]] if name == "all_brands" else []
        given += [word.value for word in node.keywords if word.arg == "all_brands"]
        for reason in given:
            assert isinstance(reason, ast.Constant), "the reason is a plain text, so that it can be listed"
            yield str(reason.value)


def test_the_list_of_callers_is_complete() -> None:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name not in EXEMPT and (why := sorted(reasons(ast.parse(path.read_text())))):
            found[name] = why
    assert {name: Counter(why) for name, why in found.items()} == {
        name: Counter(why) for name, why in CALLERS.items()
    }
