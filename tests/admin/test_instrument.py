"""How does a clinic come to a test of its own, and what is refused?"""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from referrals.models import Organization, OwnInstrument, OwnScale
from referrals.models.instrument import instruments_at
from tests.conftest import Cast
from tests.factories.shelf import MINUTE, PEGS, STRAIN, own_instrument

TEST = "admin:referrals_owninstrument"


def typed(place: Organization, *scales: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The page as an administrator sends it: the test, and a line for each scale, kept ones first."""
    said = {"organization": str(place.pk), "is_active": "on"} | PEGS | changes
    kept = list(OwnScale.objects.filter(instrument__code=PEGS["code"]).order_by("id"))
    said |= {"scales-TOTAL_FORMS": len(scales), "scales-INITIAL_FORMS": len(kept)}
    for n, scale in enumerate(scales):
        line = {"is_active": "on"} | scale
        if n < len(kept):
            line |= {"id": str(kept[n].pk), "instrument": str(kept[n].instrument_id)}
        said |= {f"scales-{n}-{name}": value for name, value in line.items()}
    return {name: value for name, value in said.items() if value is not None}


def wrong(answer: Any) -> dict[str, list[str]]:
    return {name: list(said) for name, said in answer.context["adminform"].form.errors.items()}


def wrong_lines(answer: Any) -> list[dict[str, list[str]]]:
    (lines,) = answer.context["inline_admin_formsets"]
    return [dict(said) for said in lines.formset.errors]


def test_a_test_is_added_with_its_scales(site: Client, clinic: Organization) -> None:
    answer = site.post(reverse(f"{TEST}_add"), typed(clinic, MINUTE, STRAIN))
    assert answer.status_code == 302
    made = instruments_at(clinic.pk)["h_pegs"]
    assert (made.name, made.edition, made.measures) == (
        "Harbor Peg Check", "2026", "grip and release",
    )  # fmt: skip
    assert (made.from_month, made.to_month, made.source) == (36, 83, "Harbor Therapy, 2026")
    minute, strain = made.scales
    assert (minute.code, minute.label) == ("minute", "Pegs in a minute")
    (metric,) = minute.metrics
    assert (metric.score_type, metric.mean, metric.minimum, metric.maximum) == ("raw", None, 0, 40)
    (metric,) = strain.metrics
    assert (metric.score_type, metric.direction, metric.mean, metric.sd) == (
        "t", "higher_is_worse", 50, 8,
    )  # fmt: skip


def test_what_a_score_may_have_named_stays_and_the_rest_changes(
    site: Client, clinic: Organization
) -> None:
    own = own_instrument(clinic)
    page = reverse(f"{TEST}_change", args=[own.pk])
    changed = MINUTE | {"code": "other", "score_type": "t", "label": "Pegs", "maximum": 50}
    said = typed(clinic, changed, STRAIN | {"is_active": None}, to_month=95, code="other")
    assert site.post(page, said).status_code == 302
    minute, strain = OwnScale.objects.order_by("id")
    assert (minute.code, minute.score_type, minute.label, minute.maximum) == (
        "minute", "raw", "Pegs", 50,
    )  # fmt: skip
    assert (strain.code, strain.is_active) == ("strain", False)
    own.refresh_from_db()
    assert (own.code, own.to_month) == ("h_pegs", 95)
    said_to = LogEntry.objects.get().get_change_message()
    assert said_to.startswith("Changed To month. Changed")
    assert [scale.code for scale in instruments_at(clinic.pk)["h_pegs"].scales] == ["minute"]


@pytest.mark.parametrize(
    ("changed", "wrongs"),
    [
        ({"code": "bot_2"}, {"code": ["The product itself ships an entry of this code."]}),
        ({"code": "other"}, {"code": ["The product itself ships an entry of this code."]}),
        ({"code": "h:pegs"}, {"code": ["Begin with a small letter; then small letters, digits and “_”."]}),
        ({"from_month": 84}, {"to_month": ["The last month lies before the first."]}),
        ({"to_month": 400}, {"to_month": ["Write completed months, from 0 to 311."]}),
        ({"measures": ""}, {"measures": ["This field is required."]}),
        ({"source": ""}, {"source": ["This field is required."]}),
    ],
)  # fmt: skip
def test_a_test_is_held_to_the_rules_of_the_shipped_ones(
    changed: dict[str, Any], wrongs: dict[str, list[str]], site: Client, clinic: Organization
) -> None:
    answer = site.post(reverse(f"{TEST}_add"), typed(clinic, MINUTE, **changed))
    assert wrong(answer) == wrongs
    assert not OwnInstrument.objects.exists()


@pytest.mark.parametrize(
    ("scale", "wrongs"),
    [
        (MINUTE | {"mean": 20, "sd": 4}, {
            "mean": ["Only a standard, T or scaled score has a mean and an SD: leave it empty."],
            "sd": ["Only a standard, T or scaled score has a mean and an SD: leave it empty."],
        }),
        (STRAIN | {"sd": ""}, {"sd": ["Write the mean and the SD, or neither."]}),
        (STRAIN | {"sd": -8}, {"sd": ["The standard deviation is above 0."]}),
        (STRAIN | {"minimum": 60}, {"mean": ["The mean lies between the smallest and the largest score."]}),
        (MINUTE | {"minimum": 41}, {"maximum": ["The largest score is above the smallest."]}),
        (MINUTE | {"score_type": "percent", "maximum": 101}, {"maximum": ["A percentile or a percent goes from 0 to 100."]}),
        (MINUTE | {"score_type": "category", "minimum": ""}, {"maximum": ["This kind of score is words: leave it empty."]}),
        (MINUTE | {"code": "In a minute"}, {"code": ["Begin with a small letter; then small letters, digits and “_”."]}),
    ],
)  # fmt: skip
def test_a_scale_is_held_to_them_too(
    scale: dict[str, Any], wrongs: dict[str, list[str]], site: Client, clinic: Organization
) -> None:
    answer = site.post(reverse(f"{TEST}_add"), typed(clinic, scale))
    assert wrong_lines(answer) == [wrongs]
    assert not OwnInstrument.objects.exists()


def test_a_test_has_a_scale_and_each_its_own_code(site: Client, clinic: Organization) -> None:
    add = reverse(f"{TEST}_add")
    assert site.post(add, typed(clinic)).status_code == 200
    answer = site.post(add, typed(clinic, MINUTE, MINUTE | {"label": "Again"}))
    assert wrong_lines(answer)[1] == {"__all__": ["Please correct the duplicate values below."]}
    assert not OwnInstrument.objects.exists()


def test_a_code_is_once_at_a_place_and_free_at_another(
    site: Client, clinic: Organization, cast: Cast
) -> None:
    own_instrument(clinic)
    said = {"scales-INITIAL_FORMS": 0, "scales-0-id": "", "scales-0-instrument": ""}
    add = reverse(f"{TEST}_add")
    assert wrong(site.post(add, typed(clinic, MINUTE) | said)) == {
        "__all__": ["This place has an entry of this code."]
    }
    assert site.post(add, typed(cast.other_clinic, MINUTE) | said).status_code == 302


def test_they_are_searched_and_filtered(site: Client, clinic: Organization, cast: Cast) -> None:
    own_instrument(clinic)
    own_instrument(cast.other_clinic, name="Coat Check", is_active=False)

    def found(**asked: str) -> set[str]:
        page = site.get(reverse(f"{TEST}_changelist"), asked)
        return {one.name for one in page.context["cl"].result_list}

    assert found(q="harbor") == {"Harbor Peg Check"}
    assert found(q="valley") == {"Coat Check"}
    assert found(is_active__exact="1") == {"Harbor Peg Check"}
    page = site.get(reverse("admin:referrals_organization_change", args=[clinic.pk]))
    here = f"{reverse(f'{TEST}_changelist')}?organization__id__exact={clinic.pk}"
    assert here in page.content.decode()
    assert found(organization__id__exact=str(clinic.pk)) == {"Harbor Peg Check"}
