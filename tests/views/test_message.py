"""Do the pages of messages say who reads them, lose nothing, and show each what is theirs?"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.notice import deliver_notices
from referrals.models import Guardian, Message, Reading, Referral, Thread, User
from referrals.models.record import new_id
from tests.factories.message import keep_apart, said, started
from tests.message_stages import a_file

Door = Callable[[User], Client]
Count = Callable[..., Any]


def typed(**changes: Any) -> dict[str, Any]:
    return {"id": new_id(), "words": "A word.", "today": "no"} | changes


def there(thread: Thread, name: str = "thread_detail") -> str:
    return reverse(name, args=[thread.child_id, thread.pk])


def test_before_one_writes_the_page_says_who_will_read(
    cast: Any, client_of: Door, sent: Referral, school_consent: Any
) -> None:
    page = client_of(cast.therapist).get(reverse("message_new", args=[cast.child.pk]))
    circles = re.split(r'class="circle', page.content.decode())[1:]
    assert len(circles) == 3
    own, family, school = circles
    assert "The family cannot read this." in own
    assert "Rosa Fontaine" not in own
    for circle in circles:
        assert "Harbor Therapy: therapists and coordinators" in circle
        assert "Elm Street Pediatrics: pediatricians" in circle
    assert "Rosa Fontaine: Mother" in family
    assert "Maple School: the people who work with the child" in school


def test_clinicians_of_two_homes_choose_one_adult(
    cast: Any, client_of: Door, sent: Referral, guardian: Guardian, father: Guardian, now: datetime
) -> None:
    keep_apart(father, at=now, how="hidden")
    path = reverse("message_new", args=[cast.child.pk])
    door = client_of(cast.therapist)
    codes = re.findall(r'name="to"[^>]* value="([^"]+)"', door.get(path).content.decode())
    assert codes == ["clinicians", f"adult-{guardian.pk}", f"adult-{father.pk}"]
    whole = door.post(path, typed(to="family", subject="All"))
    assert whole.status_code == 422
    assert not Thread.objects.exists()
    door.post(path, typed(to=f"adult-{father.pk}", subject="Alone"))
    assert Thread.objects.get().guardian == father


def test_what_is_urgent_is_not_sent_kept_on_the_page_and_answered_with_numbers(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    cast.clinic.__class__.objects.filter(pk=cast.clinic.pk).update(phone="+12125550120")
    door = client_of(cast.family)
    for path, more in (
        (reverse("message_new", args=[cast.child.pk]), {"to": "family", "subject": "Splint"}),
        (there(with_family, "message_answer"), {}),
    ):
        page = door.post(path, typed(today="yes", words="Her arm hurts.", **more))
        text = page.content.decode()
        assert page.status_code == 422
        assert "Please call now. Nothing was sent." in text
        assert 'href="tel:+12125550120"' in text
        assert 'href="tel:911"' in text
        assert "Her arm hurts." in text
        assert not more or 'value="Splint"' in text
    assert Message.objects.count() == 1


def test_whether_it_can_wait_is_asked_each_time(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    page = client_of(cast.family).post(
        there(with_family, "message_answer"), typed(today="", words="Kept as typed.")
    )
    assert page.status_code == 422
    assert "Kept as typed." in page.content.decode()
    assert "Say whether it can wait." in page.content.decode()


def test_who_shall_read_it_is_asked_above_and_where_it_is_chosen(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    new = reverse("message_new", args=[cast.child.pk])
    page = client_of(cast.therapist).post(new, typed(subject="Splint"))
    assert page.status_code == 422
    assert page.content.decode().count("Choose who will read it.") == 2


def test_a_double_click_is_one_message_and_leads_to_it(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    door, form = client_of(cast.family), typed(words="Twice?")
    for _ in range(2):
        answer = door.post(there(with_family, "message_answer"), form)
        assert answer["Location"] == f"{there(with_family)}#message-2"
    assert with_family.messages.count() == 2


def test_four_thousand_characters_are_counted_as_the_browser_does(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    words = "line\r\n" * 799 + "final"
    assert len(words) > 4000
    client_of(cast.family).post(there(with_family, "message_answer"), typed(words=words))
    assert with_family.messages.filter(number=2).exists()


def test_words_are_shown_as_written_and_nothing_in_them_runs(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    said(
        with_family, by=cast.family, at=timezone.now(),
        words="<script>alert(1)</script>\nSee https://example.org",
    )  # fmt: skip
    text = client_of(cast.therapist).get(there(with_family)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>See https://example.org" in text
    assert 'href="https://example.org"' not in text


def test_a_file_is_only_handed_out_to_be_saved(
    cast: Any, client_of: Door, with_family: Thread, between_clinicians: Thread
) -> None:
    kept = with_family.messages.get().enclosures.get()
    path = reverse("enclosure_download", args=[cast.child.pk, with_family.pk, kept.pk])
    answer = client_of(cast.family).get(path)
    assert answer["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    list(answer)
    # NPDA: under a thread of one's own, the file of another.
    theirs = between_clinicians.messages.get().enclosures.get()
    for door in (client_of(cast.family), client_of(cast.therapist)):
        path = reverse("enclosure_download", args=[cast.child.pk, with_family.pk, theirs.pk])
        assert door.get(path).status_code == 404


def test_a_wrong_file_keeps_the_words_and_says_so(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    form = typed(words="With a file.", attachments=[a_file("a.pdf", b"MZ" * 20)])
    page = client_of(cast.family).post(there(with_family, "message_answer"), form)
    assert page.status_code == 422
    for words in ("With a file.", "is not a PDF, JPEG or PNG file", "choose your files again"):
        assert words in page.content.decode()


# --- Read and unread ----------------------------------------------------------------------------


def test_reading_is_written_down_and_told_to_the_writer(
    cast: Any, client_of: Door, with_family: Thread
) -> None:
    family, therapist = client_of(cast.family), client_of(cast.therapist)
    home = family.get(reverse("home")).content.decode()
    assert "Read 1 new message thread" in home
    assert "Not read yet" in therapist.get(there(with_family)).content.decode()
    assert "New" in family.get(there(with_family)).content.decode()
    for _ in range(2):
        family.get(there(with_family))
    assert Reading.objects.filter(user=cast.family).count() == 1
    assert "new message" not in family.get(reverse("home")).content.decode()
    text = therapist.get(there(with_family)).content.decode()
    assert "Rosa Fontaine, Family" in text


def test_one_home_is_not_shown_when_the_other_reads(
    cast: Any, client_of: Door, sent: Referral, father: Guardian, writing_time: datetime
) -> None:
    assert father.user is not None
    thread = started(cast.child, by=cast.family, at=writing_time)
    client_of(father.user).get(there(thread))
    client_of(cast.therapist).get(there(thread))
    text = client_of(cast.family).get(there(thread)).content.decode()
    assert "Thea Marsh, Occupational therapist" in text
    assert "Luca Fontaine, Family" not in text


def test_a_therapist_reads_on_their_home_how_much_is_new(
    cast: Any, client_of: Door, accepted: Referral, with_family: Thread
) -> None:
    def home() -> str:
        return client_of(cast.therapist).get(reverse("home")).content.decode()

    assert "Nothing new about your children" in home()
    said(with_family, by=cast.family, at=timezone.now())
    assert "1 new</span> about your children" in re.sub(r"<svg.*?</svg>", "", home()).replace("</span> about", "</span> about").replace(" 1 new", "1 new")  # fmt: skip


def test_new_stands_first_and_pages_do_not_overlap(
    cast: Any, client_of: Door, sent: Referral, now: datetime
) -> None:
    made = [
        started(cast.child, by=cast.therapist, at=now + timedelta(minutes=n), subject=f"No {n}.")
        for n in range(30)
    ]
    door = client_of(cast.family)
    for thread in made[::2]:
        door.get(there(thread))
    seen: list[int] = []
    path = reverse("message_list")
    more = "?"
    while more and len(seen) < 99:
        text = door.get(path + more).content.decode()
        seen += [int(n) for n in re.findall(r">No (\d+)\.<", text)]
        found = re.search(r'rel="next" href="(\?[^"]+)"', text)
        more = found.group(1).replace("&amp;", "&") if found else ""
    assert seen == [*range(29, 0, -2), *range(28, -1, -2)]
    for broken in ("x", "1~x~y", "0~2026-01-01T10:00~" + str(made[0].pk)):
        assert door.get(path, {"after": broken, "child": "x"}).status_code == 200


# --- E-mail -------------------------------------------------------------------------------------


def test_an_email_says_only_that_something_is_new(
    cast: Any, sent: Referral, with_family: Thread, now: Any
) -> None:
    deliver_notices(at=now + timedelta(days=2))  # at ten: nobody's quiet hours
    letter = next(m for m in mail.outbox if there(with_family) in m.body)
    for secret in ("Mina", "Fontaine", "Mornings", "How was the week", "Thea", "Harbor"):
        assert secret not in f"{letter.subject} {letter.body}"


# --- What it costs ------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("who", ["therapist", "family", "partner"])
def test_the_lists_cost_the_same(
    who: str, rows: int, cast: Any, client_of: Door, with_school: Thread, school_consent: Any,
    now: datetime, django_assert_num_queries: Count,
) -> None:  # fmt: skip
    for n in range(rows):
        started(
            cast.child, by=cast.therapist, at=now + timedelta(minutes=n), audience="partner",
            consent=school_consent,
        )  # fmt: skip
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(3):
        door.get(reverse("message_list"))
    with django_assert_num_queries(6):  # the child, its team, the look
        door.get(reverse("message_child", args=[cast.child.pk]))


@pytest.mark.parametrize("count", [1, 500])
@pytest.mark.parametrize("who", ["therapist", "family"])
def test_a_thread_of_five_hundred_messages_costs_the_same(
    who: str, count: int, cast: Any, client_of: Door, with_family: Thread,
    django_assert_num_queries: Count,
) -> None:  # fmt: skip
    at = timezone.now()
    Message.objects.bulk_create(
        Message(thread=with_family, number=n, author=cast.therapist, role="therapist", words=f"No {n}.", at=at)
        for n in range(2, count + 1)
    )  # fmt: skip
    Thread.objects.filter(pk=with_family.pk).update(last_number=count)
    door = client_of(getattr(cast, who))
    # Thread, team, look; messages, files, readings, adults, who wrote; how far it is read.
    with django_assert_num_queries(11):
        page = door.get(there(with_family))
    assert len(page.content) < 100_000
    if count == 500:
        text = door.get(there(with_family), {"before": "476"}).content.decode()
        assert re.findall(r">No (\d+)\.<", text) == [str(n) for n in range(451, 476)]
        assert 'href="?before=451"' in text
