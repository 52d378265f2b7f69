"""Can a rating be told from another's, and a diagnosis tied to the order that named it?"""

from datetime import datetime
from typing import Any

from referrals.models import Diagnosis, Performance, Rating, Referral, ReferralDiagnosis
from tests.conftest import Cast

from .conftest import Caller, ids
from .test_interface import faults


def performers(told: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["id"]: one.get("performer") for one in told}


def test_each_rating_says_who_rated_but_not_which_of_the_family(
    record: Referral, cast: Cast, clinic_system: Caller, now: datetime
) -> None:
    goal = record.goals.get()
    raters = {"therapist": cast.colleague, "pediatrician": cast.pediatrician, "family": cast.family}
    rows = {
        party: Rating.objects.create(
            goal=goal, party=party, level=0, by=by, at=now, rated_on=now.date()
        )
        for party, by in raters.items()
    }
    told = performers(clinic_system.all("Observation"))
    for party in ("therapist", "pediatrician"):
        who = [{"reference": f"Practitioner/{raters[party].pk}"}]
        assert told[str(rows[party].pk)] == who
    assert told[str(rows["family"].pk)] == [{"display": "Family"}]
    assert told[str(Performance.objects.get().pk)] == [{"display": "Family"}]


def test_an_order_leads_to_its_diagnoses_under_ids_that_tell_nothing(
    record: Referral, clinic_system: Caller
) -> None:
    Diagnosis.objects.create(code="R27.8", title="Clumsy", search=" r27.8")
    ReferralDiagnosis.objects.create(referral=record, diagnosis_id="R27.8", rank=1)
    order = clinic_system.get(f"ServiceRequest/{record.pk}")
    named = [one["reference"] for one in order["reasonReference"]]
    assert named == [f"Condition/{record.pk}-0", f"Condition/{record.pk}-1"]
    told = clinic_system.all("Condition")
    assert ids(told) == named
    assert [one["code"]["coding"][0]["code"] for one in told] == ["F82", "R27.8"]
    assert [clinic_system.get(one) for one in named] == told
    assert clinic_system.all(f"Condition?_id={record.pk}-1") == told[1:]
    assert faults(order) == []


def test_who_named_no_diagnosis_leads_nowhere(sent: Referral, clinic_system: Caller) -> None:
    assert "reasonReference" not in clinic_system.get(f"ServiceRequest/{sent.pk}")
    assert clinic_system.all("Condition") == []
    assert clinic_system.ask(f"Condition/{sent.pk}-0").status_code == 404
