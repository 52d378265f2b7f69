"""How does a report come from the data to the pediatrician, and never say what was not so?"""

from datetime import date, timedelta

import pytest

from referrals.actions.counting import digest
from referrals.actions.rating import rate_goal, rate_performance
from referrals.actions.report import (
    acknowledge_report,
    amend_report,
    count,
    draft_report,
    lacks,
    send_report,
    sign_report,
    start_of,
)
from referrals.models import Goal, Referral, Report
from referrals.models.record import new_id
from tests.actions.outcome import kinds, outrun, owed, refused, told
from tests.factories import practice_rows as made
from tests.report_stages import a_report
from tests.stages import day_of, fresh

MONTH = timedelta(days=30)


def draft(referral, by, at, **content):
    return draft_report(id=new_id(), referral=referral, by=by, at=at, **content)


def rated(referral, by, at, level):
    goal = Goal.objects.get(referral=referral)
    rate_goal(
        id=new_id(), goal=goal, level=level, rated_on=day_of(at, referral), note="", by=by, at=at
    )


def reading(referral):
    """What of the pediatrician's duty to read is open: about which report, by when."""
    return list(
        referral.tasks.filter(duty="acknowledge_report", is_open=True).values_list(
            "about", "due_on"
        )
    )


# --- Drafting from the data ---------------------------------------------------------------------


def test_it_begins_on_the_day_therapy_began(in_therapy, therapist, reporting):
    report = draft(in_therapy, therapist, reporting + MONTH)
    assert (report.from_on, report.until_on) == (date(2026, 3, 9), date(2026, 4, 8))
    assert (report.number, report.status, report.interim) == (1, "draft", False)
    assert kinds(in_therapy.pk)[-1] == "report_drafted"


def test_the_next_begins_on_the_day_after_the_last(report_sent, therapist, reporting):
    report = draft(report_sent, therapist, reporting + MONTH)
    assert (report.from_on, report.number) == (date(2026, 3, 10), 2)


def test_an_interim_report_closes_no_period(in_therapy, therapist, reporting):
    interim = draft(in_therapy, therapist, reporting, **a_report(interim=True))
    sign_report(report=interim, by=therapist, at=reporting)
    assert start_of(in_therapy, reporting + MONTH)["from_on"] == date(2026, 3, 9)


def test_each_goal_comes_with_its_level_at_the_start_and_now(
    in_therapy, therapist, family, reporting
):
    rated(in_therapy, therapist, reporting + timedelta(days=3), -1)
    rated(in_therapy, therapist, reporting + timedelta(days=9), 0)
    rated(in_therapy, family, reporting + timedelta(days=9), 2)
    (goal,) = draft(in_therapy, therapist, reporting + MONTH).goals
    assert (goal["before"], goal["before_words"]) == (-2, "Fastens 0 of 5 buttons")
    assert (goal["now"], goal["now_words"]) == (0, "Fastens 3 of 5 buttons")
    assert "Mina will fasten the buttons" in goal["statement"]


def test_the_period_decides_what_was_the_start(in_therapy, therapist, reporting):
    rated(in_therapy, therapist, reporting + timedelta(days=3), -1)
    rated(in_therapy, therapist, reporting + timedelta(days=9), 0)
    at = reporting + MONTH
    (goal,) = draft(in_therapy, therapist, at, from_on=date(2026, 3, 14)).goals
    assert (goal["before"], goal["now"]) == (-1, 0)


def test_a_goal_that_nobody_rated_says_so(in_therapy, therapist, reporting):
    (goal,) = draft(in_therapy, therapist, reporting).goals
    assert (goal["before"], goal["now"], goal["now_words"]) == (-2, None, "")


def test_the_familys_view_begins_with_its_numbers_and_words(
    in_therapy, therapist, family, reporting
):
    goal = Goal.objects.get()
    for days, performance in ((1, 3), (20, 6)):
        at = reporting + timedelta(days=days)
        rate_performance(
            id=new_id(), goal=goal, performance=performance, satisfaction=4,
            rated_on=day_of(at, in_therapy), by=family, at=at,
        )  # fmt: skip
    game = made.activity(in_therapy, by=therapist, from_on=date(2026, 3, 10), at=reporting)
    made.practised(game, [date(2026, 3, 12)], by=family, at=reporting, word="She laughed.")
    said = draft(in_therapy, therapist, reporting + MONTH).family_view
    assert said == (
        "“She wants to do her jacket by herself.”: how well it goes from 3 to 6, "
        "how content from 4 to 4 (of 10).\n“She laughed.” (12 Mar)"
    )


def test_visits_and_practice_are_counted_by_day_and_by_whom(in_therapy, therapist, reporting):
    made.visits(
        in_therapy, reporting + timedelta(days=20), by=therapist, attended=6, missed=1, by_family=1,
        by_clinic=2,
    )  # fmt: skip
    game = made.activity(in_therapy, by=therapist, from_on=date(2026, 3, 9), at=reporting)
    weeks = [(0, 5), (1, 4), (2, 3), (3, 2)]
    days = [date(2026, 3, 9) + timedelta(days=7 * week + n) for week, k in weeks for n in range(k)]
    made.practised(game, days, by=therapist, at=reporting)
    found = count(in_therapy, date(2026, 3, 9), date(2026, 4, 5)).figures
    assert found["visits"] == {
        "attended": 6, "missed": 1, "by_family": 1, "by_clinic": 2, "by_practice": 0,
        "attendance": 0.75, "delivered": 6, "due": 4.0, "delivery": 1.0,
    }  # fmt: skip
    assert (found["practice"]["adherence"], found["practice"]["done"]) == (0.7, 14)
    assert (found["practice"]["days_practised"], found["practice"]["days"]) == (14, 28)


def test_the_t_scores_compare_the_same_goals_at_both_times(in_therapy, therapist, reporting):
    rated(in_therapy, therapist, reporting + timedelta(days=3), 1)
    found = count(in_therapy, date(2026, 3, 9), date(2026, 4, 5)).figures["scores"]
    assert found == [
        {"rater": "therapist", "before": 30.0, "now": 60.0, "change": 30.0, "rated": 1, "goals": 1}
    ]


# --- Writing ------------------------------------------------------------------------------------


def test_words_are_kept_and_levels_are_not_typed(report_drafted, therapist, reporting):
    report = Report.objects.get()
    goal = report.goals[0]["goal"]
    typed = [{"goal": goal, "words": "With her left hand.", "now": 2}]
    draft_report(
        id=report.pk, referral=report_drafted, edition=1, goals=typed, by=therapist, at=reporting
    )
    (kept,) = Report.objects.get().goals
    assert (kept["words"], kept["now"]) == ("With her left hand.", None)
    assert kinds(report_drafted.pk)[-1] == "report_draft_saved"


def test_a_repeated_save_finds_the_same_draft(in_therapy, therapist, reporting):
    key = new_id()
    for _ in range(2):
        draft_report(id=key, referral=in_therapy, by=therapist, at=reporting, **a_report())
    assert Report.objects.get().edition == 1


def test_of_two_who_write_the_second_is_told(report_drafted, therapist, colleague, reporting):
    report = Report.objects.get()
    for edition in (1, None):
        said = {"summary": f"Edition {edition}"}
        if edition:
            draft_report(
                id=report.pk, referral=report_drafted, edition=1, by=colleague, at=reporting, **said
            )
    with outrun("Somebody changed this"):
        draft_report(
            id=report.pk, referral=report_drafted, edition=1, summary="Mine", by=therapist,
            at=reporting,
        )  # fmt: skip
    with outrun("Somebody changed this"):
        draft(report_drafted, colleague, reporting)


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "family", "stranger", "partner"])
def test_only_the_therapist_writes_it(who, cast, in_therapy, reporting):
    with refused(sentence="Only the therapist can write a progress report here."):
        draft(in_therapy, getattr(cast, who), reporting)


def test_there_is_no_report_before_therapy(plan_certified, therapist, reporting):
    with outrun("now “plan acknowledged”"):
        draft(plan_certified, therapist, reporting)


def test_a_period_that_ends_before_it_begins_is_refused(in_therapy, therapist, reporting):
    with refused("until_on", "It ends before it begins."):
        draft(in_therapy, therapist, reporting, from_on=date(2026, 3, 9), until_on=date(2026, 3, 8))


def test_what_is_signed_is_sent_before_another_is_begun(report_signed, therapist, reporting):
    with refused(sentence="Report 1 is signed and not yet sent. Send it first."):
        draft(report_signed, therapist, reporting + MONTH)


# --- Signing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("summary", "Say how it went."),
        ("family_view", "Say how the family sees it."),
        ("recommendation", "Say whether therapy goes on, changes or ends."),
        ("what_next", "Say what comes next."),
    ],
)
def test_what_it_lacks_is_said_at_its_field(field, sentence, in_therapy, therapist, reporting):
    report = draft(in_therapy, therapist, reporting, **a_report(**{field: ""}))
    with refused(field, sentence):
        sign_report(report=report, by=therapist, at=reporting)


def test_an_interim_report_needs_no_recommendation(in_therapy, therapist, reporting):
    said = a_report(interim=True, recommendation="")
    report = draft(in_therapy, therapist, reporting, **said)
    assert lacks(report, report.until_on) == {}


def test_a_period_in_the_future_is_not_signed(in_therapy, therapist, reporting):
    said = a_report(until_on=date(2026, 5, 1))
    report = draft(in_therapy, therapist, reporting, **said)
    with refused("until_on", "The period ends in the future."):
        sign_report(report=report, by=therapist, at=reporting)


def test_signed_its_figures_are_frozen(report_signed, therapist, reporting):
    report = Report.objects.get()
    assert (report.status, report.signature) == ("final", "Thea Marsh, OTR/L")
    before = report.figures
    made.visits(report_signed, reporting, by=therapist, attended=1)
    rated(report_signed, therapist, reporting, 1)
    report.refresh_from_db()
    assert (report.figures, report.goals[0]["now"]) == (before, None)
    assert before["visits"]["attended"] == 0
    assert kinds(report_signed.pk).count("report_signed") == 1


def test_new_figures_are_read_before_they_are_signed(report_drafted, therapist, reporting):
    report = Report.objects.get()
    seen = digest(count(report_drafted, report.from_on, report.until_on))
    rated(report_drafted, therapist, reporting, -1)
    with outrun("Read the new figures below"):
        sign_report(report=report, seen=seen, by=therapist, at=reporting)
    now = digest(count(report_drafted, report.from_on, report.until_on))
    sign_report(report=report, seen=now, by=therapist, at=reporting)
    assert Report.objects.get().goals[0]["now"] == -1


def test_nobody_signs_what_changed_under_their_eyes(
    report_drafted, therapist, colleague, reporting
):
    report = Report.objects.get()
    draft_report(id=report.pk, referral=report_drafted, summary="Other", by=colleague, at=reporting)
    with outrun("Somebody changed this"):
        sign_report(report=report, edition=1, by=therapist, at=reporting)
    with outrun("Somebody changed this"):
        sign_report(report=Report.objects.get(), edition=1, by=therapist, at=reporting)


# --- On its way ---------------------------------------------------------------------------------


def test_sent_it_is_read_by_the_pediatrician_and_the_next_is_owed(
    report_signed, therapist, reporting
):
    assert owed(report_signed)[2] == date(2026, 4, 8)
    at = reporting + timedelta(days=10)
    send_report(referral=report_signed, version=report_signed.version, by=therapist, at=at)
    report = Report.objects.get()
    assert (report.sent_at, report.sent_by) == (at, therapist)
    assert owed(report_signed) == ("report_progress", "Thea", date(2026, 4, 18))
    assert fresh(report_signed).state == "in_therapy"
    assert reading(report_signed) == [(report.pk, date(2026, 4, 18))]
    assert kinds(report_signed.pk)[-1] == "report_sent"
    assert told("report_sent") == ["Ada", "Rosa"]


def test_an_interim_report_moves_no_due_date(in_therapy, therapist, reporting):
    report = draft(in_therapy, therapist, reporting, **a_report(interim=True))
    sign_report(report=report, by=therapist, at=reporting)
    before = owed(in_therapy)
    send_report(referral=fresh(in_therapy), by=therapist, at=reporting + timedelta(days=5))
    assert owed(in_therapy) == before
    assert len(reading(in_therapy)) == 1


def test_a_draft_is_not_sent_and_nothing_twice(report_drafted, therapist, reporting):
    with refused(sentence="Write and sign the report first."):
        send_report(referral=report_drafted, by=therapist, at=reporting)
    sign_report(report=Report.objects.get(), by=therapist, at=reporting)
    send_report(referral=fresh(report_drafted), by=therapist, at=reporting)
    with refused(sentence="Write and sign the report first."):
        send_report(referral=fresh(report_drafted), by=therapist, at=reporting)


def test_the_pediatrician_takes_note_once(report_sent, pediatrician, practice_colleague, reporting):
    report = Report.objects.get()
    for _ in range(2):
        acknowledge_report(report=report, answer=" Thank you. ", by=pediatrician, at=reporting)
    assert (report.acknowledged_by, report.answer) == (pediatrician, "Thank you.")
    assert reading(report_sent) == []
    assert kinds(report_sent.pk).count("report_acknowledged") == 1
    assert told("report_acknowledged") == ["Thea"]
    with outrun("taken note of this report already"):
        acknowledge_report(report=report, by=practice_colleague, at=reporting)


@pytest.mark.parametrize("who", ["therapist", "coordinator", "family", "stranger_pediatrician"])
def test_only_the_pediatrician_takes_note(who, cast, report_sent, reporting):
    with refused(sentence="Only the pediatrician can take note of a progress report here."):
        acknowledge_report(report=Report.objects.get(), by=getattr(cast, who), at=reporting)


def test_no_report_is_lost_behind_a_later_one(report_sent, therapist, pediatrician, reporting):
    first, at = Report.objects.get(), reporting + MONTH
    second = draft(report_sent, therapist, at, **a_report())
    sign_report(report=second, by=therapist, at=at)
    send_report(referral=fresh(report_sent), by=therapist, at=at)
    assert reading(report_sent) == [(first.pk, date(2026, 4, 8))]
    acknowledge_report(report=first, by=pediatrician, at=at)
    assert reading(report_sent) == [(second.pk, date(2026, 5, 8))]
    acknowledge_report(report=second, by=pediatrician, at=at)
    assert reading(report_sent) == []


# --- Amending -----------------------------------------------------------------------------------


def test_an_amendment_is_a_new_version_that_says_why_and_is_read_anew(
    report_sent, therapist, pediatrician, reporting
):
    first, at = Report.objects.get(), reporting + timedelta(days=2)
    acknowledge_report(report=first, by=pediatrician, at=reporting)
    with refused("reason", "Say why there is a new version."):
        amend_report(id=new_id(), report=first, reason=" ", by=therapist, at=at)
    key, before = new_id(), owed(report_sent)
    for _ in range(2):
        second = amend_report(id=key, report=first, reason="A slip.", by=therapist, at=at)
    draft_report(id=key, referral=report_sent, summary="Four buttons.", by=therapist, at=at)
    second.refresh_from_db()
    assert (second.number, second.replaces, second.what_next) == (2, first, first.what_next)
    sign_report(report=second, by=therapist, at=at)
    first.refresh_from_db()
    assert (first.status, first.summary) == ("amended", "She does three buttons now.")
    send_report(referral=fresh(report_sent), by=therapist, at=at)
    assert reading(report_sent) == [(second.pk, date(2026, 4, 10))]
    assert owed(report_sent) == before


def test_the_version_before_stays_to_be_read_until_the_new_one_is_sent(
    report_sent, therapist, pediatrician, reporting
):
    first = Report.objects.get()
    second = amend_report(id=new_id(), report=first, reason="A slip.", by=therapist, at=reporting)
    sign_report(report=second, by=therapist, at=reporting)
    assert [about for about, _ in reading(report_sent)] == [first.pk]
    send_report(referral=fresh(report_sent), by=therapist, at=reporting)
    assert [about for about, _ in reading(report_sent)] == [second.pk]
    with outrun("A later version of this report was sent."):
        acknowledge_report(report=first, by=pediatrician, at=reporting)
    with outrun("This report has a later version already."):
        amend_report(id=new_id(), report=first, reason="Again.", by=therapist, at=reporting)


def test_of_one_report_one_amendment_is_written(report_sent, therapist, colleague, reporting):
    first = Report.objects.get()
    amend_report(id=new_id(), report=first, reason="A slip.", by=therapist, at=reporting)
    with outrun("Somebody changed this"):
        amend_report(id=new_id(), report=first, reason="Mine.", by=colleague, at=reporting)


def test_a_form_of_another_referral_is_no_key_to_its_draft(report_drafted, therapist, reporting):
    other = Referral.objects.get(pk=report_drafted.pk)
    other.pk = new_id()
    other.save(force_insert=True)
    with outrun("already used"):
        draft_report(id=Report.objects.get().pk, referral=other, by=therapist, at=reporting)
