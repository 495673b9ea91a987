"""The draft: rules as cards, each added, changed, duplicated, switched and removed by a plain form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.views import FormView
from storesync.guidelines.actions import DraftMoved, save_draft
from storesync.guidelines.describing import kind_help, kind_name, region_names
from storesync.guidelines.forms import RuleForm
from storesync.guidelines.queries import draft_at
from storesync.guidelines.rules import KINDS, RulesInvalid, read_rules
from storesync.guidelines.views.base import GuidelineTemplateView, WritingPage, changes_between, rows_of


class DraftView(WritingPage, GuidelineTemplateView):
    """All rules of the draft; every button is a form that saves at once."""

    template_name = "guidelines/draft.html"
    tab = "draft"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = read_rules(self.found.draft)
        return super().get_context_data(**kwargs) | {
            "groups": rows_of(rules, region_names(rules)),
            "kinds": [{"kind": kind, "name": kind_name(kind), "help": kind_help(kind)} for kind in KINDS],
            "may_undo": self.found.draft_number > 0,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One change of the draft: `op` says which, `rule` of what."""
        op, rule_id = request.POST.get("op", ""), request.POST.get("rule", "")
        seen = _number(request.POST.get("draft_number", ""))
        rules = list(self.found.draft)
        at = next((n for n, rule in enumerate(rules) if rule["id"] == rule_id), -1)
        said = ""
        if op == "undo":
            rules = draft_at(self.found, self.found.draft_number - 1)
            said = _("The last change is undone.")
        elif at < 0:
            messages.error(request, _("This rule is no longer there."))
            return self._again(409)
        elif op == "remove":
            del rules[at]
            said = _("The rule is removed. “Undo the last change” brings it back.")
        elif op == "duplicate":
            rules.insert(at + 1, rules[at] | {"id": new_rule_id(rules[at]["kind"])})
            said = _("The rule is duplicated.")
        elif op in ("on", "off"):
            rules[at] = rules[at] | {"on": op == "on"}
        else:
            raise Http404
        try:
            save_draft(brand=self.request.brand, rules=rules, draft_number=seen, actor=self.request.user)
        except DraftMoved as moved:
            messages.error(request, moved.message)
            return self._again(409, moved.seen)
        except RulesInvalid as invalid:
            messages.error(request, invalid.errors[0].message)
            return self._again(422)
        if said:
            messages.success(request, said)
        return redirect(self.url("draft"))

    def _again(self, status: int, seen: int | None = None) -> HttpResponse:
        self.__dict__.pop("found", None)
        changes = [] if seen is None else changes_between(draft_at(self.found, seen), self.found.draft)
        return self.render_to_response(self.get_context_data(conflict=changes), status=status)


class RulePage(WritingPage, FormView):
    """The form of one rule. It changes this rule only, so what others changed meanwhile stays."""

    template_name = "guidelines/rule_form.html"
    form_class = RuleForm
    tab = "draft"
    kind: str
    rule: dict[str, Any] | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        initial = {"draft_number": self.found.draft_number}
        return super().get_form_kwargs() | {
            "kind": self.kind,
            "brand": self.request.brand,
            "rule": self.rule,
            "initial": initial,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "kind_name": kind_name(self.kind),
            "kind_help": kind_help(self.kind),
            "cancel_url": self.url("draft"),
            "tabs": [],
        }

    def save(self, form: RuleForm, rule: dict[str, Any]) -> HttpResponse:
        """Put the rule in the place of the one with its id, or behind all others."""
        rules = list(self.found.draft)
        at = next((n for n, one in enumerate(rules) if one["id"] == rule["id"]), len(rules))
        rules[at : at + 1] = [rule]
        save_draft(
            brand=self.request.brand,
            rules=rules,
            draft_number=form.cleaned_data["draft_number"],
            actor=self.request.user,
        )
        return redirect(f"{self.url('draft')}#rule-{rule['id']}")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.perform(form)
        except DraftMoved as moved:
            form.renew(self.found.draft_number)
            form.add_error(None, moved.message)
            changes = changes_between(draft_at(self.found, moved.seen), self.found.draft)
            return self.render_to_response(self.get_context_data(form=form, conflict=changes), status=409)
        except RulesInvalid as invalid:
            form.take(invalid)
            return self.form_invalid(form)
        except ActionRefused as refusal:
            form.add_error(None, refusal.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)


class RuleCreateView(RulePage):
    """A new rule."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kind = kwargs["kind"].replace("-", "_")
        if self.kind not in KINDS:
            self.check_permission()
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("New rule: %(kind)s") % {"kind": kind_name(self.kind)}
        return super().get_context_data(**kwargs) | {"page_title": title, "submit_label": _("Add the rule")}

    def perform(self, form: RuleForm) -> HttpResponse:
        return self.save(form, form.as_rule(new_rule_id(self.kind), on=True))


class RuleView(RulePage):
    """A rule of the draft."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.check_permission()
        self.rule = next((one for one in self.found.draft if one["id"] == kwargs["rule"]), None)
        if self.rule is None:
            raise Http404
        self.kind = self.rule["kind"]
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("Rule: %(kind)s") % {"kind": kind_name(self.kind)}
        return super().get_context_data(**kwargs) | {"page_title": title, "submit_label": _("Save")}

    def perform(self, form: RuleForm) -> HttpResponse:
        return self.save(form, form.as_rule(self.kwargs["rule"], on=bool(self.rule and self.rule["on"])))


def new_rule_id(kind: str) -> str:
    """An id that no other rule has."""
    return f"{kind.replace('_', '-')}-{str(new_id())[-8:]}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
