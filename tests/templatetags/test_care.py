"""Do dates, due days, icons and the loop strip say in words what they show?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Engine
from django.test import override_settings
from lucide import IconDoesNotExist

from referrals.templatetags import care

TODAY = date(2026, 4, 14)
NAMES = (
    "Ordered",
    "Sent to the therapist",
    "Reviewed and accepted",
    "Evaluation scheduled",
    "Evaluation done",
    "Plan written",
    "Report sent",
    "Pediatrician acknowledged",
    "Family agreed the plan",
)


@dataclass(frozen=True)
class Step:
    number: int
    name: str
    status: str
    on: date | None = None
    who: str = ""


def loop(
    done: int, status: str = "todo", on: date | None = None, who: str = "", name: str = ""
) -> list[Step]:
    """Nine steps, `done` of them done and the one after it in `status`."""
    steps = [Step(n, label, "todo") for n, label in enumerate(NAMES, start=1)]
    for index in range(done):
        steps[index] = Step(index + 1, NAMES[index], "done", TODAY - timedelta(30 - index), "Ann")
    if done < len(NAMES):
        steps[done] = Step(done + 1, name or NAMES[done], status, on, who)
    return steps


def render(source: str, **context: object) -> str:
    engine = Engine(builtins=["referrals.templatetags.care"])
    return engine.from_string(source).render(Context(context))


class TestDays:
    def test_a_date_is_written_day_month_year(self) -> None:
        assert render("{{ when|day }}", when=date(2026, 4, 4)) == "4 Apr 2026"

    def test_no_date_is_no_text(self) -> None:
        assert care.day(None) == care.moment(None) == care.due(None, TODAY) == ""

    @override_settings(USE_TZ=True, TIME_ZONE="America/New_York")
    def test_a_moment_is_told_in_local_time_across_midnight(self) -> None:
        instant = datetime(2026, 4, 15, 3, 30, tzinfo=UTC)
        assert care.moment(instant) == "14 Apr 2026, 23:30"
        assert care.day(instant) == "14 Apr 2026"

    def test_a_moment_without_zone_is_taken_as_it_is(self) -> None:
        assert care.moment(datetime(2026, 4, 14, 9, 5)) == "14 Apr 2026, 09:05"

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (-2, "2 days late"),
            (-1, "1 day late"),
            (0, "today"),
            (1, "tomorrow"),
            (3, "in 3 days"),
        ],
    )
    def test_how_far_away_in_words(self, days: int, words: str) -> None:
        assert care.days_away(TODAY + timedelta(days), TODAY) == words


class TestDue:
    def test_late_says_so_in_a_word_and_an_icon(self) -> None:
        html = render("{% due when today %}", when=date(2026, 4, 12), today=TODAY)
        assert 'class="due late"' in html
        assert "12 Apr 2026" in html
        assert '<span class="due-in">2 days late</span>' in html
        assert "<svg" in html

    @pytest.mark.parametrize(
        ("days", "css"), [(-1, "due late"), (0, "due soon"), (2, "due soon"), (3, "due")]
    )
    def test_the_tone_turns_at_today_and_two_days_ahead(self, days: int, css: str) -> None:
        assert f'class="{css}"' in care.due(TODAY + timedelta(days), TODAY)

    def test_the_day_is_there_for_machines_too(self) -> None:
        assert '<time datetime="2026-05-01">1 May 2026</time>' in care.due(date(2026, 5, 1), TODAY)


class TestIcon:
    def test_an_icon_is_hidden_from_screen_readers(self) -> None:
        html = render('{% icon "calendar" %}')
        assert html.startswith('<svg class="icon"')
        assert 'aria-hidden="true"' in html
        assert "style=" not in html

    def test_a_class_may_be_added_and_is_escaped(self) -> None:
        assert 'class="icon big"' in care.icon("calendar", "big")
        assert '"><script>' not in care.icon("calendar", '"><script>')

    def test_no_name_is_no_icon(self) -> None:
        assert care.icon("") == ""

    def test_a_wrong_name_is_an_error_and_not_a_hole(self) -> None:
        with pytest.raises(IconDoesNotExist):
            care.icon("no-such-icon")


class TestLoopSentence:
    @pytest.mark.parametrize(
        ("steps", "sentence"),
        [
            (
                loop(3, "late", TODAY - timedelta(2)),
                "Step 4 of 9: Evaluation scheduled, now, 2 days late",
            ),
            (loop(3, "late"), "Step 4 of 9: Evaluation scheduled, now, late"),
            (
                loop(3, "now", TODAY + timedelta(3)),
                "Step 4 of 9: Evaluation scheduled, now, due in 3 days",
            ),
            (loop(3, "now"), "Step 4 of 9: Evaluation scheduled, now"),
            (loop(3, "stopped"), "Stopped at step 4 of 9: Evaluation scheduled"),
            (loop(9), "All 9 steps done"),
            (loop(2), "2 of 9 steps done"),
        ],
    )
    def test_the_drawing_is_said_in_one_sentence(self, steps: list[Step], sentence: str) -> None:
        assert care.loop_sentence(steps, TODAY) == sentence
        assert f'<span class="visually-hidden">{sentence}</span>' in care.loop_strip_small(
            steps, TODAY
        )


class TestLoopStripSmall:
    def test_each_status_has_its_own_shape(self) -> None:
        marks = {care._mark(status, 1) for status in care.STATUS_WORDS}
        assert len(marks) == len(care.STATUS_WORDS)

    def test_nine_marks_in_one_hidden_drawing(self) -> None:
        html = care.loop_strip_small(loop(3, "now"), TODAY)
        assert html.count("<svg") == 1
        done, others = html.split('<g class="mk-done">')[1].split("</g>", 1)
        assert (done.count("<circle"), done.count("l2.4")) == (3, 3)
        now, todo = others.split('<g class="mk-todo">')
        assert (now.count("translate("), todo.count("<circle")) == (1, 5)
        assert ">4</text>" in html

    def test_a_name_cannot_bring_markup(self) -> None:
        html = care.loop_strip_small(loop(0, "now", name="<b>Ordered</b>"), TODAY)
        assert "<b>" not in html
        assert "&lt;b&gt;" in html

    def test_a_drawing_is_made_once_for_all_rows_that_stand_alike(self) -> None:
        statuses = tuple(step.status for step in loop(3, "late"))
        assert care._small_drawing(statuses) is care._small_drawing(statuses)


class TestLoopStrip:
    def test_an_ordered_list_with_a_name_and_one_current_step(self) -> None:
        html = render(
            "{% loop_strip steps today %}",
            steps=loop(3, "late", date(2026, 4, 12), "Sam"),
            today=TODAY,
        )
        assert '<ol class="loop" aria-label="Where the referral stands">' in html
        assert html.count("<li") == 9
        assert html.count('aria-current="step"') == 1
        assert "2 days late" in html
        assert ">Sam<" in html

    def test_every_step_says_its_status_in_a_word(self) -> None:
        html = care.loop_strip(loop(3, "now"), TODAY)
        assert html.count(">Done<") == 3
        assert html.count(">Now<") == 1
        assert html.count(">Not yet<") == 5

    def test_a_finished_loop_has_no_current_step(self) -> None:
        assert "aria-current" not in care.loop_strip(loop(9), TODAY)

    def test_names_people_and_label_are_escaped(self) -> None:
        html = care.loop_strip(loop(0, "now", who="<i>", name="<b>"), TODAY, '"><u>')
        for markup in ("<i>", "<b>", "<u>"):
            assert markup not in html


class TestSmallThings:
    @pytest.mark.parametrize(
        ("name", "letters"),
        [("Priya Raman", "PR"), ("Ana Maria de Rivera", "AR"), ("Maya", "M"), ("", "")],
    )
    def test_initials(self, name: str, letters: str) -> None:
        assert care.initials(name) == letters

    @pytest.mark.parametrize(
        ("age", "words"),
        [
            ("4;2;11", "4 years 2 months 11 days"),
            ("1;1;1", "1 year 1 month 1 day"),
            ("0;8;0", "8 months 0 days"),
            ("0;0;0", "0 days"),
            ("about four", "about four"),
        ],
    )
    def test_an_age_in_words(self, age: str, words: str) -> None:
        assert care.age_words(age) == words

    def test_a_size_is_bytes_or_already_words(self) -> None:
        assert care.file_size(2048) == "2.0\xa0KB"
        assert care.file_size("2 kB") == "2 kB"
        assert care.file_size(None) == ""


class TestCall:
    @pytest.mark.parametrize(
        ("phone", "html"),
        [
            ("+12125550110", '<a class="nowrap" href="tel:+12125550110">+1 212-555-0110</a>'),
            ("(212) 555-0177", '<a class="nowrap" href="tel:2125550177">(212) 555-0177</a>'),
            ("+1", '<a class="nowrap" href="tel:+1">+1</a>'),
            ("5 <b>", '<a class="nowrap" href="tel:5">5 &lt;b&gt;</a>'),
            ("ask <us>", "ask &lt;us&gt;"),
        ],
    )
    def test_a_number_can_be_tapped_and_harms_nothing(self, phone: str, html: str) -> None:
        assert render("{{ phone|call }}", phone=phone) == html
