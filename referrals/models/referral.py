"""What was asked of whom for this child, where does it stand, and who owes the next step by when?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.pathway import CLOSING, STAGES, WITHDRAWN, State, Step

from .child import Child
from .concern import Concern
from .diagnosis import Diagnosis
from .organization import Organization
from .person import User
from .record import NO_DUE_DATE, ChangingRecord, Record, Rising, both_or_neither, risen

_STATES = [(state.value, stage.label) for state, stage in STAGES.items()]
_STEPS = [(step.value, step.value.replace("_", " ")) for step in Step]
_CLOSING = sorted(CLOSING)


class Referral(Rising, ChangingRecord):
    """An order for occupational therapy, and its row in everybody's worklist.

    `state`, `next_step`, `owner`, `owner_organization`, `next_due_on`, `loop` and `reached`
    are kept by the actions; `version` rises with each write, so that of two
    people who write on one version the second is told.
    """

    class Source(models.TextChoices):
        WELL_CHILD_VISIT = "well_child_visit", _("Well-child visit")
        FAMILY = "family", _("The family's concern")
        HOSPITAL_DISCHARGE = "hospital_discharge", _("Hospital discharge")
        SCHOOL = "school", _("School or childcare")

    class Intent(models.TextChoices):
        HABILITATION = "habilitation", _("Habilitation: gain a new skill")
        REHABILITATION = "rehabilitation", _("Rehabilitation: regain a lost skill")

    class Urgency(models.TextChoices):
        ROUTINE = "routine", _("Routine")
        URGENT = "urgent", _("Urgent")

    class Service(models.TextChoices):
        EVALUATE = "evaluate", _("Evaluate")
        EVALUATE_AND_TREAT = "evaluate_and_treat", _("Evaluate and treat")

    child = models.ForeignKey(Child, models.PROTECT, related_name="referrals")
    practice = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    clinic = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    therapist = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    concern = models.ForeignKey(
        Concern, models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )

    # What is asked: at most twelve inputs for a known child.
    source = models.CharField(max_length=20, choices=Source, blank=True)
    identified_on = models.DateField("Date of the visit", null=True, blank=True)
    signs = models.JSONField(default=list, blank=True)
    question = models.TextField("Clinical question", max_length=2000, blank=True)
    intent = models.CharField(max_length=16, choices=Intent, blank=True)
    urgency = models.CharField(max_length=8, choices=Urgency, default=Urgency.ROUTINE)
    precautions = models.CharField(max_length=500, blank=True)
    screening = models.CharField("Last developmental screening", max_length=240, blank=True)
    service = models.CharField(max_length=20, choices=Service, blank=True)
    diagnoses: "models.ManyToManyField[Diagnosis, ReferralDiagnosis]" = models.ManyToManyField(
        Diagnosis, through="ReferralDiagnosis", related_name="+"
    )

    # Where it stands.
    state = models.CharField(max_length=24, choices=_STATES, default=State.DRAFT)
    state_since = models.DateTimeField()
    is_open = models.BooleanField(default=True)
    next_step = models.CharField(max_length=24, choices=_STEPS, default=Step.SEND)
    next_due_on = models.DateField()
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    owner_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    #: The nine-step strip: {"3": ["2026-04-14", "Ada Okafor"]}, one entry a step done.
    loop = models.JSONField(default=dict)
    #: The day on which each step was first done, {"3": "2026-04-14"}: it stays where `loop` falls back.
    reached = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closing_reason = models.TextField(max_length=2000, blank=True)
    closing_suggestion = models.TextField(max_length=2000, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["next_due_on", "id"]
        indexes = [
            models.Index(
                fields=["owner", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_of_owner",
            ),
            models.Index(
                fields=["owner_organization", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_of_organization",
            ),
            models.Index(
                fields=["practice", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_of_practice",
            ),
            models.Index(
                fields=["clinic", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_of_clinic",
            ),
            models.Index(
                fields=["practice", "state", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_of_practice_by_state",
            ),
            models.Index(
                fields=["clinic", "state", "next_due_on", "id", "owner"],
                condition=models.Q(is_open=True),
                name="open_of_clinic_by_owner",
            ),
            models.Index(
                fields=["therapist", "clinic", "next_due_on", "id"],
                condition=models.Q(is_open=True),
                name="open_of_therapist_at_clinic",
            ),
            models.Index(
                fields=["practice", "next_due_on", "id"],
                condition=models.Q(is_open=True) & risen(),
                name="risen_of_practice",
            ),
            models.Index(
                fields=["clinic", "next_due_on", "id"],
                condition=models.Q(is_open=True) & risen(),
                name="risen_of_clinic",
            ),
            # The numbers of a year are read from these alone, and no row of the table is opened.
            models.Index(
                fields=["practice", "sent_at", "state", "clinic", "reached", "id"],
                name="year_of_practice",
            ),
            models.Index(
                fields=["clinic", "sent_at", "state", "practice", "reached", "id"],
                name="year_of_clinic",
            ),
            models.Index(
                fields=["practice", "owner", "owner_organization", "child", "id", "state",
                        "next_due_on", "sent_at", "clinic", "is_open"],
                condition=models.Q(is_open=True),
                name="owed_of_practice",
            ),
            models.Index(
                fields=["clinic", "owner", "owner_organization", "therapist", "id", "state",
                        "next_due_on", "sent_at", "practice", "is_open"],
                condition=models.Q(is_open=True),
                name="owed_of_clinic",
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                name="one_standing_referral_per_concern",
                fields=["concern"],
                condition=~models.Q(state__in=sorted(WITHDRAWN)),
            ),
            models.CheckConstraint(
                name="referral_state_known",
                condition=models.Q(state__in=[state.value for state in State]),
            ),
            models.CheckConstraint(
                name="open_referral_owes_a_step",
                condition=models.Q(is_open=True, next_due_on__lt=NO_DUE_DATE)
                & ~models.Q(next_step=Step.NONE)
                | models.Q(is_open=False, next_due_on=NO_DUE_DATE, next_step=Step.NONE),
            ),
            models.CheckConstraint(
                name="running_referral_is_open",
                condition=models.Q(state__in=_CLOSING) | models.Q(is_open=True),
            ),
            models.CheckConstraint(
                name="sent_referral_has_a_clinic",
                condition=models.Q(sent_at__isnull=True) | models.Q(clinic__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_sending_is_whole", condition=both_or_neither("sent_at", "sent_by")
            ),
            models.CheckConstraint(
                name="referral_past_draft_was_sent",
                condition=models.Q(sent_at__isnull=False)
                | models.Q(state__in=[State.DRAFT, State.CANCELLED, State.ENTERED_IN_ERROR]),
            ),
            models.CheckConstraint(
                name="referral_closing_is_whole",
                condition=both_or_neither("closed_at", "closed_by"),
            ),
            models.CheckConstraint(
                name="closed_referral_has_a_reason",
                condition=models.Q(closed_at__isnull=True) & ~models.Q(state__in=_CLOSING)
                | models.Q(closed_at__isnull=False, state__in=_CLOSING)
                & ~models.Q(closing_reason=""),
            ),
            models.CheckConstraint(
                name="declined_with_a_suggestion",
                condition=~models.Q(state=State.DECLINED) | ~models.Q(closing_suggestion=""),
            ),
            models.CheckConstraint(
                name="referral_acknowledgement_is_whole",
                condition=both_or_neither("acknowledged_at", "acknowledged_by"),
            ),
            models.CheckConstraint(
                name="sent_referral_ends_only_acknowledged",
                condition=models.Q(is_open=True)
                | models.Q(sent_at__isnull=True)
                | models.Q(acknowledged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Referral {self.get_state_display().lower()}"


class ReferralDiagnosis(models.Model):
    """A diagnosis named on a referral, in the order in which the pediatrician named it."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="named")
    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "diagnosis"], name="diagnosis_named_once")
        ]

    def __str__(self) -> str:
        return self.diagnosis_id


class Question(Record):
    """What the therapist asked before deciding, and what the pediatrician answered."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="questions")
    text = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=models.Q(answered_at__isnull=True),
                name="one_open_question",
            ),
            models.CheckConstraint(name="question_has_words", condition=~models.Q(text="")),
            models.CheckConstraint(
                name="question_answer_is_whole",
                condition=both_or_neither("answered_by", "answered_at")
                & (models.Q(answered_at__isnull=True) | ~models.Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Question of {self.asked_at:%Y-%m-%d}"


class ContactAttempt(Record):
    """One try to reach the family: when, how, by whom, whom, and what came of it."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone call")
        TEXT = "text", _("Text message")
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        IN_PERSON = "in_person", _("In person")
        PORTAL = "portal", _("Times offered here")

    class Result(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        LEFT_MESSAGE = "left_message", _("Left a message")
        WRONG_NUMBER = "wrong_number", _("Wrong number or address")
        WAITING = "waiting", _("Waiting for their reply")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel)
    whom = models.CharField(max_length=120, blank=True)
    result = models.CharField(max_length=16, choices=Result)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_result_display().lower()}"
