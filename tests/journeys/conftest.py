"""Where do journeys take place? In Chromium, before a live server, each on an empty database."""

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext

from referrals.models import User
from tests.conftest import Cast
from tests.journeys.person import Person

# The journeys ask the database between two clicks, beside the loop that drives the browser.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = shutil.which("chromium")
MUST_RUN = os.environ.get("CI", "").lower() == "true"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}

Enter = Callable[..., Person]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the journeys; without a browser the first says so, in one line, for all of them."""
    journeys = [item for item in items if "journeys" in item.path.parts]
    for item in journeys:
        item.add_marker(pytest.mark.browser)
    if CHROMIUM is None and not MUST_RUN and journeys:
        why = f"no Chromium found: {len(journeys)} journeys in a browser are not run"
        journeys[0].add_marker(pytest.mark.skip(reason=why))
        items[:] = [item for item in items if item not in journeys[1:]]
        config.hook.pytest_deselected(items=journeys[1:])


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The Chromium of this machine."""
    if CHROMIUM is None:
        pytest.fail("No Chromium found: with CI=true the journeys must run.", pytrace=False)
    return {"executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Nowhere: people here open whole addresses. (The plugin's own is deprecated by pytest.)"""


@pytest.fixture(autouse=True)
def stage(browser: Any, live_server: Any, settings: Any, tmp_path: Any) -> None:
    """Before each journey: links in e-mails lead here, and nobody has tried to sign in yet."""
    settings.SITE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def enter(
    live_server: Any, cast: Cast, new_context: Callable[..., BrowserContext]
) -> Callable[..., Person]:
    """Somebody opens a browser; with an account, they sign in."""

    def somebody(user: User | None, device: dict[str, Any], **wishes: Any) -> Person:
        context = new_context(**device, **wishes)
        context.add_init_script(LISTENS)
        name = user.given_name if user else "Somebody"
        scripts = wishes.get("java_script_enabled", True)
        person = Person(context.new_page(), live_server.url, name, scripts=scripts)
        return person.signs_in(user) if user else person

    return somebody


#: What regions that speak have said on this page, also what the next words replaced at once.
LISTENS = """
window.heard = [];
new MutationObserver(changes => changes.forEach(change => {
  const place = change.target.nodeType === 1 ? change.target : change.target.parentElement;
  const region = place && place.closest("[role=status], [role=alert]");
  if (region) window.heard.push(region.textContent);
})).observe(document, {childList: true, characterData: true, subtree: true});
"""


@pytest.fixture
def desk(enter: Enter) -> Enter:
    """Somebody at a wide screen: `desk(therapist)`."""

    def at_a_desk(user: User | None = None, **wishes: Any) -> Person:
        return enter(user, DESK, **wishes)

    return at_a_desk


@pytest.fixture
def phone(enter: Enter) -> Enter:
    """Somebody with a small telephone in hand: `phone(family)`."""

    def on_the_phone(user: User | None = None, **wishes: Any) -> Person:
        return enter(user, PHONE, **wishes)

    return on_the_phone


@pytest.fixture
def pediatrician_desk(desk: Enter, pediatrician: User) -> Person:
    return desk(pediatrician)


@pytest.fixture
def therapist_desk(desk: Enter, therapist: User) -> Person:
    return desk(therapist)


@pytest.fixture
def coordinator_desk(desk: Enter, coordinator: User) -> Person:
    return desk(coordinator)


@pytest.fixture
def family_phone(phone: Enter, family: User) -> Person:
    return phone(family)
