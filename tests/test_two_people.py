"""Is the second of two people who change the same record told so, and do the first one's words stand?

The forms are those of the access matrix that somebody may send: a new one is tried without being
named here. Two open the same page; one saves; the other, who still sees what was, types something
else and saves. Where a page alone does not say how its form is filled in, `TYPED` does.
"""

from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from django import forms
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import Caseload, Referral
from tests.access_stages import *  # noqa: F403  # fixtures
from tests.access_stages import MEMBERS
from tests.factories.activity import picture
from tests.factories.goal import agreed
from tests.factories.session import browser, session_of
from tests.load.visitor import Answer
from tests.test_access_matrix import ROWS, Named, named  # noqa: F401
from tests.test_whatever_is_sent import everything

ADDS: Final = "Each save is a thing of its own, beside the others and under an id of its own."
OWN: Final = "Nobody else can change it."
LEADS: Final = "It only leads to another page."
ONE_BUTTON: Final = "Nothing is typed, and whoever is second finds done what they wanted."
#: What nobody can take from another here, and why.
EXCEPT: Final = {
    **dict.fromkeys((
        "child_new", "guardian_add", "referral_attach", "goal_new", "goal_answer", "goal_rate",
        "goal_performance", "activity_new", "activity_ask", "practice_react", "practice_log",
        "pause_ask", "pause_agree", "check_in_new", "concern_new", "correction_new", "letter_new",
        "message_new", "message_answer", "referral_write", "consent_new", "result_new", "shared_result_new",
        "programme_new", "session_plan", "session_authorise", "caseload_list", "emergency_open",
    ), ADDS),
    **dict.fromkeys(("feed_edit", "reminder_edit", "practice_describe", "practice_undo", "document_export"), OWN),
    **dict.fromkeys(("child_detail", "shared_overview", "referral_results", "caseload_detail"), LEADS),
    **dict.fromkeys(("consent_revoke", "discharge_note", "caseload_drop", "session_undo", "session_cosign"), ONE_BUTTON),
}  # fmt: skip
SENT: Final = ("422", "302")
CHANGES: Final = [
    row
    for row in ROWS
    if row[2] == "POST" and not row[0].startswith(("account_", "mfa_", "home"))
    and any(told in SENT for told in row[3:-1])
]  # fmt: skip

# --- What a page alone does not say ---------------------------------------------------------------

#: Whose page holds the form, where that is another one.
PAGES: Final = {
    "concern_answer": "concern_detail", "caseload_bring": "caseload_detail",
    "programme_send": "programme_letter", "session_attend": "session_detail",
}  # fmt: skip
#: Who sends it, where that is not whoever the matrix has first.
WHO: Final[dict[str, list[str]]] = {
    name: ["therapist", "colleague"] for name in ("referral_postpone", "referral_hand_over")
}
#: It is about a day that has come by then.
LATER: Final = dict.fromkeys(
    (
        "referral_miss", "evaluation_write", "referral_sign_evaluation", "referral_cut_short",
        "evaluation_amend", "referral_start_therapy", "goal_begin", "referral_discharge",
        "report_sign", "session_attend", "session_miss",
    ),
    timedelta(days=60),
)  # fmt: skip


def a_time(words: str) -> str:
    days = 20 if words.startswith("First") else 21
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT15:00}"


def a_day(words: str) -> str:
    days = 0 if words.startswith("First") else 1
    return f"{timezone.localdate() - timedelta(days=days)}"


TYPED: Final[dict[str, dict[str, Any]]] = {
    "guardian_invite": {"email": lambda words: f"{words}@example.org".lower()},
    "referral_write": {"do": "save"},
    "child_edit": {"gestation_weeks": "38"},
    "activity_picture_set": {"upload": lambda words: picture()},
    "caseload_bring": {"mode": "all"},
    "programme_note": {"on": a_day},
    "session_move": {"starts_at": a_time},
}  # fmt: skip


def prepare(name: str, keys: dict[str, Any], cast: Any, later: Any) -> dict[str, Any]:
    """What the state of the row still lacks."""
    if name == "caseload_bring":
        Caseload.objects.update(state="checked", counts={"new": 1})
    if name in ("referral_start_therapy", "goal_begin"):
        two = (cast.therapist, cast.pediatrician)
        everybody = two if name == "goal_begin" else (*two, cast.family)
        referral = Referral.objects.get(pk=keys["referral_id"])
        goal = agreed(referral, everybody, at=later + timedelta(hours=7))
        return keys | {"goal_id": goal.pk} if "goal_id" in keys else keys
    return keys


def filled(door: Client, name: str, path: str, page: str, words: str) -> dict[str, Any]:
    """The form as its page has it, with these words in every field that takes some."""
    answer = door.get(page)
    assert answer.status_code == 200
    sent = Answer(200, page, answer.content.decode()).forms(path)
    own = max(sent, key=lambda form: len(form.fields))
    told: dict[str, Any] = dict(own.fields)
    context: Any = answer.context
    shown = {id(one): one for part in context for one in part.flatten().values()}
    for form in shown.values():
        if isinstance(form, forms.BaseForm):
            for field, kind in form.fields.items():
                if field in told or field in own.choices:
                    _fill(told, field, kind, own.choices.get(field, []), words)
    also = TYPED.get(name, {})
    return told | {field: said(words) if callable(said) else said for field, said in also.items()}


def _fill(
    told: dict[str, Any], name: str, kind: forms.Field, offered: list[str], words: str
) -> None:
    if type(kind) is forms.CharField and not kind.widget.is_hidden and "phone" not in name:
        longer = f"{told.get(name, '')} {words}".strip()
        told[name] = longer if len(longer) <= (kind.max_length or len(longer)) else words
    elif told.get(name) or kind.widget.is_hidden:
        return
    elif isinstance(kind, forms.DateTimeField):
        told[name] = f"{timezone.localtime() + timedelta(days=9):%Y-%m-%dT10:00}"
    elif isinstance(kind, forms.DateField):
        told[name] = timezone.localdate().isoformat()
    elif kind.required and isinstance(kind, forms.IntegerField | forms.DecimalField):
        told[name] = str(kind.min_value or 1)
    elif kind.required and offered:
        told[name] = next(one for one in offered if one)


# --- What is asked of every form ------------------------------------------------------------------


def meet(
    name: str, path: str, page: str, people: tuple[Any, Any], after: timedelta = timedelta()
) -> None:
    """Both open the page; the first saves, the second saves what they typed into what they saw."""
    began = timezone.now() + after
    with time_machine.travel(began, tick=False):
        one, other = (browser(session_of(person)) for person in people)
        first = filled(one, name, path, page, "Firstwords")
        second = filled(other, name, path, page, "Secondwords")
        assert one.post(path, first).status_code == 302
    left = everything()
    with time_machine.travel(began + timedelta(minutes=1), tick=False):
        answer = other.post(path, second)
    assert everything() == left, "the second has changed what the first had saved"
    said = {message.level_tag for message in get_messages(answer.wsgi_request)}
    assert answer.status_code == 409 or said & {"warning", "error", "danger"}, "nobody told them"
    if answer.status_code == 409 and "Secondwords" in str(second):
        assert "Secondwords" in answer.content.decode(), "what they typed is gone"


@pytest.mark.parametrize(
    "row", [row for row in CHANGES if row[0] not in EXCEPT], ids=lambda row: " ".join(row[:2])
)
def test_the_second_is_told_and_what_the_first_saved_stands(
    row: list[str], named: Named, cast: Any, later: Any
) -> None:
    name, state, _, *said = row
    keys = prepare(name, named(name, state), cast, later)
    may = [member for member, told in zip(MEMBERS, said, strict=True) if told in SENT]
    one, other, *_ = [*(WHO.get(name) or may), may[0]]
    page = reverse(PAGES.get(name, name), kwargs=keys)
    people = (getattr(cast, one), getattr(cast, other))
    meet(name, reverse(name, kwargs=keys), page, people, LATER.get(name, timedelta()))


def test_of_two_who_write_one_draft_of_a_referral_too(cast: Any, draft: Referral) -> None:
    path = reverse("referral_write", args=[draft.child_id])
    people = (cast.pediatrician, cast.practice_colleague)
    meet("referral_write", path, f"{path}?draft={draft.pk}", people)


def test_no_exception_is_left_of_a_form_that_is_gone() -> None:
    names = {row[0] for row in CHANGES}
    assert sorted({*EXCEPT, *PAGES, *WHO, *LATER, *TYPED} - names) == []
