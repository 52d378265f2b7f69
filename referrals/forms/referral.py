"""What is asked when a referral is written, reviewed, chased and ended?"""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from referrals.models import (
    ContactAttempt,
    Diagnosis,
    Membership,
    Organization,
    Referral,
    Role,
    User,
)
from referrals.pathway import MOVES, Move, State, Step, able

from .base import (
    CareForm,
    DateInput,
    SignsField,
    VersionedForm,
    day_field,
    helper,
    moment_field,
    text_field,
)
from .organization import clinic_field
from .upload import ManyFilesField

MOST_DIAGNOSES = 8


class DiagnosesField(forms.CharField):
    """ICD-10-CM codes, separated by commas or spaces; each must be in the table."""

    def clean(self, value: Any) -> list[Diagnosis]:
        text = super().clean(value) or ""
        codes = list(dict.fromkeys(text.upper().replace(",", " ").replace(";", " ").split()))
        if len(codes) > MOST_DIAGNOSES:
            raise ValidationError(f"Name at most {MOST_DIAGNOSES} diagnoses.")
        known = Diagnosis.objects.in_bulk(codes)
        for code in codes:
            if code not in known:
                raise ValidationError(f"“{code}” is not an ICD-10-CM code. Search for it below.")
        return [known[code] for code in codes]


class ReferralForm(forms.ModelForm):  # type: ignore[type-arg]
    """The referral on one page: twelve inputs. It asks for nothing and keeps what is valid, as a draft;
    `demand` asks for what sending needs.
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    signs = SignsField(label="Signs noticed")
    diagnoses = DiagnosesField(
        label="Diagnoses (ICD-10-CM)",
        required=False,
        max_length=120,
        help_text="Codes separated by commas, or search by words below.",
    )
    attachments = ManyFilesField(
        label="Attachments", required=False, help_text="PDF, JPEG or PNG, up to 10 MB each."
    )
    despite_open = forms.BooleanField(
        label="I have seen the open referral: send a second one", required=False
    )

    class Meta:
        model = Referral
        fields = [
            "source", "identified_on", "signs", "diagnoses", "question", "intent", "urgency",
            "precautions", "screening", "service", "clinic",
        ]  # fmt: skip
        widgets = {
            "identified_on": DateInput(),
            "question": forms.Textarea(attrs={"rows": 3}),
            "intent": forms.RadioSelect,
            "urgency": forms.RadioSelect,
            "service": forms.RadioSelect,
        }
        labels = {
            "source": "Who noticed",
            "clinic": "Clinic that receives",
            "question": "What should the therapist find out?",
            "screening": "Last developmental screening",
        }
        help_texts = {"screening": "Tool, date and result in one line."}

    #: The columns an action writes; diagnoses and files have ways of their own.
    COLUMNS = (
        "source", "identified_on", "signs", "question", "intent", "urgency", "precautions",
        "screening", "service", "clinic",
    )  # fmt: skip

    #: What a draft may leave open and a sent referral may not.
    NEEDED = ("source", "identified_on", "question", "intent", "urgency", "service", "clinic")

    def __init__(self, *args: Any, band: str, today: date, born: date, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.helper = helper()
        self.today, self.born = today, born
        signs = self.fields["signs"]
        assert isinstance(signs, SignsField)
        signs.show(band)
        self.fields["clinic"] = clinic_field()
        for name, choices in (
            ("intent", Referral.Intent.choices),
            ("urgency", Referral.Urgency.choices),
            ("service", Referral.Service.choices),
        ):
            self.fields[name] = forms.ChoiceField(
                choices=choices, widget=forms.RadioSelect, label=self.fields[name].label
            )
        self.ask(False)

    def ask(self, demanding: bool) -> None:
        """What a sent referral cannot lack is asked for, and marked so on the page; or, of a draft, is not."""
        for name in self.NEEDED:
            self.fields[name].required = demanding

    def demand(self) -> bool:
        """Whether what was kept as a draft can be sent too: what it left open is asked for now."""
        self.ask(True)
        for name in self._lacking():
            self.add_error(name, self.fields[name].error_messages["required"])
        return not self.errors

    def is_whole(self) -> bool:
        """Whether nothing is wrong, and nothing lacks that is needed to send it."""
        return not self.errors and not self._lacking()

    def _lacking(self) -> list[str]:
        said = {
            name: self.cleaned_data.get(name) for name in self.NEEDED if name not in self.errors
        }
        return [name for name, value in said.items() if value in self.fields[name].empty_values]

    def _get_validation_exclusions(self) -> set[str]:
        # The clinic was read from those that take referrals: it is not asked once more whether it is there.
        return {*super()._get_validation_exclusions(), "clinic"}  # type: ignore[misc]

    def clean_identified_on(self) -> date | None:
        on: date | None = self.cleaned_data["identified_on"]
        if on is not None and on > self.today:
            raise ValidationError("This date lies in the future.")
        if on is not None and on < self.born:
            raise ValidationError("This date lies before the child was born.")
        if on is not None and on.year < self.today.year - 1:
            raise ValidationError("This visit is more than a year ago: please check the year.")
        return on

    def columns(self) -> dict[str, Any]:
        """The valid columns: all of them when sent, as far as they go in a draft."""
        kept = {name: self.cleaned_data[name] for name in self.COLUMNS if name in self.cleaned_data}
        if not kept.get("urgency", "x"):
            del kept["urgency"]
        return kept


def _colleagues(place: Organization | None, roles: tuple[str, ...], at: datetime) -> Any:
    live = Membership.objects.live(at).filter(organization=place, role__in=roles)
    return live.values("user")


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.signature)


def people_of(place: Organization | None, at: datetime, *roles: str) -> Any:
    return User.objects.filter(pk__in=_colleagues(place, roles, at))


class MoveForm(VersionedForm):
    """A form that makes one move of one referral."""

    def __init__(self, *args: Any, referral: Referral, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral = referral
        self.at = at
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the referral."""


class AskForm(MoveForm):
    question = text_field("Your question to the pediatrician", rows=4)


class AnswerForm(MoveForm):
    answer = text_field("Your answer", rows=4, max_length=4000)


class AcceptForm(MoveForm):
    therapist = PersonChoice(queryset=None, label="Who will evaluate?", empty_label=None)

    def prepare(self) -> None:
        field = self.fields["therapist"]
        assert isinstance(field, PersonChoice)
        field.queryset = people_of(self.referral.clinic, self.at, Role.THERAPIST)


class DeclineForm(MoveForm):
    reason = text_field("Why do you decline?", help_text="The pediatrician reads this.")
    suggestion = text_field(
        "What do you suggest instead?", help_text="Another service, another clinic, a later date."
    )


class ContactForm(MoveForm):
    attempted_at = moment_field("When")
    channel = forms.ChoiceField(
        label="How",
        choices=[
            c for c in ContactAttempt.Channel.choices if c[0] != ContactAttempt.Channel.PORTAL
        ],
    )
    whom = forms.CharField(label="Whom", max_length=120, required=False)
    # Nothing is chosen beforehand: "reached" by oversight would hide a family that is lost.
    result = forms.ChoiceField(
        label="What came of it", choices=[("", "Choose"), *ContactAttempt.Result.choices]
    )
    note = forms.CharField(label="Note", max_length=500, required=False)


_CLOSINGS = (Move.CLOSE_UNREACHABLE, Move.CLOSE_FAMILY_DECLINED, Move.CLOSE_NOT_ELIGIBLE)


class CloseForm(MoveForm):
    move = forms.TypedChoiceField(label="Why does it end?", coerce=Move, widget=forms.RadioSelect)
    reason = text_field("What happened", help_text="The pediatrician reads this and takes note.")

    def prepare(self) -> None:
        field = self.fields["move"]
        assert isinstance(field, forms.TypedChoiceField)
        state = State(self.referral.state)
        field.choices = [
            (move.value, MOVES[move].label.removeprefix("Close: ").capitalize())
            for move in _CLOSINGS
            if state in MOVES[move].sources or self.is_bound
        ]


class ReasonForm(MoveForm):
    reason = text_field("Reason")


class PostponeForm(MoveForm):
    due_on = day_field("New due date")
    reason = text_field("Why", rows=2, max_length=500)


class HandOverForm(MoveForm):
    owner = PersonChoice(queryset=None, label="To whom?", empty_label=None)

    def prepare(self) -> None:
        field = self.fields["owner"]
        assert isinstance(field, PersonChoice)
        step = Step(self.referral.next_step)
        roles = able(step) if step is not Step.NONE else ()
        field.queryset = people_of(self.referral.owner_organization, self.at, *roles)


class ConfirmForm(MoveForm):
    """A move that asks for nothing but the click."""


class AttachForm(CareForm):
    attachments = ManyFilesField(
        label="Add a file", help_text="PDF, JPEG or PNG, up to 10 MB each."
    )


class DiagnosisSearchForm(CareForm):
    words = forms.CharField(max_length=120, required=False)
