"""Sending a test mail: a page, a dialog where there is script; then what became of it, by address."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from storesync.audience.models import Contact
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_BRAND, MANAGE_TEMPLATE, VIEW_CAMPAIGN, VIEW_CONTACT
from storesync.campaigns.actions.test_mail import may_test, send_campaign_test, send_template_test
from storesync.campaigns.forms.test_mail import MailTestForm
from storesync.campaigns.messages import compile_draft, read_variables, sample_values
from storesync.campaigns.models import CampaignTemplate, LocationCampaign, MailTest, TemplateVersion
from storesync.campaigns.queries import outcomes_of, used_last
from storesync.campaigns.views.campaign import CampaignMixin
from storesync.campaigns.views.preview_choice import Persona, choice_of, personas, recipients_of
from storesync.campaigns.views.template import TemplateMixin
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.permissions import SIGNED_IN
from storesync.core.views import DetailView, FragmentMixin, ObjectFormView


class MailTestView(FragmentMixin, ObjectFormView[Any]):
    """What both forms share."""

    template_name = "campaigns/test_mail.html"
    fragment_template_name = "campaigns/_test_mail.html"
    form_class = MailTestForm

    def get_initial(self) -> dict[str, Any]:
        last = used_last(self.request.user)
        return {
            "addresses": "\n".join(last or [self.request.user.email]),
            "recipient": self.persona().key,
        }

    def persona(self) -> Persona:
        """As whom the mail is written."""
        return choice_of(self.request).persona

    def get_form_kwargs(self) -> dict[str, Any]:
        chosen = self.persona()
        known = personas()
        shown = known if chosen.key in {one.key for one in known} else [*known, chosen]
        return super().get_form_kwargs() | {
            "recipients": [(one.key, one.label) for one in shown],
            "auto_id": "test-mail-%s",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        brand = self.request.brand
        return super().get_context_data(**kwargs) | {
            "page_title": _("Send a test"),
            "action_url": self.request.get_full_path(),
            "sender": self.sender_address(),
            "sender_url": reverse("brands:brand_edit", args=[brand.slug])
            if can(self.request.user, MANAGE_BRAND, brand)
            else "",
        }

    def sender_address(self) -> str:
        """The address that the test would come from; "" where none is set up."""
        return str(self.request.brand.sender_email)

    def send(self, addresses: list[str]) -> MailTest:
        """Call the action."""
        raise NotImplementedError

    def perform(self, form: MailTestForm) -> HttpResponse:
        try:
            test = self.send(form.cleaned_data["addresses"])
        except ContentInvalid as invalid:
            raise ActionRefused(" ".join(error.message for error in invalid.errors)) from invalid
        url = reverse("campaigns:mail_test", args=[self.request.brand.slug, test.pk])
        if self.wants_fragment:
            page = MailTestStatus()
            page.setup(self.request, pk=test.pk)
            page.object = page.get_object()
            return page.render_to_response(page.get_context_data())
        return redirect(url)


class CampaignTestView(CampaignMixin, MailTestView):
    """Send the saved revision of a campaign to oneself and a few others."""

    permission = VIEW_CAMPAIGN

    def get_object(self) -> LocationCampaign:
        campaign = super().get_object()
        if not may_test(self.request.user, campaign):
            raise PermissionDenied(_("Who edits a campaign or decides about it sends tests of it."))
        return campaign

    def persona(self) -> Persona:
        return choice_of(self.request, own=self.object.location, campaign=self.object).persona

    def sender_address(self) -> str:
        return str(self.object.current_revision.sender.get("address") or super().sender_address())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = self.object
        real = can(self.request.user, VIEW_CONTACT, campaign)
        real = real and bool(campaign.current_revision.audience.get("list"))
        return super().get_context_data(**kwargs) | {
            "campaign": campaign,
            "of": _("Revision %(number)d, as it is saved") % {"number": campaign.current_revision.number},
            "contacts_url": self.url("campaign_preview_recipients") if real else "",
            "cancel_url": self.url(),
        }

    def send(self, addresses: list[str]) -> MailTest:
        persona = self.persona()
        contact = (
            _contact(self.object, persona) if can(self.request.user, VIEW_CONTACT, self.object) else None
        )
        return send_campaign_test(
            campaign=self.object,
            addresses=addresses,
            actor=self.request.user,
            reader=persona.fields,
            contact=contact,
        )


def _contact(campaign: LocationCampaign, persona: Persona) -> Contact | None:
    """The recipient whom a persona is; None for a made-up one."""
    try:
        return recipients_of(campaign).filter(pk=UUID(persona.key)).first()
    except ValueError:
        return None


class TemplateTestView(TemplateMixin, MailTestView):
    """Send a template's draft, or one of its versions, as one store would."""

    permission = MANAGE_TEMPLATE
    whole_brand = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version, choice = self.version(), choice_of(self.request)
        return super().get_context_data(**kwargs) | {
            "template": self.object,
            "of": _("Version %(number)d") % {"number": version.number} if version else _("The draft"),
            "location": choice.location,
            "cancel_url": self.url(),
        }

    def version(self) -> TemplateVersion | None:
        """The version of the address; the draft unless it names one."""
        number = self.request.GET.get("version", "")
        found: TemplateVersion | None = (
            self.object.versions.select_related("template").filter(number=int(number)).first()
            if number.isascii() and number.isdigit() and len(number) < 7
            else None
        )
        return found

    def send(self, addresses: list[str]) -> MailTest:
        version, choice = self.version(), choice_of(self.request)
        if choice.location is None:
            raise ActionRefused(_("There is no store yet whose mail could be tested."))
        declared = read_variables(version.variables) if version else _declared(self.object)
        values = sample_values(declared)
        return send_template_test(
            template=self.object,
            location=choice.location,
            addresses=addresses,
            actor=self.request.user,
            values=values,
            version=version,
            reader=choice.persona.fields,
        )


def _declared(template: CampaignTemplate) -> Any:
    """The variables of a draft that can be made into a message."""
    compile_draft(template, template.draft, template.brand)
    return read_variables(template.draft.get("variables", []))


class MailTestStatus(DetailView[MailTest]):
    """What became of a test, address by address; asks for itself again until all is settled."""

    permission = SIGNED_IN
    template_name = "campaigns/test_mail_status.html"
    fragment_template_name = "campaigns/_test_mail_status.html"

    def get_queryset(self) -> QuerySet[MailTest]:
        found: QuerySet[MailTest] = MailTest.objects.filter(sent_by=self.request.user)
        return found.select_related("campaign", "template", "location", "brand")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        test, slug = self.object, self.request.brand.slug
        outcomes = outcomes_of(test)
        if test.campaign_id:
            again, back = "campaigns:campaign_test", "campaigns:campaign"
            key: Any = test.campaign_id
        else:
            again, back = "campaigns:template_test", "campaigns:template"
            key = test.template.slug if test.template else ""
        return super().get_context_data(**kwargs) | {
            "page_title": _("Test mail"),
            "test": test,
            "outcomes": outcomes,
            "waiting": any(one.waiting for one in outcomes),
            "poll_url": reverse("campaigns:mail_test", args=[slug, test.pk]),
            "again_url": reverse(again, args=[slug, key]),
            "back_url": reverse(back, args=[slug, key]),
        }
