"""Does a passkey of the device sign somebody in, under a policy that lets no script of a page run?"""

from typing import Any

import pytest

from referrals.models import User
from tests.factories.person import PASSWORD
from tests.journeys.conftest import Enter


@pytest.fixture(autouse=True)
def _asked_for(settings: Any) -> None:
    settings.SECOND_FACTOR = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # no TLS here


def test_a_therapist_sets_up_a_passkey_and_signs_in_with_it(phone: Enter, therapist: User) -> None:
    thea = phone()
    device = thea.page.context.new_cdp_session(thea.page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasUserVerification": True,
                "hasResidentKey": True, "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    thea.signs_in(therapist).reads("this comes before everything else")
    thea.follows("Set up an app").fills(password=PASSWORD).presses("Go on")
    thea.reads("let it read this picture").follows("Back")
    thea.follows("Add a passkey")
    with thea.page.expect_navigation():
        thea.page.get_by_role("button", name="Add the passkey").click()
    thea.reads("Each lets you in once").follows("I have kept them").reads("Today")

    thea.page.context.clear_cookies()
    thea.signs_in(therapist).reads("Your second factor")
    with thea.page.expect_navigation(url="**/"):
        thea.page.get_by_role("button", name="Use a passkey").click()
    thea.reads("Today")
