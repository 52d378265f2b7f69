"""Is a tap on the family's phone kept without a signal, sent once, and never lost?"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from referrals.models import Activity, Practice, Referral, User
from tests.factories.person import PASSWORD
from tests.factories.phone import an_activity
from tests.journeys.conftest import CHROMIUM, PHONE, QUIET
from tests.journeys.person import Person

from .gate import Gate
from .visit import yesterday

BUTTONS, SPOON = "Two buttons on the way out", "Spoon and yoghurt"
#: With a worker between page and network, Playwright does not see every request.
NO_WORKER = {"service_workers": "block"}


@pytest.fixture
def now() -> datetime:
    """So long ago that the activities began yesterday."""
    return yesterday()


@pytest.fixture
def activities(cast: Any, in_therapy: Referral, later: datetime) -> list[Activity]:
    return [
        an_activity(in_therapy, by=cast.therapist, at=later, title=title)
        for title in (BUTTONS, SPOON)
    ]


Phone = Callable[[], BrowserContext]


@pytest.fixture
def own_phone(browser_type: Any, tmp_path: Path) -> Iterator[Phone]:
    """The same phone, however often its browser is closed: what it keeps is on its disk."""
    opened: list[BrowserContext] = []

    def take_up(**wishes: Any) -> BrowserContext:
        made: BrowserContext = browser_type.launch_persistent_context(
            tmp_path / "phone", executable_path=CHROMIUM, args=QUIET, **PHONE, **wishes
        )
        opened.append(made)
        return made

    yield take_up
    for one in opened:
        one.close()


@pytest.fixture
def gate(live_server: Any) -> Iterator[Gate]:
    made = Gate(live_server.url)
    yield made
    made.shut()


def cut(gate: Gate, phone: BrowserContext) -> None:
    """No byte passes any more, and the phone has noticed."""
    gate.shut()
    phone.set_offline(True)


def card(page: Page, title: str) -> Any:
    return page.get_by_role("article", name=title, exact=True).first


def tap(page: Page, title: str, answer: str) -> None:
    card(page, title).get_by_role("button", name=answer, exact=True).first.click()


def logged() -> list[tuple[str, str]]:
    rows = Practice.objects.order_by("activity__title").values_list("activity__title", "result")
    return list(rows)


def ready(page: Page) -> None:
    """The worker is in place, and the phone has noted what there is to do."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("Queue.snapshot().then(kept => kept && kept.items.length)")


def console_is_quiet(person: Person) -> None:
    """That htmx met no network is told to the console, a moment later."""
    person.page.wait_for_timeout(300)
    person.forgives()


def with_one_that_waits(mother: Person) -> Person:
    """She has no signal, and has logged once."""
    mother.opens("/practice/").page.context.set_offline(True)
    tap(mother.page, BUTTONS, "Did it")
    mother.reads("1 entry waits for a signal.")
    console_is_quiet(mother)
    return mother


def comes_about(page: Page, this: Callable[[], bool]) -> None:
    """Wait until it is so, while the browser goes on."""
    for _ in range(100):
        if this():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It did not come about.")


def signs_in(person: Person, user: User) -> Person:
    """What waits is sent at once, and the page comes anew: it is looked at after that."""
    person.fills(email=user.email, password=PASSWORD)
    person.page.get_by_role("button", name="Sign in", exact=True).click()
    return person


def counted(page: Page) -> int:
    return int(page.evaluate("Queue.all().then(all => all.length)"))


# --- With a signal -------------------------------------------------------------------------------


def test_one_tap_from_home_and_taken_back(activities: list[Activity], family_phone: Person) -> None:
    page = family_phone.reads("Today at home", BUTTONS).page
    tap(page, BUTTONS, "Did it")
    expect(card(page, BUTTONS).get_by_text("Did it · you")).to_be_visible()
    assert logged() == [(BUTTONS, "did")]
    card(page, BUTTONS).get_by_text("Add minutes or a word").click()
    family_phone.fills(minutes="7").writes("A word about it", "With a song.").presses("Save")
    family_phone.reads("Thank you. It is added.", "“With a song.”")
    family_phone.taps(re.compile("^Undo")).reads("It is taken back. It counts for nothing now.")
    assert Practice.objects.get().undone_at is not None
    tap(page, BUTTONS, "Partly")
    expect(card(page, BUTTONS).get_by_text("Partly · you")).to_be_visible()
    family_phone.follows("Practice").reads("And yesterday?", "Partly")


def test_without_scripts_it_works_too(activities: list[Activity], phone: Any, family: User) -> None:
    mother = phone(family, java_script_enabled=False).opens("/practice/")
    mother.taps("Did it").reads("Did it").taps(re.compile("^Undo")).reads("It is taken back.")
    assert Practice.objects.get().undone_at is not None


# --- Without one ---------------------------------------------------------------------------------


def test_a_phone_without_a_signal_keeps_what_was_logged_and_sends_it_once(
    activities: list[Activity], own_phone: Phone, gate: Gate, family: User
) -> None:
    phone = own_phone()
    mother = Person(phone.new_page(), gate.url, "Rosa").signs_in(family)
    ready(mother.opens("/practice/").page)

    cut(gate, phone)
    page = mother.opens("/practice/").reads("No signal").page
    tap(page, BUTTONS, "Did it")
    tap(page, SPOON, "Not today")
    mother.reads("2 entries wait for a signal.", "waits on this phone").looks()
    assert logged() == []
    phone.close()

    phone = own_phone()
    phone.set_offline(True)
    again = Person(phone.new_page(), gate.url, "Rosa, the day after").opens("/practice/")
    again.reads("No signal", "2 entries wait for a signal.")
    expect(card(again.page, SPOON).get_by_text("Not today · waits")).to_be_visible()
    assert logged() == []

    # The session ended with the browser: what waits is kept until she signs in.
    gate.open()
    phone.set_offline(False)
    again.reads("2 entries are kept on this phone. Please sign in to send.")
    signs_in(again.forgives().follows("Sign in"), family)
    again.reads("2 entries were sent.").looks()
    assert logged() == [(SPOON, "not_today"), (BUTTONS, "did")]
    assert counted(again.page) == 0
    again.opens("/practice/").opens("/").opens("/practice/")
    assert (len(logged()), counted(again.page)) == (2, 0)


def test_what_waits_is_sent_as_soon_as_the_signal_is_back(
    activities: list[Activity], family_phone: Person
) -> None:
    page = family_phone.opens("/practice/").page
    ready(page)
    page.context.set_offline(True)
    tap(page, BUTTONS, "Did it")
    family_phone.reads("1 entry waits for a signal.")
    card(page, BUTTONS).get_by_text("Add minutes or a word").click()
    family_phone.fills(minutes="6").writes("A word about it", "In the lift.")
    card(page, BUTTONS).get_by_role("button", name="Save").click()
    family_phone.reads("Kept with your entry.", "“In the lift.”")
    tap(page, SPOON, "Partly")
    family_phone.reads("2 entries wait for a signal.")
    card(page, SPOON).get_by_role("button", name=re.compile("^Undo")).click()
    family_phone.reads("1 entry waits for a signal.")
    page.context.set_offline(False)
    family_phone.reads("1 entry was sent.")
    assert logged() == [(BUTTONS, "did")]
    entry = Practice.objects.get()
    assert (entry.minutes, entry.word) == (6, "In the lift.")


def test_an_answer_that_is_lost_on_the_way_makes_no_second_entry(
    activities: list[Activity], phone: Any, family: User
) -> None:
    """The server has saved it and the phone does not know: it sends the same key again."""
    mother = phone(family, **NO_WORKER).opens("/practice/")
    lost: list[str] = []

    def lose_one_of_each(route: Route) -> None:
        kind = route.request.url.rsplit("/", 2)[-2]
        if route.request.method == "POST" and kind not in lost:
            lost.append(kind)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    mother.page.route(re.compile(r"/practice/(queue/)?$"), lose_one_of_each)
    tap(mother.page, BUTTONS, "Did it")
    mother.reads("1 entry waits for a signal.")
    while len(lost) < 2:
        mother.page.wait_for_timeout(100)
    assert logged() == [(BUTTONS, "did")]
    console_is_quiet(mother)
    mother.page.evaluate("window.dispatchEvent(new Event('online'))")
    mother.reads("1 entry was sent.")
    assert logged() == [(BUTTONS, "did")]
    assert counted(mother.page) == 0


def test_an_entry_is_never_sent_under_somebody_elses_session(
    activities: list[Activity], cast: Any, phone: Any
) -> None:
    mother = with_one_that_waits(phone(cast.family, **NO_WORKER))
    mother.page.route(re.compile(r"/queue/$"), lambda route: route.abort())
    mother.page.context.set_offline(False)
    asked: list[str] = []

    def sign_out(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    mother.page.on("dialog", sign_out)
    mother.page.locator("details.menu > summary").click()
    mother.presses("Sign out")
    assert "1 entry is not sent yet." in asked[0]
    mother.page.unroute_all(behavior="ignoreErrors")
    mother.forgives().gives_password(cast.other_family.email, PASSWORD)
    mother.opens("/practice/").reads("1 entry of another person waits on this phone")
    assert logged() == []
    assert mother.page.evaluate("Queue.snapshot().then(kept => kept.items.length)") == 0
    mother.page.locator("details.menu > summary").click()
    signs_in(mother.presses("Sign out"), cast.family).reads("1 entry was sent.")
    assert [row.by for row in Practice.objects.all()] == [cast.family]


@pytest.mark.parametrize(
    ("role", "name", "asks"),
    [("button", "Sign out", r"/logout/$"), ("link", "E-mails and reminders", r"/reminders/$")],
)
def test_whoever_leaves_is_not_called_back_by_an_entry_that_is_sent_meanwhile(
    activities: list[Activity], cast: Any, phone: Any, role: Any, name: str, asks: str
) -> None:
    mother = with_one_that_waits(phone(cast.family, **NO_WORKER))
    held: list[Route] = []
    mother.page.route(
        re.compile(r"/queue/$"),
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    mother.page.route(re.compile(asks), lambda route: held.append(route))
    mother.page.context.set_offline(False)
    comes_about(mother.page, lambda: len(held) == 1)
    mother.page.once("dialog", lambda dialog: dialog.accept())
    mother.page.locator("details.menu > summary").click()
    mother.page.get_by_role(role, name=name).click(no_wait_after=True)
    comes_about(mother.page, lambda: len(held) == 2)
    held[0].continue_()
    comes_about(mother.page, lambda: logged() == [(BUTTONS, "did")])
    mother.page.wait_for_timeout(300)  # in which a page that comes anew would come
    with mother.page.expect_navigation():
        held[1].continue_()
    assert not mother.page.url.endswith("/practice/")


def test_what_is_refused_stays_with_its_sentence_until_it_is_dismissed(
    activities: list[Activity], cast: Any, phone: Any
) -> None:
    mother = with_one_that_waits(phone(cast.family, **NO_WORKER))
    cast.child.seats.filter(user=cast.family).update(rights=["see"])
    mother.page.context.set_offline(False)
    mother.reads("1 entry could not be saved:", "Only the family can log practice at home here.")
    mother.opens("/practice/").reads("1 entry could not be saved:")
    mother.page.get_by_role("button", name=f"Dismiss: {BUTTONS}").click()
    mother.reads("Dismissed.")
    assert (counted(mother.page), logged()) == (0, [])


def test_a_refusal_on_the_phone_lets_the_page_without_a_signal_stand_still(
    activities: list[Activity], cast: Any, own_phone: Phone, gate: Gate
) -> None:
    """The phone believes in a network through which nobody answers."""
    phone = own_phone()
    mother = Person(phone.new_page(), gate.url, "Rosa").signs_in(cast.family)
    ready(mother.opens("/practice/").page)
    cut(gate, phone)
    tap(mother.opens("/practice/").reads("No signal").page, BUTTONS, "Did it")
    mother.reads("1 entry waits for a signal.")
    cast.child.seats.filter(user=cast.family).update(rights=["see"])
    gate.open()
    phone.set_offline(False)
    mother.reads("1 entry could not be saved:")
    gate.shut()
    mother.opens("/practice/").reads("No signal", "1 entry could not be saved:")
    mother.page.evaluate("window.stood = true")
    mother.page.wait_for_timeout(1_500)  # in which it came anew ten times
    assert mother.page.evaluate("window.stood")
    mother.page.get_by_role("button", name=f"Dismiss: {BUTTONS}").click()
    mother.reads("Dismissed.")
