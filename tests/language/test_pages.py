"""Does a family that reads Spanish meet English anywhere but where somebody typed it?

An adult of the child, who typed nothing, clicks through all that can be reached from home, once in
each language. What reads alike in both is English that nobody translated: unless it is a name, or
was typed by somebody and says so.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from referrals.actions.concern import share_concern
from referrals.actions.consent import revoke_consent
from referrals.actions.correction import answer_correction
from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.programme import except_programme
from referrals.actions.result import answer_result, ask_result
from referrals.documents.document import with_each_text
from referrals.documents.record import record_of
from referrals.forms.reminder import COMMON
from referrals.models import Child, Correction, GoalVersion, Organization, Referral, Thread, User
from referrals.models.record import new_id
from referrals.wording import Typed
from tests.factories.consent import shared
from tests.factories.message import said, started
from tests.factories.person import PASSWORD
from tests.factories.programme import letter_sent, referred

from .pages import crawl, read

Door = Callable[[User], Client]
#: The same in both languages, or each language's name in itself.
_NAMED_ALIKE = frozenset({"America/Phoenix", "America/Anchorage", "America/Puerto_Rico"})
ALIKE = frozenset(
    {"Ferry", "Español", "English", "PDF", "Excel", "CSV", "No", "Individual", "Plan", "T", "min"}
)


def proper_names() -> list[str]:
    """Who and what keeps its name in every language, the longest first."""
    names: set[str] = set()
    for person in User.objects.all():
        names |= {person.signature, person.name, person.given_name, person.email}
    for place in Organization.objects.all():
        names |= {place.name, place.address}
    for child in Child.objects.all():
        names |= {child.name, child.given_name}
    # In a list to choose from, a goal stands as it was typed: no mark has room there.
    names |= set(GoalVersion.objects.values_list("statement", flat=True))
    # Zones are named by their cities, as everywhere; these are the same in Spanish.
    names |= {zone.replace("_", " ") for zone in available_timezones()}
    names |= {str(label) for code, label in COMMON if code in _NAMED_ALIKE}
    return sorted(filter(None, names), key=len, reverse=True)


def left_in_english(english: str, spanish: str, names: list[str]) -> list[str]:
    """Texts of the Spanish page that the English one has too, names and typed texts apart."""
    known = {text for text, _ in read(english)}
    found = []
    for text, language in read(spanish):
        if language == "en" or text not in known:
            continue
        bare = text
        for name in names:
            bare = bare.replace(name, "")
        said = [word for word in re.findall(r"[^\W\d_]{2,}", bare) if word not in ALIKE]
        if said and not bare.isupper():
            found.append(text)
    return found


@pytest.fixture
def reader(cast: Any, now: datetime) -> User:
    """Another adult of the child, with every right and without a word of their own."""
    named = add_guardian(
        child=cast.child, given_name="Luis", family_name="Fontaine", relationship="father",
        phone="212-555-0110", by=cast.pediatrician, at=now,
    )  # fmt: skip
    invited = invite_guardian(
        guardian=named, email="luis@example.org", by=cast.pediatrician, at=now
    )
    share_concern(
        id=new_id(), child=cast.child, signs=[], words="She hides at school.", by=cast.family,
        at=now,
    )  # fmt: skip
    person = invited.user
    assert person is not None
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def around(
    cast: Any, corrected: Referral, reader: User, now: datetime, kept_files: None
) -> Referral:
    """All that goes on beside the therapy, said by others than the reader."""
    at = now
    answer_correction(
        correction=Correction.objects.get(), decision="granted", answer="You are right.",
        by=cast.therapist, at=corrected.state_since + timedelta(days=1),
    )  # fmt: skip
    community = Organization.objects.create(kind="community", name="Play Together")
    closed = shared(cast.child, community, "goals", by=cast.family, at=at)
    revoke_consent(consent=closed, by=cast.family, at=at)
    early = Organization.objects.create(kind="early_intervention", name="Early Steps")
    for place in (cast.school, early):
        shared(cast.child, place, by=cast.family, at=at)
    programme = referred(cast.child, early, by=cast.pediatrician, at=at)
    letter_sent(programme, by=cast.pediatrician, at=at)
    except_programme(
        programme=programme, reason="They are short of people.", by=cast.pediatrician, at=at,
        due_on=at.date() + timedelta(days=60),
    )  # fmt: skip
    for by, kind in ((cast.pediatrician, "observation"), (cast.partner, "progress")):
        ask_result(
            id=new_id(), child=cast.child, organization=cast.school, kinds=[kind],
            words="The last one, please.", by=by, at=at,
        )  # fmt: skip
    answered = cast.child.results.get(to_partner=True)
    answer_result(result=answered, answer="She runs.", uploads=[], by=cast.partner, at=at)
    thread = started(cast.child, by=cast.therapist, at=at)
    said(thread, by=cast.family, at=at, words="He sleeps better.")
    return corrected


def pages_in(language: str, reader: User, client_of: Door) -> dict[str, str]:
    User.objects.filter(pk=reader.pk).update(language=language)
    reader.refresh_from_db()
    return dict(crawl(client_of(reader), "/"))


@pytest.mark.parametrize("stages", [
    ("sent",), ("contacting",), ("evaluated",), ("plan_sent",), ("report_sent", "practising"),
    ("discharged",), ("around",),
], ids="-".join)  # fmt: skip
def test_no_page_of_the_family_is_left_in_english(
    stages: tuple[str, ...], reader: User, client_of: Door, request: pytest.FixtureRequest
) -> None:
    for stage in stages:
        request.getfixturevalue(stage)
    english = pages_in("en", reader, client_of)
    spanish = pages_in("es", reader, client_of)
    assert sorted(english) == sorted(spanish)
    assert len(spanish) >= 12
    assert [path for path, html in spanish.items() if '<html lang="es">' not in html] == []
    names = proper_names()
    assert {
        path: left
        for path, html in spanish.items()
        if (left := left_in_english(english[path], html, names))
    } == {}


def both(door: Callable[[], Any], reader: User) -> dict[str, str]:
    """The same answer in both languages."""
    found = {}
    for language in ("en", "es"):
        User.objects.filter(pk=reader.pk).update(language=language)
        answer = door()
        assert answer.status_code in (200, 422)
        found[language] = answer.content.decode()
    return found


@pytest.mark.parametrize(("name", "told"), [
    ("message_new", {}),
    ("message_new", {"to": "family", "subject": "Q", "words": "Q", "today": "yes"}),
    ("message_new", {"to": "family", "subject": "Q", "words": "Q" * 4001, "today": "no"}),
    ("consent_new", {"do": "look"}),
    ("consent_new", {"do": "look", "scopes": ["goals"], "purpose": "Q", "last_on": "2020-01-01"}),
    ("consent_new", {"do": "look", "scopes": ["goals"], "purpose": "Q"}),
    ("consent_new", {"do": "give", "scopes": ["goals"], "purpose": "Q", "signed_name": "Q"}),
    ("correction_new", {}),
    ("reminder_edit", {"digest_at": "Q"}),
])  # fmt: skip
def test_no_answer_to_a_form_is_left_in_english(
    name: str, told: dict[str, Any], around: Referral, reader: User, client_of: Door
) -> None:
    more = {"consent_new": around.child_id, "message_new": around.child_id}
    where = [more[name]] if name in more else []
    if name == "consent_new":
        until = (timezone.localdate() + timedelta(days=9)).isoformat()
        place = Organization.objects.get(name="Play Together")
        told = {"organization": str(place.pk), "last_on": until} | told
    if name == "correction_new":
        where = [around.pk, "evaluation", around.evaluations.get().pk]
    address = reverse(name, args=where)
    said_back = both(lambda: client_of(reader).post(address, {"id": str(new_id())} | told), reader)
    assert left_in_english(said_back["en"], said_back["es"], proper_names()) == []


def test_nothing_of_ours_in_the_whole_record_is_left_in_english(
    around: Referral, reader: User, practising: Referral, now: datetime
) -> None:
    found: dict[str, list[str]] = {"en": [], "es": []}
    for language, texts in found.items():
        with override(language):
            whole = record_of(
                around.child, Referral.objects.filter(pk=around.pk), Thread.objects.all(), reader,
                now,
            )  # fmt: skip
            with_each_text(whole, lambda text, kept=texts: kept.append(text) or text)
    ours = [text for text in found["es"] if not isinstance(text, Typed) and text in found["en"]]
    names = proper_names()
    left = []
    for text in ours:
        bare = text
        for name in names:
            bare = bare.replace(name, "")
        if [word for word in re.findall(r"[^\W\d_]{2,}", bare) if word not in ALIKE]:
            left.append(text)
    assert left == []


def test_what_is_left_in_english_is_found() -> None:
    english = '<html lang="en"><p>Your goals</p><a title="Read it">Ada Okafor</a><b>She hides</b>'
    spanish = (
        '<html lang="es"><p>Your goals</p><a title="Read it">Ada Okafor</a>'
        '<b><span lang="en">She hides</span></b>'
    )
    assert left_in_english(english, spanish, ["Ada Okafor"]) == ["Your goals", "Read it"]


@pytest.mark.parametrize("path", [
    "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/",
    "/accounts/signup/", "/accounts/inactive/", "/practice/offline/?language={}", "/nothing/here/",
    "/accounts/password/reset/key/1-set-password/",
])  # fmt: skip
def test_no_page_before_the_log_in_is_left_in_english(path: str, client: Client, db: None) -> None:
    said = {
        language: client.get(
            path.format(language), headers={"Accept-Language": language}
        ).content.decode()
        for language in ("en", "es")
    }
    assert '<html lang="es">' in said["es"]
    assert left_in_english(said["en"], said["es"], []) == []
