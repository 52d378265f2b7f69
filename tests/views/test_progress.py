"""What does the page of progress show to whom, and what does it cost?"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.models import Practice, Rating
from tests.factories import practice_rows as made
from tests.factories.goal import agreed
from tests.factories.therapy_rows import a_visit


def url(referral):
    return reverse("progress_detail", args=[referral.pk])


def fill(cast, referral, *, ratings, logs, goals=1, visits=3):
    """So much of everything that the page draws, up to today."""
    now, today = timezone.now(), timezone.localdate()
    three = (cast.therapist, cast.family, cast.pediatrician)
    for _ in range(goals):
        goal = agreed(referral, three, at=now)
    Rating.objects.bulk_create(
        Rating(
            goal=goal, party=("therapist", "family")[n % 2], level=n % 5 - 2,
            rated_on=today - timedelta(days=n // 4), by=three[n % 2], at=now,
        )
        for n in range(ratings)
    )  # fmt: skip
    days = [today - timedelta(days=n % 70) for n in range(logs)]
    start = today - timedelta(days=83)
    game = made.activity(referral, by=cast.therapist, from_on=start, at=now)
    made.practised(game, days, by=cast.family, at=now)
    made.visits(referral, now - timedelta(hours=2), by=cast.therapist, attended=visits, missed=1)
    return game


@pytest.mark.parametrize(
    ("goals", "ratings", "logs", "visits"), [(1, 1, 1, 1), (30, 500, 1000, 60)]
)
@pytest.mark.parametrize("who", ["pediatrician", "therapist", "family"])
def test_it_costs_eight_queries_at_any_size(
    who, goals, ratings, logs, visits, cast, in_therapy, client_of, django_assert_num_queries
):
    """Five for the door and one for the log of looks; then the goals, and all that happened."""
    fill(cast, in_therapy, ratings=ratings, logs=logs, goals=goals, visits=visits)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(7):
        page = door.get(url(in_therapy))
    assert page.status_code == 200
    assert len(page.content) < 100_000
    shown = page.context["page"]
    assert sum(week.done for week in shown.practice.weeks) == logs
    assert shown.visits.kept.attended == visits
    assert len(shown.goals) == goals + 1


def test_a_clinician_reads_numbers_and_the_family_plain_words(cast, in_therapy, client_of):
    fill(cast, in_therapy, ratings=8, logs=9)
    clinic = client_of(cast.therapist).get(url(in_therapy)).content.decode()
    for words in ("T now", "Adherence", "Attendance", "75 %", "coverage", "Delivery"):
        assert words in clinic or words == "Delivery"
    page = client_of(cast.family).get(url(in_therapy)).content.decode()
    assert "You practised on <strong>9 of 14 days</strong>" in page
    assert "Mina Fontaine came to <strong>3 visits</strong> so far." in page
    page = re.sub(r"<[^>]*>", "", page)
    for words in ("T now", "%", "dherence", "missed", "coverage"):
        assert words not in page


def test_the_chart_draws_baseline_and_target(cast, in_therapy, client_of):
    fill(cast, in_therapy, ratings=4, logs=1)
    page = client_of(cast.therapist).get(url(in_therapy)).content.decode()
    assert 'class="grid grid-start"' in page
    assert 'class="grid grid-goal"' in page
    assert page.count("<polyline") == 2


def test_every_square_of_the_map_says_its_number(cast, in_therapy, client_of):
    game = fill(cast, in_therapy, ratings=0, logs=0)
    today, now = timezone.localdate(), timezone.now()
    made.practised(game, [today], by=cast.family, at=now, minutes=7)
    made.practised(game, [today], by=cast.family, at=now, result="partly")
    made.practised(game, [today - timedelta(days=8)], by=cast.family, at=now, result="not_today")
    undone = made.practised(game, [today - timedelta(days=1)], by=cast.family, at=now)
    Practice.objects.filter(pk=undone[0].pk).update(undone_at=now, undone_by=cast.family)
    page = client_of(cast.family).get(url(in_therapy)).content.decode()
    assert 'class="shade-3" title="12 minutes, 2 times"' in page
    assert 'class="is-not" title="not today"' in page
    assert page.count('class="shade-') == 1
    assert page.count("visually-hidden") > 84


def test_before_anything_happened_it_says_what_will_be_there(cast, sent, client_of):
    for who in (cast.therapist, cast.family):
        assert b"Nothing to see yet" in client_of(who).get(url(sent)).content


def test_it_is_found_from_the_referral_the_goals_and_the_child(cast, in_therapy, client_of):
    for who in (cast.family, cast.pediatrician, cast.therapist):
        door = client_of(who)
        for page, key in (
            ("referral_detail", in_therapy.pk), ("goal_list", in_therapy.pk),
            ("child_detail", cast.child.pk),
        ):  # fmt: skip
            assert url(in_therapy) in door.get(reverse(page, args=[key])).content.decode()


# --- At a glance --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "words"),
    [([-2, 0], "Goals rising"), ([0, -1], "Goals falling"), ([1], "Goals steady"), ([], None)],
)
def test_the_therapists_home_says_how_it_goes(levels, words, cast, in_therapy, client_of):
    now, today = timezone.now(), timezone.localdate()
    goal = in_therapy.goals.get()
    for n, level in enumerate(levels):
        Rating.objects.create(
            goal=goal, party="therapist", level=level, by=cast.therapist, at=now,
            rated_on=today - timedelta(days=10 * (len(levels) - n)),
        )  # fmt: skip
        Rating.objects.create(
            goal=goal, party="family", level=-level, by=cast.family, at=now, rated_on=today
        )
    game = made.activity(in_therapy, by=cast.therapist, from_on=today - timedelta(9), at=now)
    made.practised(game, [today, today], by=cast.family, at=now)
    made.practised(game, [today], by=cast.family, at=now, result="not_today")
    home = client_of(cast.therapist).get(reverse("home")).content.decode()
    assert "Practised 2 of 5 this week" in home
    assert ("Goals " in home) == (words is not None)
    assert words is None or words in home
    made.paused(in_therapy, today, today, by=cast.family, at=now)
    assert "Practice paused" in client_of(cast.therapist).get(reverse("home")).content.decode()


def test_an_amended_first_note_begins_the_trend_where_it_was_put_right(
    cast, in_therapy, client_of, later
):
    """The level that was signed by mistake is no start to fall from."""
    goal, today = in_therapy.goals.get(), timezone.localdate()
    visit = a_visit(in_therapy, later, by=cast.therapist)
    for n, (level, on, of) in enumerate(((2, 3, visit), (0, 3, visit), (0, 1, None))):
        Rating.objects.create(
            goal=goal, party="therapist", level=level, by=cast.therapist, visit=of,
            at=timezone.now() + timedelta(minutes=n), rated_on=today - timedelta(days=on),
        )  # fmt: skip
    assert "Goals steady" in client_of(cast.therapist).get(reverse("home")).content.decode()
