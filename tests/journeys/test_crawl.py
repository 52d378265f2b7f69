"""Is there a page, in any role, that keeps somebody out, or that nobody finds?

The crawl needs no list of pages: it follows links through the world of the demo, and holds what it
came to against what the access matrix says each role may open.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from referrals.models import Practice, Referral, User
from referrals.urls import urlpatterns
from tests.demo.once import Tell
from tests.factories.person import PASSWORD
from tests.session_stages import visits_of
from tests.test_access_matrix import MEMBERS, ROWS, withdrawn

from .crawler import (
    FILES,
    WIDTHS,
    Look,
    first_of_each,
    fullest_of_each,
    name_of,
    walk,
    walk_until,
    worth_a_look,
)

__all__ = ["withdrawn"]

#: Whose pages: of one role several people, where one alone does not meet everything. The pages of the
#: administration are Django's own; `test_administrator` looks at those that people use.
ROLES: Final = {
    "pediatrician": ("pediatrician", "other.pediatrician"),
    "therapist": ("therapist", "other.therapist"),
    "coordinator": ("coordinator",),
    "family": ("family", "theo.family", "clara.family", "other.family"),
    "partner": ("partner",),
    "anonymous": (),
}
#: In which language the pages of a role are looked at: those who work here read English.
LANGUAGES: Final = [*((role, "en") for role in ROLES), ("family", "es")]
#: What is no page for anybody: told to a machine, a part of a page, or gone on from at once.
NO_PAGE: Final = {
    "healthz": "told to a machine", "readyz": "told to a machine",
    "fhir_metadata": "told to a machine", "fhir_smart": "told to a machine",
    "service_worker": "a script", "web_manifest": "told to a machine",
    "diagnosis_search": "a part of the referral form: see test_partial_updates",
    "organization_search": "a part of the referral form: see test_partial_updates",
    "referral_receive": "sends itself as soon as it is opened",
    "mfa_list_webauthn": "the page of second factors by another name",
    "account_signup": "accounts are by invitation: not linked, on purpose, and looked at below",
}  # fmt: skip
#: What a role may open and is not led to, with the reason; it is looked at all the same.
UNLED: Final = {
    "everybody": {
        "practice_offline": "shown by the phone itself when there is no signal",
        "account_inactive": "shown in place of a home to whom was let go",
        "account_reauthenticate": "asked before something that needs the password again",
        "account_reset_password": "the link stands where the password is asked for",
        "account_reset_password_done": "after the form",
        "account_reset_password_from_key": "from the e-mail",
        "account_reset_password_from_key_done": "after the form",
    },
    "family": {
        "referral_list": "a family has its children, not a list of cases",
        "search": "the same",
    },
}  # fmt: skip
#: What the demo's people of a role do not stand before, and where the same page is looked at.
ELSEWHERE: Final = {
    "pediatrician": {
        "caseload_map": "while the columns of a file are being named: see test_caseload",
        "letter_error": "the therapist's, who wrote one: the page is the same",
    },
    "family": {"letter_list": "a family finds its letters among the papers"},
}
#: Moments that the demo's world has passed: who stands before which page, in which state.
MOMENTS: Final = """
referral_acknowledge       pediatrician  declined         button
report_acknowledge         pediatrician  report_sent
referral_confirm           therapist     withdrawn        button
referral_confirm           coordinator   withdrawn        button
referral_sign_evaluation   therapist     begun            button
plan_sign                  therapist     planned          button
referral_explain_plan      therapist     plan_signed
report_sign                therapist     report_drafted   button
referral_send_report       therapist     report_signed
session_miss               therapist     booked           button
session_miss               coordinator   booked           button
pause_answer               therapist     at_home
referral_discharge         therapist     summed_up        button
discharge_note             family        discharged
practice_describe          family        practising       button
"""
ROWS_OF_MOMENTS: Final = [line.split() for line in MOMENTS.strip().splitlines()]
NOWHERE: Final = "/children/00000000-0000-7000-8000-000000000000/"

#: Where `make accessibility` wants its report. It looks at every page that shows something new;
#: `make test` at the fullest of each name.
REPORT: Final = os.environ.get("ACCESSIBILITY_REPORT", "")

Open = Callable[[Client | None], Page]
#: Role, language, addresses, pages and ways of looking at them: for the report.
told: list[tuple[str, str, int, int, int, int]] = []


@pytest.fixture
def open_as(new_context: Callable[..., BrowserContext], live_server: Any) -> Open:
    """A browser in which somebody is signed in already."""

    def opened(client: Client | None) -> Page:
        context = new_context(service_workers="block")
        if client is not None:
            name = settings.SESSION_COOKIE_NAME
            cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        return context.new_page()

    return opened


@pytest.fixture(scope="module", autouse=True)
def report() -> Iterator[None]:
    """`make accessibility` writes down what the crawl covered."""
    yield
    if REPORT and told:
        head, _, _ = Path(REPORT).read_text().partition("## The last crawl")
        rows = "\n".join(f"| {' | '.join(str(one) for one in row)} |" for row in told)
        Path(REPORT).write_text(
            f"{head}## The last crawl\n\n{timezone.localdate():%-d %b %Y}.\n\n"
            "| role | language | addresses | pages | ways of looking | violations |\n"
            f"|---|---|---|---|---|---|\n{rows}\n"
        )


def speaks(language: str) -> None:
    """Everybody reads the product in this language."""
    if language != "en":
        User.objects.update(language=language)


def look_in(language: str) -> Look:
    """In Spanish the layout is the same and the words are longer: where there is least room."""
    return Look() if language == "en" else Look(widths=WIDTHS[:1], zoomed=())


def may_open(role: str) -> set[str]:
    column = 3 + MEMBERS.index(role)
    return {row[0] for row in ROWS if row[2] == "GET" and row[column] == "200"}


def address_of(name: str) -> str:
    """Of a page that needs no key, or whose key is a child's in nobody's record."""
    if name == "account_reset_password_from_key":
        return reverse(name, args=["x", "y-z"])
    return reverse(name)


@pytest.mark.parametrize(("role", "language"), LANGUAGES)
def test_every_page_of_a_role(
    role: str, language: str, tell_the_story: Tell, open_as: Open, live_server: Any
) -> None:
    tell_the_story()
    User.objects.update(password=make_password(PASSWORD))
    speaks(language)

    led_by_hand = {*UNLED["everybody"], *UNLED.get(role, {})}
    later = {name for name, who, *_ in ROWS_OF_MOMENTS if who == role}
    expected = {n for n in may_open(role) if not n.endswith(FILES)} - set(NO_PAGE) - later
    expected -= set(ELSEWHERE.get(role, ()))
    if role != "partner":
        # What is shared with a school is led to from its home; all others have the record itself.
        expected = {name for name in expected if not name.startswith("shared_")}
    look = look_in(language)
    clients = [Client() for _ in ROLES[role]]
    for client, account in zip(clients, ROLES[role], strict=True):
        client.force_login(User.objects.get(email=f"{account}@demo.example"))
    pages = walk_until(clients, expected - led_by_hand)
    if role == "anonymous":
        pages = [(Client(), one) for one in walk(Client(), start=reverse("account_login"))]
    reached = {one.name for _, one in pages}
    # What the role may open, links lead to: the same ones in every language.
    if language == "en":
        assert expected - led_by_hand - reached == set(), f"no link leads a {role} there"
    # And every page is for everybody.
    worth = first_of_each if language != "en" else worth_a_look if REPORT else fullest_of_each
    chosen = set(map(id, worth([one for _, one in pages])))
    doors: dict[Client | None, Page] = {}
    rest = [address_of(name) for name in sorted(expected & led_by_hand - reached)]
    ways = [(client, one.path) for client, one in pages if id(one) in chosen]
    ways += [(pages[0][0], path) for path in (*rest, NOWHERE)]
    for client, path in ways:
        door = client if role != "anonymous" else None
        if door not in doors:
            doors[door] = open_as(door)
        look.at(doors[door], live_server.url + path, f"{role}: {name_of(path)}")
    told.append((role, language, len(set(look.pages)), len(look.pages), look.ways, len(look.wrong)))
    assert look.wrong == []


@pytest.mark.parametrize("row", ROWS_OF_MOMENTS, ids=lambda row: "-".join(row))
def test_a_page_of_a_moment(
    row: list[str], request: pytest.FixtureRequest, cast: Any, open_as: Open, live_server: Any,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    name, who, state, *by_button = row
    referral: Referral = request.getfixturevalue(state)
    client = client_of(getattr(cast, who))
    if not by_button:
        path = next(one.path for one in walk(client) if one.name == name)
    elif name == "practice_describe":
        practice = Practice.objects.get()
        path = reverse(name, args=[referral.pk, practice.activity_id, practice.pk])
    elif name == "session_miss":
        path = reverse(name, args=[referral.pk, visits_of(referral)[0].pk])
    else:
        path = reverse(name, args=[referral.pk])
    look = Look()
    look.at(open_as(client), live_server.url + path, f"{who}: {name}")
    told.append((f"{who}: {name}", "en", 1, len(look.pages), look.ways, len(look.wrong)))
    assert look.wrong == []


def test_what_is_left_out_is_there() -> None:
    """A reason for a page that is no more would hide the next of its name."""
    names = {str(one.name) for one in urlpatterns if isinstance(one, URLPattern)}
    named = {*NO_PAGE, *(row[0] for row in ROWS_OF_MOMENTS)}
    named |= {name for group in UNLED.values() for name in group}
    assert named - names == set()


FAULTY: Final = """<!doctype html><html lang="en"><head><title>Faulty</title><style>
    body { margin: 0 } .wide { width: 50rem } a { outline: none; animation: turn 2s infinite }
    @keyframes turn { to { opacity: .9 } }
    .low { color: #999; background: #fff } .cut { width: 4rem; overflow: hidden; white-space: nowrap }
    .bar { position: fixed; inset: auto 0 0; height: 60px; background: #fff }
    .frame { width: 9rem; overflow-x: auto } button { width: 12px; height: 12px; padding: 0; border: 0 }
    </style></head><body><main><h1>Faulty</h1><p class="low">Pale</p><p class="cut">Cut off here</p>
    <div class="wide">Wide</div><div class="frame"><div class="wide">A frame</div></div>
    <button aria-label="one"></button><button aria-label="two"></button>
    <img src="data:,"><div style="height: 60rem"></div><a href="#x">Linked</a><div class="bar"></div></main></body></html>"""


def test_the_crawl_sees_what_it_looks_for(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.set_content(FAULTY)
    look = Look()
    look.meets(page, "faulty")
    for fault in (
        "color-contrast: .low", "image-alt: img", "target-size: button", "scrolls sideways",
        "p.cut is cut off", "div.frame scrolls and has no focus or name", "a moves for 2 s",
        "a does not show that it has the focus", "a has the focus and lies behind something",
    ):  # fmt: skip
        assert any(fault in one for one in look.wrong), (fault, look.wrong)
