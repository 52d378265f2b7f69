"""What else is owed on this referral, beside its next step?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext

from referrals.access import FAMILY_DUTIES, RIGHTS
from referrals.act import DUTIES, Duty
from referrals.models import Referral, Task, User
from referrals.pathway import Party

#: Where each duty is done.
PAGES: Final = {
    Duty.TELL_PROFILE: "evaluation_profile",
    Duty.ANSWER_GOALS: "goal_list",
    Duty.SIGN_RENEWED_PLAN: "referral_certify_plan",
    Duty.RENEW_PLAN: "plan_write",
    Duty.RENEW_PRESCRIPTION: "prescription_new",
    Duty.ASK_PRESCRIPTION: "prescription_list",
    Duty.NOTE_DISCHARGE: "discharge_note",
    # Home activities
    Duty.ANSWER_CHECK_IN: "check_in_list",
    Duty.AGREE_PAUSE: "activity_list",
    # Therapy visits
    Duty.SIGN_SESSION: "session_list",
    Duty.COSIGN_SESSION: "session_list",
    Duty.ACKNOWLEDGE_REPORT: "report_acknowledge",
    Duty.ANSWER_CORRECTION: "correction_list",
    # Sharing
    Duty.ANSWER_RESULTS: "referral_results",
    Duty.CHASE_RESULTS: "referral_results",
}

#: What clinicians owe each other, or a question that the family may not know of, is not its to read.
_INNER: Final = (
    Duty.SIGN_SESSION, Duty.COSIGN_SESSION, Duty.ANSWER_CHECK_IN, Duty.ASK_PRESCRIPTION,
    Duty.CHASE_RESULTS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """One task as its page shows it; `url` only for those who do it."""

    words: str
    who: str
    due_on: date
    mine: bool
    url: str


def tasks_of(
    referral: Referral, user: User, today: date, *, rights: Collection[str] = (),
    for_family: bool = False,
) -> list[Owed]:  # fmt: skip
    """The open tasks that are due or near, the soonest first. One query.

    `rights` are the reader's as an adult of the family: a duty of the family's is theirs only
    with the right that it needs. A family reads nothing of what waits between clinicians.
    """
    shown = referral.tasks.filter(is_open=True, from_on__lte=today)
    if for_family:
        shown = shown.exclude(duty__in=_INNER)
    return [_owed(task, user, rights) for task in shown.select_related("owner", "organization")]


def _owed(task: Task, user: User, rights: Collection[str]) -> Owed:
    duty = DUTIES[Duty(task.duty)]
    mine = task.owner_id == user.pk
    if task.party == Party.FAMILY:
        mine = RIGHTS[FAMILY_DUTIES[Duty(task.duty)]] in rights
    return Owed(
        words=gettext(duty.verb if mine else duty.waiting),
        who=f"{task.owner}, {task.organization}" if task.owner else gettext("The family"),
        due_on=task.due_on,
        mine=mine,
        url=reverse(PAGES[Duty(task.duty)], args=[task.referral_id]) if mine else "",
    )
