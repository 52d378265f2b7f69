"""Is the same found where each row is asked for the seats of its own child as where all seats are read?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from referrals.access import referrals_visible_to, threads_visible_to
from referrals.actions.emergency import open_emergency
from referrals.actions.merge import merge_children
from referrals.actions.seat import end_seats
from referrals.models import Child, Consent, Guardian, Membership, Referral, Role, Thread, User
from referrals.models.record import new_id
from referrals.queries.message import unread_of_child
from tests.conftest import Cast
from tests.factories.child import ChildFactory, guardian_of
from tests.factories.message import keep_apart, said, second_adult, started
from tests.factories.referral import sent_for


class Stage(NamedTuple):
    cast: Cast
    sent: Referral
    school_consent: Consent
    father: Guardian
    at: datetime


@pytest.fixture
def stage(
    cast: Cast, sent: Referral, between_clinicians: Thread, with_family: Thread,
    with_school: Thread, school_consent: Consent, guardian: Guardian, father: Guardian,
    writing_time: datetime,
) -> Stage:  # fmt: skip
    """Threads of every sort about one child, one about another."""
    assert father.user is not None
    started(cast.child, by=cast.therapist, at=writing_time, guardian=father)
    started(cast.child, by=cast.therapist, at=writing_time, guardian=guardian)
    said(with_family, by=father.user, at=writing_time)
    started(cast.other_child, by=cast.stranger_pediatrician, at=writing_time)
    return Stage(cast, sent, school_consent, father, writing_time)


def the_clinic_let_go(stage: Stage) -> None:
    end_seats(stage.sent.pk, at=timezone.now())


def opened_in_an_emergency(stage: Stage) -> None:
    the_clinic_let_go(stage)
    open_emergency(
        id=new_id(), child=stage.cast.child, reason="She fell and nobody answers.",
        by=stage.cast.therapist, at=timezone.now(),
    )  # fmt: skip


def the_school_let_go(stage: Stage) -> None:
    end_seats(stage.school_consent.pk, at=timezone.now())


def an_adult_is_kept_apart(stage: Stage) -> None:
    keep_apart(stage.father, at=stage.at, how="hidden")


def two_records_of_it_are_one(stage: Stage) -> None:
    cast, at = stage.cast, stage.at
    double = ChildFactory(
        given_name="Mina", family_name="Fontane", practice=cast.practice, by=cast.pediatrician,
        at=at, date_of_birth=cast.child.date_of_birth,
    )  # fmt: skip
    guardian_of(double, cast.family, by=cast.pediatrician, at=at)
    sent_for(double, cast.other_clinic, by=cast.pediatrician, at=at)
    started(double, by=cast.stranger, at=at)
    merge_children(
        id=new_id(), kept=cast.child, lost=double, reason="One child.", by=cast.admin,
        at=at + timedelta(hours=1),
    )  # fmt: skip


def the_therapist_is_of_a_family(stage: Stage) -> None:
    cast = stage.cast
    second_adult(cast.other_child, cast.therapist, by=cast.stranger_pediatrician, at=stage.at)


def the_therapist_is_a_partner(stage: Stage) -> None:
    cast = stage.cast
    Membership.objects.create(
        user=cast.therapist, organization=cast.school, role=Role.PARTNER, since=stage.at
    )
    the_clinic_let_go(stage)


def somebody_left(stage: Stage) -> None:
    Membership.objects.filter(user=stage.cast.therapist).update(until=timezone.now())
    User.objects.filter(pk=stage.cast.family.pk).update(is_active=False)


def nothing_else(stage: Stage) -> None:
    pass


#: How many threads and referrals some read where it came so.
READ: dict[Callable[[Stage], None], dict[str, tuple[int, int]]] = {
    nothing_else: {"therapist": (5, 1), "family": (3, 1), "partner": (1, 0), "stranger": (0, 0)},
    the_clinic_let_go: {"therapist": (0, 0), "pediatrician": (5, 1)},
    opened_in_an_emergency: {"therapist": (5, 1), "colleague": (0, 0)},
    the_school_let_go: {"partner": (0, 0), "family": (3, 1)},
    an_adult_is_kept_apart: {"family": (2, 1), "therapist": (5, 1)},
    two_records_of_it_are_one: {"therapist": (6, 2), "stranger": (6, 2), "family": (4, 2)},
    the_therapist_is_of_a_family: {"therapist": (6, 1), "other_family": (1, 0)},
    the_therapist_is_a_partner: {"therapist": (1, 0), "colleague": (0, 0)},
    somebody_left: {"therapist": (0, 0), "family": (0, 0), "colleague": (5, 1)},
}


@pytest.mark.parametrize("happened", READ)
def test_row_by_row_everybody_reads_the_same(
    happened: Callable[[Stage], None], stage: Stage, nobody: User
) -> None:
    happened(stage)
    cast: Any = vars(stage.cast)
    people = {name: one for name, one in cast.items() if isinstance(one, User)}
    assert stage.father.user is not None
    people |= {"nobody": nobody, "father": stage.father.user}
    found = {}
    for name, one in people.items():
        person = User.objects.get(pk=one.pk)  # as the next request reads them
        for visible_to in (threads_visible_to, referrals_visible_to):
            keys = [
                set(visible_to(person, row_by_row=row_by_row).values_list("pk", flat=True))
                for row_by_row in (False, True)
            ]
            assert keys[0] == keys[1], (name, visible_to)
        threads = threads_visible_to(person)
        found[name] = (threads.count(), referrals_visible_to(person).count())
        counted = Child.objects.annotate(n=unread_of_child(person, "pk")).values_list("pk", "n")
        told = {
            child: threads.unread_by(person).filter(child=child).count() for child, _ in counted
        }
        assert dict(counted) == told, name
    assert {name: found[name] for name in READ[happened]} == READ[happened]
