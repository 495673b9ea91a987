"""The audit verbs of this app, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERBS: "Final[dict[str, _StrPromise]]" = {
    "template.created": _("created the template"),
    "template.draft_saved": _("saved the draft"),
    "template.edited": _("changed the settings of the template"),
    "template.published": _("published a version"),
    "template.tested": _("sent a test mail of the template"),
    "template.archived": _("archived the template"),
    "template.restored": _("brought the template back"),
    "template.offered": _("offered the version to drafts"),
    "template.offer_ended": _("ended the offer to drafts"),
    "template.version_deprecated": _("deprecated a version"),
    "template.version_taken_up": _("took a version up again"),
    "template.version_restored": _("made a version the draft again"),
    "template.draft_restored": _("brought the draft back"),
    "template.deprecated": _("deprecated the template"),
    "template.taken_up": _("took the template up again"),
    "rollout.created": _("began the roll-out"),
    "rollout.planned": _("planned the roll-out"),
    "rollout.locations_chosen": _("chose the locations"),
    "rollout.recipients_set": _("added the recipients"),
    "rollout.checked": _("had the roll-out checked"),
    "rollout.launched": _("launched the roll-out"),
    "rollout.cancelled": _("gave the roll-out up"),
    "rollout.deadline": _("reached the edit deadline"),
    "campaign.offered": _("offered the campaign"),
    "campaign.created": _("created the campaign"),
    "campaign.edited": _("edited the campaign"),
    "campaign.upgraded": _("moved the campaign to another version of the template"),
    "campaign.upgrade_declined": _("stayed on the version of the template"),
    "campaign.upgrade_wanted": _("asked for the offered version again"),
    "campaign.tested": _("sent a test mail"),
    "campaign.submitted": _("submitted the campaign"),
    "campaign.recalled": _("recalled the campaign"),
    "campaign.approved": _("approved the campaign"),
    "campaign.rejected": _("rejected the campaign"),
    "campaign.approval_revoked": _("revoked the approval"),
    "campaign.scheduled": _("scheduled the campaign"),
    "campaign.activated": _("started the campaign"),
    "campaign.completed": _("completed the campaign"),
    "campaign.missed": _("missed the start"),
    "campaign.paused": _("paused the campaign"),
    "campaign.resumed": _("resumed the campaign"),
    "campaign.cancelled": _("cancelled the campaign"),
    "campaign.taken_back": _("took the campaign back"),
    "campaign.reopened": _("reopened the campaign"),
    "campaign.archived": _("archived the campaign"),
    "campaign.restored": _("brought the campaign back"),
    "campaign.rescheduled": _("moved the dates to the new time zone"),
    "campaign.facts_changed": _("noticed changed facts of the location"),
}
