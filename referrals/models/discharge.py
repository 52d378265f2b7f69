"""Why did therapy end, what was reached, and when should the child come back?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .person import User
from .record import both_or_neither
from .signing import SignedOnce


class Discharge(SignedOnce):  # a Signed says what it is
    """The discharge summary: signing it ends therapy.

    `outcomes` is a list of {"goal", "wish", "statement", "before", "before_words", "end",
    "end_words", "outcome", "why", "ended_on"}, the last for a goal that was met earlier, and
    "spanish" where the clinic's own bank has its words; `figures`
    holds what was counted when it was signed: days, visits, T-scores. A child who shows one of
    `return_signs` until `return_until` comes back without a new referral.
    """

    class Why(models.TextChoices):
        GOALS_MET = "goals_met", _("The goals are reached")
        ENOUGH = "enough", _("Enough is reached for now")
        NO_PROGRESS = "no_progress", _("No further progress is expected now")
        FAMILY = "family", _("The family wishes it")
        MOVED = "moved", _("The family moves away")
        OTHER_SERVICE = "other_service", _("Another service takes over")
        PAYER = "payer", _("The payer does not pay for more")
        ATTENDANCE = "attendance", _("Visits could not be kept")

    class Outcome(models.TextChoices):
        MET = "met", _("Met")
        PARTLY = "partly", _("Partly met")
        NOT_MET = "not_met", _("Not met")

    CONTENT = (
        "why", "ended_on", "summary", "outcomes", "equipment", "home_programme",
        "recommendations", "return_signs", "return_until", "told",
    )  # fmt: skip

    why = models.CharField(_("Why therapy ends"), max_length=16, choices=Why, blank=True)
    ended_on = models.DateField(_("Last day of therapy"), null=True, blank=True)
    summary = models.TextField(_("How it went"), max_length=4000, blank=True)
    outcomes = models.JSONField(default=list, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    equipment = models.TextField(max_length=2000, blank=True)
    home_programme = models.TextField(_("What to keep up at home"), max_length=4000, blank=True)
    recommendations = models.TextField(max_length=2000, blank=True)
    return_signs = models.TextField(_("Come back if"), max_length=2000, blank=True)
    return_until = models.DateField(
        _("Comes back without a new referral until"), null=True, blank=True
    )
    told = models.CharField(_("Who was told, and how"), max_length=500, blank=True)
    family_noted_at = models.DateTimeField(null=True, blank=True)
    family_noted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(SignedOnce.Meta):
        constraints = [
            *SignedOnce.Meta.constraints,
            models.CheckConstraint(
                name="discharge_noting_is_whole",
                condition=both_or_neither("family_noted_at", "family_noted_by"),
            ),
        ]
