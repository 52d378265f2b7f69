"""Is the second of two people who change the same record told so, and do the first one's words stand?

The forms are those of the access matrix that somebody may send: a new one is tried without being
named here. Two open the same page; one saves; the other, who still sees what was, types something
else and saves. Where a form cannot be filled in from its page alone, the table says what is typed.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from django import forms
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.access_stages import *  # noqa: F403  # fixtures
from tests.access_stages import MEMBERS
from tests.factories.session import browser, session_of
from tests.load.visitor import Answer
from tests.test_access_matrix import ROWS, Named, named  # noqa: F401
from tests.test_whatever_is_sent import everything

ADDS: Final = "Each save is a thing of its own beside the others, under an id that came with the form."
OWN: Final = "Nobody else can change it."
LEADS: Final = "It only leads to another page."
ONE_BUTTON: Final = "Nothing is typed, and whoever is second finds done what they wanted."
#: Forms that nobody can take from another, and why.
EXCEPT: dict[str, str] = {
    **dict.fromkeys((
        "child_new", "guardian_add", "referral_attach", "goal_new", "goal_answer", "goal_rate", "goal_performance",
        "activity_new", "activity_ask", "practice_react", "practice_log", "pause_ask", "pause_agree",
        "check_in_new", "concern_new", "correction_new", "letter_new", "message_new", "message_answer",
        "consent_new", "result_new", "shared_result_new", "programme_new", "session_plan",
        "session_authorise", "caseload_list", "emergency_open",
    ), ADDS),
    **dict.fromkeys(("feed_edit", "reminder_edit", "practice_describe", "practice_undo", "document_export"), OWN),
    **dict.fromkeys(("child_detail", "shared_overview", "referral_results", "caseload_detail"), LEADS),
    **dict.fromkeys(("consent_revoke", "discharge_note", "caseload_drop", "session_undo"), ONE_BUTTON),
}
#: Where a page of another address holds the form.
PAGES: dict[str, str] = {
    "concern_answer": "concern_detail", "caseload_bring": "caseload_detail", "programme_send": "programme_letter",
    "session_attend": "session_detail", "session_cosign": "session_detail",
}
#: Who sends it, where that is not whoever the table of rows has first.
WHO: dict[str, tuple[str, ...]] = {
    "referral_postpone": ("therapist", "colleague"), "referral_hand_over": ("therapist", "colleague"),
}
#: How much later, where the fixture's own day is too early for it.
LATER: dict[str, timedelta] = dict.fromkeys((
    "referral_miss", "evaluation_write", "referral_sign_evaluation", "referral_cut_short", "evaluation_amend",
    "referral_discharge", "report_sign", "session_attend", "session_miss",
), timedelta(days=60))
TYPED: dict[str, dict[str, Any]] = {
    "guardian_invite": {"email": lambda words: f"{words}@example.org".lower()},
    "referral_write": {"signs": ["tod.sensory"], "despite_open": "on"},
    "child_edit": {"gestation_weeks": "38"},
}

SENT: Final = ("422", "302")
EDITS = [
    row
    for row in ROWS
    if row[2] == "POST" and row[0] not in EXCEPT
    and not row[0].startswith(("account_", "mfa_", "home"))
    and any(told in SENT for told in row[3:-1])
]  # fmt: skip


def typed(door: Client, name: str, path: str, page: str, words: str) -> dict[str, Any]:
    """The form as its page has it, with these words in every field that takes some."""
    answer = door.get(page)
    assert answer.status_code == 200, answer.status_code
    sent = [one for one in Answer(200, page, answer.content.decode()).forms(path) if one.action == path]
    told: dict[str, Any] = dict(sent[0].fields)
    choices = sent[0].choices
    given = {id(one): one for part in answer.context for one in part.flatten().values()}
    for form in given.values():
        if isinstance(form, forms.BaseForm):
            for field, kind in form.fields.items():
                if form.add_prefix(field) in told or form.add_prefix(field) in choices or not sent:
                    _fill(told, choices, form.add_prefix(field), kind, words)
    return told | {
        field: value(words) if callable(value) else value
        for field, value in TYPED.get(name, {}).items()
    }


def _fill(
    told: dict[str, Any], choices: dict[str, list[str]], name: str, kind: forms.Field, words: str
) -> None:
    if isinstance(kind.widget, forms.HiddenInput) or isinstance(kind, forms.FileField):
        return
    if type(kind) is forms.CharField and "phone" not in name:
        longer = f"{told.get(name, '')} {words}".strip()
        told[name] = longer if len(longer) <= (kind.max_length or 9999) else words
    elif told.get(name):
        return
    elif isinstance(kind, forms.DateTimeField):
        told[name] = f"{timezone.localtime() + timedelta(days=9):%Y-%m-%dT10:00}"
    elif isinstance(kind, forms.DateField):
        told[name] = timezone.localdate().isoformat()
    elif kind.required and isinstance(kind, forms.IntegerField | forms.DecimalField):
        told[name] = str(kind.min_value or 1)
    elif kind.required and name in choices:
        told[name] = next(one for one in choices[name] if one)


@pytest.mark.parametrize("row", EDITS, ids=lambda row: " ".join(row[:2]))
def test_the_second_is_told_and_the_words_of_the_first_stand(
    row: list[str], named: Named, cast: Any  # noqa: F811
) -> None:
    name, state, _, *said = row
    keys = named(name, state)
    path = reverse(name, kwargs=keys)
    page = path
    if name in PAGES:
        page = reverse(PAGES[name], kwargs={k: v for k, v in keys.items() if k in keys})
    may = [member for member, told in zip(MEMBERS, said, strict=True) if told in SENT]
    one, other, *_ = [*(m for m in may if m in WHO.get(name, may)), *[may[0]] * 2]
    began = timezone.now() + LATER.get(name, timedelta())
    with time_machine.travel(began, tick=False):
        doors = {member: browser(session_of(getattr(cast, member))) for member in (one, other)}
        first = typed(doors[one], name, path, page, "Firstwords")
        second = typed(doors[other], name, path, page, "Secondwords")
        done = doors[one].post(path, first)
        assert done.status_code == 302, told_by(done)
    left = everything()
    with time_machine.travel(began + timedelta(minutes=1), tick=False):
        answer = doors[other].post(path, second)
    after = everything()
    assert {table for table in left if left[table] != after[table]} == set()
    heard = [m.level_tag for m in get_messages(answer.wsgi_request)]
    assert answer.status_code == 409 or "warning" in heard or "danger" in heard or "error" in heard, (answer.status_code, heard)
    if answer.status_code == 409 and "Secondwords" in str(second):
        assert "Secondwords" in answer.content.decode()


def told_by(answer: Any) -> Any:
    return answer.status_code, {
        id(form): form.errors for part in answer.context or () for form in part.flatten().values()
        if isinstance(form, forms.BaseForm)
    }.values() if answer.context else None
