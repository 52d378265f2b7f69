"""Light or dark: as the system says, or as somebody chose; with scripts and without."""

from playwright.sync_api import expect

from referrals.models import User
from tests.journeys.conftest import Enter
from tests.journeys.person import Person

LIGHT, DARK = "rgb(246, 244, 239)", "rgb(18, 24, 27)"
#: Some of what colours the words of a page, as it is on paper.
PRINTED = {"--ink": "#000", "--good": "#22653d", "--warn": "#7d4a00", "--info": "#28568f"}


def ground(person: Person) -> str:
    return str(person.page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_without_a_choice_the_system_decides_also_without_scripts(phone: Enter) -> None:
    for scripts in (True, False):
        wishes = {"java_script_enabled": scripts}
        assert ground(phone(color_scheme="dark", **wishes).opens("/accounts/login/")) == DARK
        assert ground(phone(color_scheme="light", **wishes).opens("/accounts/login/")) == LIGHT


def test_a_choice_is_stronger_and_stays(phone: Enter) -> None:
    somebody = phone(color_scheme="dark").opens("/accounts/login/")
    page = somebody.page
    page.get_by_role("button", name="Light").click()
    assert ground(somebody) == LIGHT
    assert ground(somebody.opens("/accounts/password/reset/")) == LIGHT
    # The server draws it: nothing flashes where the script comes late, or never.
    page.route("**/theme*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    assert ground(somebody.opens("/accounts/login/")) == LIGHT
    page.unroute("**/theme*.js")
    somebody.opens("/accounts/login/")
    page.get_by_role("button", name="System").click()
    assert ground(somebody) == DARK
    assert ground(somebody.opens("/accounts/login/")) == DARK


def test_the_administration_and_the_product_have_one_choice(desk: Enter, admin: User) -> None:
    keeper = desk(admin, color_scheme="light").opens("/accounts/password/change/")
    keeper.page.locator(".menu > summary").click()
    keeper.page.get_by_role("button", name="Dark").click()
    keeper.opens("/admin/")
    root = keeper.page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    keeper.page.locator(".theme-toggle").first.click()  # in a light system the next is light
    expect(root).to_have_attribute("data-theme", "light")
    assert ground(keeper.opens("/accounts/password/change/")) == LIGHT
    assert keeper.page.locator("html").get_attribute("data-bs-theme") == "light"


def test_what_is_chosen_in_one_window_is_so_in_the_others(desk: Enter) -> None:
    somebody = desk(color_scheme="light").opens("/accounts/login/")
    beside = somebody.page.context.new_page()
    beside.goto(somebody.page.url)
    beside.get_by_role("button", name="Dark").click()
    expect(somebody.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_on_paper_it_is_always_light(desk: Enter) -> None:
    reader = desk(color_scheme="dark").opens("/accounts/login/")
    reader.page.emulate_media(media="print", color_scheme="dark")
    inks = "getComputedStyle(document.documentElement)"
    told = {name: reader.page.evaluate(f"{inks}.getPropertyValue('{name}')") for name in PRINTED}
    assert told == PRINTED
