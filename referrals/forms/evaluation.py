"""What is asked of the therapist who writes an evaluation, and of the family beforehand?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.clinical.ages import Ages
from referrals.clinical.findings import AREAS, CORE_AREAS, LEVELS, METHODS, Term
from referrals.clinical.instruments import Instrument
from referrals.clinical.scoring import OTHER, ScoreRefused, scored
from referrals.models import Evaluation, OwnScale
from referrals.models.evaluation import Profile

from .base import CareForm, DateInput, VersionedForm, helper, say_choose, text_field
from .referral import MoveForm

#: Empty rows that stand below what is filled in.
SPARE: Final = 2
_KINDS: Final = [("", "The usual one of the scale"), *OwnScale.Kind.choices]
_DIRECTIONS: Final = [("", "As the test says"), *OwnScale.Direction.choices]


def _choices(terms: Mapping[str, Term]) -> list[tuple[str, str]]:
    return [("", "Choose"), *((term.code, term.label) for term in terms.values())]


def _tests(instruments: Iterable[Instrument]) -> list[tuple[str, Any]]:
    """The scales, grouped by test; a test whose shape is not known is chosen as a whole."""
    offered: list[tuple[str, Any]] = [("", "Choose")]
    for test in instruments:
        name = f"{test.name}, edition {test.edition}" if test.edition else test.name
        if test.measures:
            name += f": {test.measures}"
        scales = [(f"{test.code}:{scale.code}", scale.label) for scale in test.scales]
        offered.append((name, scales or [(f"{test.code}:", "Name the scale below")]))
    return [*offered, (f"{OTHER}:", "Another test")]


class Row(CareForm):
    """One line of a table; left empty it says nothing."""

    #: What may be chosen beforehand without making the line count.
    BESIDE: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)

    @property
    def is_blank(self) -> bool:
        return not any(self[name].data for name in self.fields if name not in self.BESIDE)


class FindingRow(Row):
    """What was found in one area, how it was seen, and where the child stands."""

    BESIDE = ("area",)
    area = forms.ChoiceField(label="Area", choices=_choices(AREAS), required=False)
    method = forms.ChoiceField(label="How it was seen", choices=_choices(METHODS), required=False)
    level = forms.ChoiceField(label="Level", choices=_choices(LEVELS), required=False)
    words = text_field("What you found", rows=2, required=False)


class ScoreRow(Row):
    """One score with its own metric; the usual metric of the scale needs no typing."""

    BESIDE = ("age_used",)
    OWN_METRIC = ("mean", "sd", "minimum", "maximum", "direction")
    test = forms.ChoiceField(label="Test and scale", required=False)
    name = forms.CharField(label="Name of another test", max_length=120, required=False)
    scale_name = forms.CharField(
        label="Scale or subtest, if not above", max_length=120, required=False
    )
    score_type = forms.ChoiceField(label="Kind of score", choices=_KINDS, required=False)
    score = forms.CharField(label="Score", max_length=80, required=False)
    percentile = forms.CharField(
        label="Percentile of the test’s table", max_length=8, required=False
    )
    age_used = forms.ChoiceField(label="Age used", required=False)
    note = forms.CharField(label="Note", max_length=240, required=False)
    mean = forms.FloatField(label="Mean", required=False)
    sd = forms.FloatField(label="Standard deviation", required=False)
    minimum = forms.FloatField(label="Smallest score", required=False)
    maximum = forms.FloatField(label="Largest score", required=False)
    direction = forms.ChoiceField(label="A high score is", choices=_DIRECTIONS, required=False)

    def __init__(
        self, *args: Any, ages: Ages, instruments: Mapping[str, Instrument], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ages, self.instruments = ages, instruments
        test = self.fields["test"]
        assert isinstance(test, forms.ChoiceField)
        test.choices = _tests(instruments.values())
        both = [("chronological", f"Chronological, {ages.chronological}")]
        if ages.adjusted is not None:
            both = [("adjusted", f"Adjusted, {ages.adjusted}"), *both]
        field = self.fields["age_used"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = both

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_blank or self.errors:
            return cleaned
        instrument, _, scale = cleaned.pop("test", "").partition(":")
        try:
            typed = {**cleaned, "instrument": instrument, "scale": scale}
            return scored(typed, self.ages, self.instruments)
        except ScoreRefused as refused:
            field = {"instrument": "test", "scale": "test"}.get(refused.field, refused.field)
            self.add_error(field, str(refused))
            return cleaned


def finding_start(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows to show: what was found, and an empty line for each core area that has none."""
    seen = {finding["area"] for finding in findings}
    unseen = [{"area": area} for area in CORE_AREAS if area not in seen]
    return [*(dict(finding) for finding in findings), *unseen]


def score_start(scores: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**score, "test": f"{score['instrument']}:{score['scale']}"} for score in scores]


class EvaluationForm(forms.ModelForm):  # type: ignore[type-arg]
    """The evaluation as it is written: a draft asks for nothing, and keeps what is valid.

    `findings` and `scores` are tables of rows beside the fields of the model.
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    #: The edition that was opened; called `version` as in every form that saves itself.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Evaluation
        fields = tuple(n for n in Evaluation.CONTENT if n not in ("findings", "scores"))
        widgets = {
            "evaluated_on": DateInput(),
            **{name: forms.Textarea(attrs={"rows": 3}) for name in Profile.PROFILE},
            "history": forms.Textarea(attrs={"rows": 5}),
            "other_services": forms.Textarea(attrs={"rows": 2}),
            "conditions": forms.Textarea(attrs={"rows": 2}),
            "strengths": forms.Textarea(attrs={"rows": 3}),
            "interpretation": forms.Textarea(attrs={"rows": 5}),
            "hand_over": forms.Textarea(attrs={"rows": 3}),
            "not_done": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "recommendation": "What you recommend", "visits": "Visits", "per": "In which time",
            "minutes": "Minutes a visit", "weeks": "For how many weeks",
        }  # fmt: skip
        help_texts = {
            "conditions": "Place, time, rest, who was there, what helped.",
            "hand_over": "What the other service should know.",
        }

    def __init__(
        self,
        data: Any = None,
        *,
        initial: dict[str, Any],
        ages: Ages,
        instruments: Mapping[str, Instrument],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(data, initial=initial, **kwargs)
        self.helper = helper()
        say_choose(self)
        self.findings = self._rows(
            FindingRow, "finding", data, finding_start(initial.get("findings", ()))
        )
        self.scores = self._rows(
            ScoreRow, "score", data, score_start(initial.get("scores", ())),
            ages=ages, instruments=instruments,
        )  # fmt: skip

    def _rows(
        self, kind: type[Row], name: str, data: Any, start: list[dict[str, Any]], **told: Any
    ) -> list[Any]:
        made = len(start) + SPARE
        if data is not None:
            # As many as the page had, whatever is stored meanwhile; bounded, as it is typed.
            typed = str(data.get(f"{name}s", ""))
            made = min(int(typed), 60) if typed.isdecimal() and len(typed) < 10 else 0
        rows = []
        for n in range(made):
            first = start[n] if n < len(start) else {}
            rows.append(kind(data, prefix=f"{name}{n}", initial=first, **told))
        return rows

    @property
    def rows(self) -> list[Row]:
        return [*self.findings, *self.scores]

    def wrong_rows(self) -> list[str]:
        """The rows that cannot stand as they are, named as the page numbers them."""
        return [
            f"{kind} {n}"
            for kind, rows in (("finding", self.findings), ("score", self.scores))
            for n, row in enumerate(rows, 1)
            if row.is_bound and not row.is_blank and not row.is_valid()
        ]

    def row_faults(self) -> list[tuple[str, str, str]]:
        """What is wrong in the rows: (id of the input, its name with the row’s, the sentence)."""
        return [
            (row[name].id_for_label, f"{kind} {n}, {row[name].label.lower()}", str(sentence))
            for kind, rows in (("Finding", self.findings), ("Score", self.scores))
            for n, row in enumerate(rows, 1)
            if row.is_bound and not row.is_blank
            for name, sentences in row.errors.items()
            for sentence in sentences
        ]

    def is_valid(self) -> bool:
        return super().is_valid() and not self.wrong_rows()

    def columns(self) -> dict[str, Any]:
        """What the action keeps: every field and every row that is valid."""
        kept = {n: self.cleaned_data[n] for n in Evaluation.CONTENT if n in self.cleaned_data}
        kept["findings"] = self._said(self.findings)
        kept["scores"] = self._said(self.scores)
        return kept

    def _said(self, rows: list[Row]) -> list[dict[str, Any]]:
        return [row.cleaned_data for row in rows if not row.is_blank and row.is_valid()]


class SignForm(VersionedForm):
    """The signature under the edition that was read."""


class AmendForm(CareForm):
    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = text_field(
        "Why is the report amended?", rows=2, max_length=500,
        help_text="The family and the pediatrician read this.",
    )  # fmt: skip


class CutShortForm(MoveForm):
    reason = text_field(
        "Why was the visit cut short?", rows=2, max_length=500,
        help_text="What you have written so far is kept. The clinic finds another time.",
    )  # fmt: skip


_ASKED: Final = {
    "wants": (_("What would your child like to do? What do you want for your child?"), _("Such as: put on shoes, eat with us, play with other children.")),
    "supports": (_("What helps your child?"), _("People, places, things, or times of the day.")),
    "barriers": (_("What makes it hard?"), _("What gets in the way at home, outside, or with others.")),
    "routines": (_("What does a usual day look like?"), _("From waking up to bedtime, in a few words.")),
    "priorities": (_("What matters most to you?"), _("If one thing could be easier, what would it be?")),
}  # fmt: skip


class ProfileForm(CareForm):
    """Five plain questions to the family, to be answered on the phone."""

    #: 0: nothing was told yet when the page was opened.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in _ASKED.items():
            self.fields[name] = text_field(
                label, rows=3, max_length=4000, required=False, help_text=hint
            )

    def arguments(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in _ASKED}
        return {"edition": self.cleaned_data["version"], **told}
