"""Do results go to and fro only while the family allows it, and does each request end once?"""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from referrals.actions.consent import revoke_consent
from referrals.actions.result import answer_result, ask_result, refuse_result, withdraw_result
from referrals.models import ResultFile, ResultRequest, Task
from referrals.models.record import new_id
from referrals.queries.timeline import timeline
from tests.actions.outcome import kinds, outrun, refused, told
from tests.factories.consent import shared

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def consent(cast, settings, tmp_path, now):
    settings.MEDIA_ROOT = tmp_path
    return shared(cast.child, cast.school, "results", by=cast.family, at=now)


def ask(cast, by, at, **changes):
    asked = {"kinds": ["observation" if by != cast.partner else "progress"]} | changes
    return ask_result(
        id=new_id(), child=cast.child, organization=cast.school, by=by, at=at, **asked
    )


def test_the_team_asks_the_school_within_fourteen_days(cast, received, now):
    asked = ask(cast, cast.therapist, now)
    assert (asked.to_partner, asked.due_on, asked.referral) == (True, date(2026, 3, 16), received)
    assert told("result_asked") == ["Paula"]
    assert not Task.objects.filter(duty="answer_results").exists()


def chased(referral):
    found = referral.tasks.filter(duty="chase_results", is_open=True)
    return list(found.values_list("owner__given_name", "from_on", "due_on"))


def test_what_the_school_did_not_send_is_chased_by_who_asked_first_from_the_day_after(
    cast, received, now
):
    later = ask(cast, cast.therapist, now)
    assert chased(received) == [("Thea", date(2026, 3, 17), date(2026, 3, 16))]
    sooner = ask(cast, cast.coordinator, now, due_on=date(2026, 3, 5))
    assert chased(received) == [("Kofi", date(2026, 3, 6), date(2026, 3, 5))]
    answer_result(result=sooner, answer="She joins in.", by=cast.partner, at=now)
    assert chased(received) == [("Thea", date(2026, 3, 17), date(2026, 3, 16))]
    withdraw_result(result=later, reason="She changed school.", by=cast.therapist, at=now)
    assert chased(received) == []


def test_what_the_practice_asked_for_is_no_task_of_the_clinic(cast, received, now):
    assert ask(cast, cast.pediatrician, now).referral is None
    assert chased(received) == []


def test_the_school_asks_and_the_therapist_who_treats_owes_it(cast, in_therapy, now):
    asked = ask(cast, cast.partner, now)
    assert (asked.to_partner, asked.referral, asked.due_on) == (
        False, in_therapy, date(2026, 3, 16),
    )  # fmt: skip
    task = in_therapy.tasks.get(duty="answer_results", is_open=True)
    assert (task.owner, task.due_on) == (cast.therapist, asked.due_on)
    ask(cast, cast.partner, now + timedelta(days=1))
    assert in_therapy.tasks.get(duty="answer_results", is_open=True).due_on == asked.due_on


def test_the_timeline_says_who_asked_whom_in_the_readers_language(cast, in_therapy, now):
    ask(cast, cast.therapist, now)
    ask(cast, cast.partner, now)
    told_in = {}
    for language in ("en", "es"):
        with override(language):
            lines = timeline(child=cast.child, for_family=True, drafts=False, group="sharing")
            told_in[language] = {one.sentence for one in lines if "result" in one.sentence}
    assert told_in == {
        "en": {
            "The care team asked Maple School for results",
            "Maple School asked the care team for results",
        },
        "es": {
            "Su equipo le pidió resultados a Maple School",
            "Maple School le pidió resultados a su equipo",
        },
    }


def test_before_therapy_the_pediatrician_is_told(cast, now):
    assert ask(cast, cast.partner, now).referral is None
    assert told("result_asked") == ["Ada"]


@pytest.mark.parametrize("who", ["family", "stranger", "other_family", "admin"])
def test_nobody_else_asks(cast, who, now):
    with refused(None, "Only the care team"):
        ask(cast, getattr(cast, who), now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["gossip"]}, "kinds"),
        ({"kinds": ["other"]}, "words"),
        ({"due_on": date(2026, 3, 1)}, "due_on"),
    ],
)
def test_what_is_refused(cast, changes, field, now):
    with refused(field):
        ask(cast, cast.pediatrician, now, **changes)


def test_without_a_live_consent_nothing_is_asked_and_nothing_answered(cast, consent, now):
    asked = ask(cast, cast.partner, now)
    revoke_consent(consent=consent, by=cast.family, at=now)
    with refused("organization", "not opened"):
        ask(cast, cast.pediatrician, now)
    with outrun():
        answer_result(result=asked, answer="Here.", by=cast.pediatrician, at=now)


def test_when_it_ended_by_itself_it_can_only_be_refused(cast, consent, now):
    asked = ask(cast, cast.partner, now)
    after = consent.until
    with refused(None, "not opened"):
        answer_result(result=asked, answer="Here.", by=cast.pediatrician, at=after)
    refuse_result(result=asked, reason="The consent has ended.", by=cast.pediatrician, at=after)
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "The consent has ended.")


def test_the_school_answers_with_words_and_a_file_that_stay_when_the_consent_ends(
    cast, consent, now
):
    asked = ask(cast, cast.pediatrician, now)
    sheet, again = SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF)
    answer_result(
        result=asked, answer="He sits well.", uploads=[sheet, again], by=cast.partner, at=now
    )
    revoke_consent(consent=consent, by=cast.family, at=now)
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("answered", "He sits well.")
    assert [file.name for file in ResultFile.objects.all()] == ["a.pdf"]
    assert kinds(asked.pk) == ["result_asked", "result_answered"]
    assert told("result_answered") == ["Ada"]


def test_a_file_that_is_not_what_it_says_is_not_kept(cast, now):
    asked = ask(cast, cast.pediatrician, now)
    with refused("attachments"):
        answer_result(
            result=asked, uploads=[SimpleUploadedFile("a.pdf", b"MZ\x90")], by=cast.partner, at=now
        )
    assert not ResultFile.objects.exists()


def test_nobody_answers_what_they_were_not_asked(cast, now):
    asked = ask(cast, cast.pediatrician, now)
    for person in (cast.pediatrician, cast.family, cast.stranger):
        with refused(None, "side that was asked"):
            answer_result(result=asked, answer="Here.", by=person, at=now)
    with refused(None, "side that asked"):
        withdraw_result(result=asked, reason="No.", by=cast.partner, at=now)


def test_the_second_click_does_nothing_and_the_second_person_is_told(cast, in_therapy, now):
    asked = ask(cast, cast.partner, now)
    for _ in range(2):
        answer_result(result=asked, answer="Here.", by=cast.therapist, at=now)
    with outrun("meanwhile"):
        answer_result(result=asked, answer="And here.", by=cast.colleague, at=now)
    assert kinds(asked.pk) == ["result_asked", "result_answered"]
    assert not in_therapy.tasks.filter(duty="answer_results", is_open=True).exists()


def test_what_was_taken_back_is_owed_by_nobody(cast, in_therapy, now):
    asked = ask(cast, cast.partner, now)
    withdraw_result(result=asked, reason="We have it.", by=cast.partner, at=now)
    assert not in_therapy.tasks.filter(duty="answer_results", is_open=True).exists()
    with outrun():
        answer_result(result=asked, answer="Here.", by=cast.therapist, at=now)


def test_a_form_sent_twice_asks_once(cast, now):
    key = new_id()
    for _ in range(2):
        ask_result(
            id=key, child=cast.child, organization=cast.school, kinds=["observation"],
            by=cast.pediatrician, at=now,
        )  # fmt: skip
    assert ResultRequest.objects.count() == 1
