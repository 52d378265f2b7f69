"""Does the story show every state, by everybody it promises, and nothing the product refuses?"""

from datetime import datetime, timedelta
from io import StringIO
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, TestCase, override_settings
from django.utils import timezone
from pytest_django import Settings

from referrals import access, notifications
from referrals.actions.seal import seal_rows
from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.knowledge import band_for
from referrals.clinical.phrasebook import ours
from referrals.demo import player, stage
from referrals.demo.care import therapy
from referrals.demo.player import VERBS
from referrals.models import (
    Activity,
    Appointment,
    Child,
    Concern,
    Evaluation,
    Event,
    GoalVersion,
    Guardian,
    Membership,
    Notice,
    Organization,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    OwnScale,
    Plan,
    Programme,
    Referral,
    Reminder,
    ResultRequest,
    Seal,
    Seat,
    Task,
    User,
)
from referrals.models.seal import SORTS
from referrals.pathway import MOVES, STAGES, Move, State
from referrals.queries.seal import Verification
from referrals.queries.timeline import KINDS
from referrals.views.context import DEMO_ACCOUNTS

from .once import some_diagnoses


def of(given_name: str) -> Child:
    return Child.objects.get(given_name=given_name)


def person(key: str) -> User:
    return User.objects.get(email=f"{key}@demo.example")


class TestStory(TestCase):
    """Played once, by the command, for all that only look at it."""

    now: ClassVar[datetime]
    said: ClassVar[str]

    @classmethod
    def setUpTestData(cls) -> None:
        some_diagnoses()
        cls.now, said = timezone.now(), StringIO()
        with override_settings(DEMO=True):
            call_command("demo", stdout=said)
        cls.said = said.getvalue()

    def test_the_command_plays_it(self) -> None:
        assert "41 invented children" in self.said
        assert player.is_played()

    def test_four_first_visits_are_to_come_today_too(self) -> None:
        assert Referral.objects.filter(state=State.SCHEDULED).count() == 4

    def test_every_state_is_there(self) -> None:
        assert set(Referral.objects.values_list("state", flat=True)) == set(STAGES)

    def test_every_move_was_made(self) -> None:
        made = set(Event.objects.values_list("kind", flat=True))

        assert {rule.event for rule in MOVES.values()} <= made

    def test_every_kind_of_event_in_it_can_be_read_and_all_kinds_are_in_it(self) -> None:
        assert set(Event.objects.values_list("kind", flat=True)) == set(KINDS)

    def test_all_of_it_comes_under_the_seal_and_nothing_is_found_wrong(self) -> None:
        while seal_rows(at=self.now):
            pass
        with self.settings(DEMO=True):
            walk = Verification(at=timezone.now() + timedelta(hours=1))
            assert list(walk.breaks()) == []

        assert walk.count > Event.objects.count()
        assert set(Seal.objects.values_list("sort", flat=True)) >= set(SORTS) - {
            "record_view", "arrival_view", "export", "merge", "account_change",
        }  # fmt: skip

    def test_every_age_band_is_there(self) -> None:
        bands = {band_for(child.ages(self.now.date()).for_bands) for child in Child.objects.all()}

        assert bands == {"infant", "toddler", "preschooler", "school_age"}

    def test_the_ages_are_as_told(self) -> None:
        told = {child["given_name"]: child["born"] for child in player.story()["child"]}
        today = self.now.astimezone(stage.ZONE).date()
        shown = {
            child.given_name: str(child.ages(today).chronological).rsplit(";", 1)[0]
            for child in Child.objects.filter(given_name__in=told)
        }

        assert shown == told

    def test_one_was_born_early_and_is_under_two(self) -> None:
        hazel = of("Hazel")

        assert hazel.ages(self.now.date()).adjusted is not None

    def test_nothing_lies_in_the_future_but_visits_and_due_dates(self) -> None:
        assert not Event.objects.filter(at__gt=self.now).exists()

    def test_nothing_happened_on_a_weekend_but_practice_at_home(self) -> None:
        days = {
            at.astimezone(ZoneInfo("America/New_York")).weekday()
            for at in Event.objects.exclude(kind="practice_logged").values_list("at", flat=True)
        }

        assert days <= {0, 1, 2, 3, 4}

    def test_the_family_has_three_children_and_a_time_to_pick(self) -> None:
        family = person("family")

        assert {c.given_name for c in access.children_visible_to(family)} == {
            "Mateo",
            "Lucia",
            "Nico",
        }
        offered = Appointment.objects.filter(referral__child=of("Mateo"), status="proposed")
        assert offered.count() == 3
        assert not offered.filter(starts_at__lt=self.now).exists()
        assert Concern.objects.get(child=of("Lucia"), recorded_by=family).is_open

    def test_the_therapist_has_a_visit_on_this_or_the_next_working_day(self) -> None:
        today = self.now.astimezone(stage.ZONE).date()
        days = {
            visit.starts_at.astimezone(stage.ZONE).date()
            for visit in Appointment.objects.filter(therapist=person("therapist"), status="booked")
        }

        assert {stage.working_day(today, 0), stage.working_day(today, 1)} <= days

    def test_one_is_overdue_and_one_is_urgent(self) -> None:
        today = self.now.astimezone(stage.ZONE).date()

        assert of("Ruby").referrals.get().next_due_on < today
        assert of("Noah").referrals.get().urgency == Referral.Urgency.URGENT

    def test_the_lost_child_was_found_by_a_referral_that_follows_the_first(self) -> None:
        lost, found = of("Devon").referrals.order_by("created_at")

        assert (lost.state, lost.is_open) == (State.CLOSED_UNREACHABLE, False)
        assert (found.follows, found.is_open) == (lost, True)

    def test_declined_is_there_with_and_without_the_pediatricians_note(self) -> None:
        declined = Referral.objects.filter(state=State.DECLINED)

        assert sorted(declined.values_list("is_open", flat=True)) == [False, True]

    def test_strangers_see_their_own_child_only(self) -> None:
        for key in ("other.pediatrician", "other.therapist", "other.family"):
            assert {c.given_name for c in access.children_visible_to(person(key))} == {"Emil"}, key
        for key in ("pediatrician", "therapist", "coordinator", "family", "partner", "admin"):
            assert of("Emil") not in access.children_visible_to(person(key)), key

    def test_the_school_sees_the_two_children_that_were_shared(self) -> None:
        partner = person("partner")
        names = {c.given_name for c in access.children_visible_to(partner)}

        assert names == {"Lucia", "Nico"}
        assert not access.records_visible_to(partner).exists()
        live = Seat.objects.live(self.now).filter(ground=Seat.Ground.CONSENT)
        assert {seat.child.given_name for seat in live} == {"Lucia", "Nico", "Mateo"}

    def test_a_programme_is_late_and_the_school_owes_an_answer(self) -> None:
        today = self.now.astimezone(stage.ZONE).date()
        late = Programme.objects.get(child=of("Mateo"))

        assert (late.next_step, late.next_due_on < today) == ("evaluate", True)
        # Of two requests one is still in time, the other was said to be overdue and then rose.
        assert (
            ResultRequest.objects.filter(child=of("Nico"), to_partner=True, is_open=True).count()
            == 2
        )
        chased = Task.objects.get(referral__child=of("Nico"), duty="chase_results", is_open=True)
        levels = Reminder.objects.filter(about=chased.pk).values_list("level", flat=True)
        assert (chased.due_on < today, sorted(levels)) == (True, ["overdue", "risen"])

    def test_the_admin_is_one(self) -> None:
        assert person("admin").is_superuser
        assert User.objects.filter(is_superuser=True).count() == 1

    def test_each_demo_account_signs_in(self) -> None:
        for email, _ in player.accounts():
            assert Client().login(email=email, password=player.PASSWORD), email

    def test_the_others_cannot_sign_in(self) -> None:
        listed = [email for email, _ in player.accounts()]

        assert not any(
            user.has_usable_password() for user in User.objects.exclude(email__in=listed)
        )

    def test_people_and_places_are_such_as_the_admin_would_accept(self) -> None:
        shelves = (OwnActivity, OwnGoal, OwnInstrument, OwnScale, OwnPayer)
        for model in (Organization, Membership, User, *shelves):
            for row in model._default_manager.all():
                row.full_clean()

    def test_the_clinic_has_an_activity_and_a_payer_of_its_own_in_use(self) -> None:
        activity, payer = OwnActivity.objects.get(), OwnPayer.objects.get()
        given = Activity.objects.get(bank_code=activity.code)
        # All but one step are still the clinic's: who reads Spanish reads them in Spanish.
        assert [line for line in given.step_list if line not in given.spanish] == [
            "He draws the next one."
        ]
        assert given.spanish[given.title] == "El tren del día"
        assert Plan.objects.filter(payer=payer.code, referral__clinic=payer.organization).exists()

    def test_a_goal_of_the_clinics_own_waits_for_the_family(self) -> None:
        own, version = OwnGoal.objects.get(), GoalVersion.objects.exclude(spanish={}).get()
        assert version.goal.referral.clinic == own.organization
        words = [version.measure, version.baseline, version.statement]
        words += [step["words"] for step in version.levels]
        assert [text for text in words if not version.spanish.get(text)] == []
        assert own.does_what_es in version.spanish[version.statement]

    def test_a_child_was_scored_by_a_test_of_the_clinics_own(self) -> None:
        own = OwnInstrument.objects.get()
        (scores,) = [
            evaluation.scores
            for evaluation in Evaluation.objects.filter(
                referral__clinic=own.organization, status="final"
            )
            if own.code in [score["instrument"] for score in evaluation.scores]
        ]
        assert [score["name"] for score in scores][-1] == own.name

    def test_numbers_and_addresses_are_such_as_nobody_has(self) -> None:
        rows = (*Organization.objects.all(), *User.objects.all(), *Guardian.objects.all())

        assert all(row.phone.startswith("+121255501") for row in rows if row.phone)
        assert all(row.email.endswith((".example", ".invalid")) for row in rows if row.email)

    def test_no_email_of_the_story_is_left_to_send(self) -> None:
        assert Notice.objects.exists()
        assert not Notice.objects.filter(sent_at__isnull=True).exists()
        assert set(Notice.objects.values_list("kind", flat=True)) <= {
            *notifications.TOLD, *notifications.DUE,
        }  # fmt: skip

    def test_a_second_time_it_is_refused(self) -> None:
        children = Child.objects.count()

        with self.settings(DEMO=True), pytest.raises(CommandError, match="played already"):
            call_command("demo")

        assert Child.objects.count() == children

    def test_asked_kindly_a_second_time_only_prints_the_accounts(self) -> None:
        children, said = Child.objects.count(), StringIO()

        with self.settings(DEMO=True):
            call_command("demo", unless_played=True, stdout=said)

        assert Child.objects.count() == children
        assert all(email in said.getvalue() for email, _ in player.accounts())
        assert player.PASSWORD in said.getvalue()


def test_the_story_says_only_verbs_it_knows() -> None:
    assert {step["do"] for step in player.moments()} == set(VERBS)
    assert set(Move) - {Move.ARRIVE} <= set(VERBS)


@pytest.mark.parametrize("days", range(1, 7))  # today it was played above
def test_it_plays_on_every_other_day_of_the_week(db: None, days: int) -> None:
    some_diagnoses()

    player.play(now=timezone.now() + timedelta(days=days - 7))

    assert Referral.objects.filter(state=State.SCHEDULED).count() == 4


def test_the_log_in_page_lists_the_same_accounts() -> None:
    assert {email for _, email, _ in DEMO_ACCOUNTS} == {email for email, _ in player.accounts()}


# --- The command ------------------------------------------------------------------------------


def test_outside_demo_it_is_refused(db: None, settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="only with DEMO=1"):
        call_command("demo")

    assert not User.objects.exists()


def test_an_activity_of_the_bank_is_fitted_to_the_child_in_one_step() -> None:
    told = therapy()["activity"]["snips"]
    entry = ACTIVITIES[told["bank_code"]]
    in_spanish = [ours(line, "es") for line in told["steps"].splitlines()]
    assert in_spanish == [*(step.es for step in entry.steps[:-1]), None]
    assert {name for name in entry.content if told[name] == entry.content[name]} == {
        "title", "why", "materials", "good_looks_like", "stop_when", "times_a_week",
    }  # fmt: skip
