"""Who owes the step, when people come and go?"""

from datetime import timedelta

import pytest

from referrals.actions.owner import answerable, first_answering, intake_of
from referrals.actions.refusal import Refused
from referrals.models import Membership, Role, User
from referrals.pathway import Party
from tests.factories.person import works_at


def test_the_named_intake_comes_first_then_who_has_been_there_longest(
    practice, pediatrician, practice_colleague, now
):
    assert intake_of(practice, now, Role.PEDIATRICIAN) == pediatrician
    Membership.objects.filter(user=pediatrician).update(
        takes_intake=False, since=now - timedelta(days=1)
    )
    assert intake_of(practice, now, Role.PEDIATRICIAN) == practice_colleague


def test_who_has_left_is_away_or_does_something_else_takes_no_intake(clinic, coordinator, now):
    assert intake_of(clinic, now, Role.PEDIATRICIAN) is None
    assert intake_of(clinic, now, Role.COORDINATOR) == coordinator
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert intake_of(clinic, now, Role.COORDINATOR) is None


def test_a_membership_counts_from_its_beginning_until_its_end(clinic, coordinator, now):
    Membership.objects.filter(user=coordinator).update(since=now, until=now + timedelta(days=1))
    assert intake_of(clinic, now - timedelta(seconds=1), Role.COORDINATOR) is None
    assert intake_of(clinic, now, Role.COORDINATOR) == coordinator
    assert intake_of(clinic, now + timedelta(days=1), Role.COORDINATOR) is None


@pytest.mark.parametrize(
    ("party", "owner"),
    [(Party.PEDIATRICIAN, "Ada"), (Party.THERAPIST, "Thea"), (Party.COORDINATOR, "Kofi")],
)
def test_each_side_has_its_person(accepted, party, owner, now):
    person, place = answerable(accepted, party, now)
    assert person.given_name == owner
    assert place == (accepted.practice if party is Party.PEDIATRICIAN else accepted.clinic)


def test_when_the_therapist_has_left_a_colleague_is_answerable(accepted, therapist, now):
    Membership.objects.filter(user=therapist).update(until=now)
    assert answerable(accepted, Party.THERAPIST, now)[0].given_name == "Cora"


def test_a_clinic_without_therapists_is_answered_for_by_its_coordinator(
    accepted, therapist, colleague, now
):
    Membership.objects.filter(user__in=[therapist, colleague]).update(until=now)
    assert answerable(accepted, Party.THERAPIST, now)[0].given_name == "Kofi"


def test_an_author_who_moved_to_another_practice_no_longer_answers(
    accepted, pediatrician, other_practice, now
):
    Membership.objects.filter(user=pediatrician).update(until=now)
    Membership.objects.create(
        user=pediatrician, organization=other_practice, role=Role.PEDIATRICIAN,
        since=now - timedelta(days=1),
    )  # fmt: skip
    assert answerable(accepted, Party.PEDIATRICIAN, now)[0].given_name == "Ben"


def test_a_newcomer_does_not_push_out_the_author(accepted, practice, pediatrician, now):
    Membership.objects.filter(user=pediatrician).update(takes_intake=False)
    works_at(practice, Role.PEDIATRICIAN, intake=True, given_name="Neo")
    assert answerable(accepted, Party.PEDIATRICIAN, now)[0] == pediatrician


@pytest.mark.parametrize("party", [Party.PEDIATRICIAN, Party.THERAPIST, Party.COORDINATOR])
def test_a_place_without_anybody_says_so(accepted, party, now):
    Membership.objects.all().update(until=now)
    with pytest.raises(Refused, match="has nobody who could take this on"):
        answerable(accepted, party, now)


def test_a_referral_without_a_clinic_asks_for_one(draft, now):
    draft.clinic = None
    with pytest.raises(Refused, match="Choose the clinic") as no:
        answerable(draft, Party.COORDINATOR, now)
    assert no.value.field == "clinic"


@pytest.mark.parametrize(
    ("gone", "takes_intake", "told"),
    [
        ([], "", {Party.PEDIATRICIAN: "Ada", Party.COORDINATOR: "Kofi", Party.THERAPIST: "Thea"}),
        (
            [], "Cora",
            {Party.PEDIATRICIAN: "Ada", Party.COORDINATOR: "Cora", Party.THERAPIST: "Cora"},
        ),
        (
            ["Kofi"], "",
            {Party.PEDIATRICIAN: "Ada", Party.COORDINATOR: "Thea", Party.THERAPIST: "Thea"},
        ),
        (["Thea", "Cora"], "", {Party.PEDIATRICIAN: "Ada", Party.COORDINATOR: "Kofi"}),
        (["Thea", "Cora", "Kofi"], "", {Party.PEDIATRICIAN: "Ada"}),
    ],
)  # fmt: skip
def test_who_is_found_to_answer_as_it_is_sent_is_who_is_found_a_side_at_a_time(
    draft, clinic, pediatrician, colleague, gone, takes_intake, told, now
):
    there = Membership.objects.filter(organization=clinic)
    there.filter(user__given_name__in=gone).update(until=now)
    if takes_intake:
        there.update(takes_intake=False)
        there.filter(user__given_name=takes_intake).update(takes_intake=True)
    found = first_answering(draft, now, here=pediatrician)
    assert {party: person.given_name for party, person in found.items()} == told
    for party, person in found.items():
        assert answerable(draft, party, now)[0] == person
        assert answerable(draft, party, now, answering=found)[0] == person


def test_a_colleague_who_sends_it_does_not_answer_for_the_author(draft, practice_colleague, now):
    assert Party.PEDIATRICIAN not in first_answering(draft, now, here=practice_colleague)
    assert answerable(draft, Party.PEDIATRICIAN, now)[0].given_name == "Ada"


def test_a_therapist_who_is_named_is_not_passed_over(accepted, pediatrician, now):
    assert first_answering(accepted, now, here=pediatrician).keys() == {Party.PEDIATRICIAN}
