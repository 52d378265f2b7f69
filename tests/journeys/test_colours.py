"""Light or dark: as the system says, or as somebody chose; with scripts and without."""

from tests.journeys.conftest import Enter
from tests.journeys.person import Person

LIGHT, DARK = "rgb(246, 244, 239)", "rgb(18, 24, 27)"


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
