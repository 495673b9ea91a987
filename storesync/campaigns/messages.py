"""From a template version to the message of a store: what is compiled, with which variables, from whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from django.utils.translation import gettext as _
from pydantic import ValidationError

from storesync.brands.models import Brand, Location
from storesync.campaigns.models import CampaignTemplate, TemplateVersion
from storesync.content.blocks import BlockError
from storesync.content.models import Revision
from storesync.content.rendering import CompiledMessage, ContentInvalid, compile_message
from storesync.content.theme import CampaignType as ThemeType
from storesync.content.theme import Theme, theme_of
from storesync.content.variables import ValueProblem, ValueRefused, Variable, sample_value, variable_set
from storesync.mailing.messages import Sender


class ValuesInvalid(ValueError):
    """Values of a roll-out that its variables refuse; `problems` says which and why."""

    def __init__(self, problems: list[ValueProblem]) -> None:
        super().__init__("; ".join(f"{problem.name}: {problem.message}" for problem in problems))
        self.problems = problems


def read_variables(declared: Iterable[Any]) -> Mapping[str, Variable]:
    """The variables of a template from their stored form, with the standard ones.

    Raises:
        ContentInvalid: a declaration is wrong; its error is at the field `variables`.
    """
    try:
        return variable_set(Variable.model_validate(one) for one in declared)
    except ValueRefused as refusal:
        raise ContentInvalid([BlockError("", "variables", str(refusal))]) from None
    except ValidationError as error:
        raise ContentInvalid(
            [
                BlockError(
                    "",
                    "variables",
                    _("%(place)s: %(problem)s")
                    % {
                        "place": ".".join(str(part) for part in problem["loc"]) or _("Variable"),
                        "problem": str(problem.get("ctx", {}).get("error", problem["msg"])),
                    },
                )
                for problem in error.errors(include_url=False)
            ]
        ) from None


def compile_draft(template: CampaignTemplate, draft: Mapping[str, Any], brand: Brand) -> CompiledMessage:
    """The message of a template's draft, in the brand's present colours.

    Raises:
        ContentInvalid: with every error and its place.
    """
    return compile_message(
        subject=draft.get("subject", ""),
        preheader=draft.get("preheader", ""),
        blocks=draft.get("blocks", []),
        variables=read_variables(draft.get("variables", [])),
        theme=theme_of(brand, cast(ThemeType, template.campaign_type)),
    )


def compile_version(
    version: TemplateVersion,
    *,
    subject: str | None = None,
    preheader: str | None = None,
    blocks: Sequence[Any] | None = None,
) -> CompiledMessage:
    """The message of a version, or of a store's edits of it; equal content is compiled once."""
    return compile_message(
        subject=version.subject if subject is None else subject,
        preheader=version.preheader if preheader is None else preheader,
        blocks=version.blocks if blocks is None else blocks,
        variables=read_variables(version.variables),
        theme=Theme.model_validate(version.theme),
    )


def compile_revision(version: TemplateVersion, revision: Revision) -> CompiledMessage:
    """The message of a revision, with the variables and colours of the version it comes from."""
    return compile_version(
        version, subject=revision.subject, preheader=revision.preheader, blocks=revision.blocks
    )


def sender_of(brand: Brand, location: Location) -> dict[str, str]:
    """From whom a store's mail comes, as a revision keeps and its hash covers it (Rule S8)."""
    return asdict(Sender.of(brand, location))


def sample_values(variables: Mapping[str, Variable]) -> dict[str, str]:
    """Something that could stand for each value of a roll-out, for looking at a template before one."""
    return {
        name: sample_value(variable)
        for name, variable in variables.items()
        if variable.source == "rollout" and not variable.fallback
    }
