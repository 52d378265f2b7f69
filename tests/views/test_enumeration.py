"""Does an address whose id is no record's tell whether that id is in use?

The addresses of records are in `tests/test_access_matrix.py`, those of systems in `tests/fhir/`.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from referrals.actions.feed import make_feed
from referrals.models import User
from referrals.models.record import new_id
from tests.conftest import Cast
from tests.telling_apart import differences, shown


def test_a_calendar_is_not_there_for_who_lacks_its_secret(
    client: Client, cast: Cast, now: datetime
) -> None:
    feed, _ = make_feed(with_names=True, by=cast.therapist, at=now)
    real, other = (
        shown(client, reverse("feed_read", args=[key, "guessed"]), [key], "GET")
        for key in (feed.pk, new_id())
    )
    assert real["status"] == 404
    assert differences(real, other) == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_persons_passkey_is_no_passkey(
    method: str, client_of: Callable[[User], Client], cast: Cast
) -> None:
    """Its address counts, for the package numbers its rows: so nothing may hang on who knows it."""
    key = Authenticator.objects.create(user=cast.therapist, type="webauthn", data={}).pk
    door = client_of(cast.stranger)
    real, other = (
        shown(door, reverse("mfa_remove_webauthn", args=[one]), [one], method)
        for one in (key, key + 1)
    )
    assert differences(real, other) == {}
    assert Authenticator.objects.filter(pk=key).exists()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_key_for_a_password_says_nothing_of_whose_account_it_is(
    method: str, client: Client, cast: Cast
) -> None:
    real, other = (
        shown(
            client, reverse("account_reset_password_from_key", args=[user, "x-y"]), [user], method
        )
        for user in (user_pk_to_url_str(cast.family), new_id().hex)
    )
    # The package asks more of an account that is there; but nobody hits upon its UUID by guessing.
    assert set(differences(real, other)) == {"questions"}
