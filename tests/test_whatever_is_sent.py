"""Does anything break on what is sent to it, and does a refusal leave all as it was? The POSTs there are.

The rows are those of the access matrix. A form is filled in as its page has it, with one field or
many of them badly. The suite sends every seventh of those that judge a form, once, by all who may and by
some of those who may not; with `HYPOTHESIS_PROFILE=long` everybody sends every row, twenty times over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection, transaction
from django.test import Client
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.access_stages import *  # noqa: F403  # fixtures
from tests.access_stages import MEMBERS
from tests.factories.session import browser
from tests.load.broken import FORM, filled, form_body
from tests.load.known import fields
from tests.load.visitor import Answer, Form
from tests.looking import LOOKING
from tests.nasty import typed
from tests.rules import PROFILE, tried
from tests.test_access_matrix import ROWS, Ask, ask, named  # noqa: F401

REFUSED = ("403", "404", "405", "401", "in")
POSTS = [row for row in ROWS if row[2] == "POST" and row[0] != "admin:index"]
#: Pages that keep what was typed before they judge whether it can be sent: no refusal costs a word.
KEEPS = {
    "referral_write": {
        "referrals_referral",
        "referrals_referraldiagnosis",
        "referrals_event",
        "referrals_listed",
    },
    "plan_write": {"referrals_plan", "referrals_plangoal", "referrals_event"},
    "session_write": {"referrals_session", "referrals_event"},
    "discharge_write": {"referrals_discharge", "referrals_event"},
    "report_write": {"referrals_report", "referrals_event"},
}
LONG = PROFILE == "long"
CHOSEN = POSTS if LONG else [row for row in POSTS if "422" in row][::7]
#: What is kept for minutes only.
CACHES = ("cache", "searches")


def everything() -> dict[str, int]:
    """What is in each table, in a number; what looking writes is left out."""
    with connection.cursor() as cursor:
        tables = [one for one in connection.introspection.table_names(cursor) if one not in LOOKING]
        return {table: _content(cursor, table) for table in tables if table not in CACHES}


def _content(cursor: Any, table: str) -> int:
    cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # a name of the database's own
    return hash(frozenset(map(str, cursor.fetchall())))


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def the_form(door: Client, path: str) -> Form | None:
    """The one that the page at this address sends there."""
    with undone():
        answer = door.get(path)
        page = b"".join(answer)  # read to its end, a file is closed
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return None
    found = Answer(200, path, page.decode()).forms()
    return next((form for form in found if form.action == path), None)


@pytest.mark.parametrize("row", CHOSEN, ids=lambda row: " ".join(row[:2]))
def test_nothing_breaks_and_a_refusal_changes_nothing(
    ask: Ask, row: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, state, method, *said = row
    monkeypatch.setattr("tests.test_access_matrix.tell_nobody", lambda *what: None)

    @settings(tried(1), phases=[Phase.generate])
    @given(seed=st.integers(min_value=0, max_value=2**32))
    def whatever_is_sent(seed: int) -> None:
        dice, members = Random(f"{name} {state} {seed}"), iter(zip(MEMBERS, said, strict=True))
        before: dict[str, int] = {}
        forms: list[Form] = []

        def answer(door: Client, path: str, method: str) -> str:
            member, told = next(members)
            if told in REFUSED and not LONG and dice.random() < 0.8:
                return ""
            form = the_form(door, path)
            forms.extend([form] if form else [])
            before.update(before or everything())
            pairs = filled(forms[-1], known, dice) if forms else []
            if not pairs:
                names = dice.sample(list(known), 5)
                pairs = typed({name: known[name] for name in names}, dice)
            body = form_body(pairs)
            with undone():
                got = browser(session(door)).post(path, body, content_type=FORM)
                list(got)
                if got.status_code >= 400:
                    assert got.status_code < 500, (member, body)
                    after = everything()
                    changed = {table for table in before if before[table] != after[table]}
                    kept = KEEPS.get(name, set()) if got.status_code == 422 else set()
                    assert changed <= kept, (member, got.status_code, body)
            return ""

        monkeypatch.setattr("tests.test_access_matrix.answer", answer)
        with undone():
            ask(name, state, method)

    known = fields()
    whatever_is_sent()


def session(door: Client) -> str:
    kept = door.cookies.get(site.SESSION_COOKIE_NAME)
    return kept.value if kept else ""
