"""What does a progress report say?"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext, ngettext

from referrals.clinical.adherence import percent
from referrals.clinical.ladder import EXPECTED, signed
from referrals.models import Goal, Referral, Report
from referrals.models.signing import Signed
from referrals.wording import later as _
from referrals.wording import like, typed_by

from .document import Block, Document, Fields, Paragraph, Section, Table, paragraph, said
from .head import Sort, clinic_of, day, document, local_day, signature, signed_on
from .plan import identifier

REPORT: Final = Sort(_("Progress report"), _("amends"), _("report"))
INTERIM: Final = Sort(_("Interim progress report"), _("amends"), _("report"))
_READ_WITH: Final = ("author", "replaces", "replaced_by", "acknowledged_by", "sent_by")
_RATERS: Final = {
    "pediatrician": _("Pediatrician"),
    "therapist": _("Therapist"),
    "family": _("Family"),
}
_SCORE: Final = (
    _("Rated by"),
    _("T at the start"),
    _("T at the end"),
    _("Change"),
    _("Goals rated"),
)
_ATTENDANCE: Final = _("of the visits that the clinic kept open")


def progress_report(
    referral: Referral, key: UUID, *, for_family: bool, unsent: bool, shared: bool = False
) -> Document | None:
    """The signed report with this key; None for a draft. One query.

    With `unsent` also one that lies with its author still; a family's copy has no T-scores.
    """
    found = referral.reports.exclude(status=Signed.Status.DRAFT)
    if not unsent:
        found = found.filter(sent_at__isnull=False)
    report = found.select_related(*_READ_WITH).filter(pk=key).first()
    return report_of(report, for_family=for_family, shared=shared) if report else None


def report_of(report: Report, *, for_family: bool = False, shared: bool = False) -> Document:
    clinic = clinic_of(report.referral)
    return document(
        report, INTERIM if report.interim else REPORT, place=clinic,
        on=signed_on(report, clinic), on_label=gettext("Date of the report"),
        sections=(
            *sections_of(report, report.goals, report.figures, for_family=for_family),
            Section(gettext("Taken note of"), (_taken_note(report, for_family),)),
        ),
        signatures=(signature(report, gettext("Occupational therapist"), clinic),), shared=shared,
    )  # fmt: skip


def sections_of(
    report: Report, goals: Iterable[Mapping[str, Any]], figures: Mapping[str, Any], *,
    for_family: bool = False,
) -> tuple[Section, ...]:  # fmt: skip
    """All that the report says under its head: also of a draft, for who is about to sign it."""
    reached = tuple(_goal(one, report.author) for one in goals) or (
        Paragraph(gettext("No goal was worked on.")),
    )
    ending = said({
        gettext("Recommendation"): report.get_recommendation_display(),
        gettext("What comes next"): typed_by(report.what_next, report.author),
    })  # fmt: skip
    return (
        Section(
            gettext("Period"),
            (said({gettext("From"): day(report.from_on), gettext("Until"): day(report.until_on)}),),
        ),
        Section(gettext("Goals"), reached),
        *(() if for_family else (_scores(figures),)),
        *counted_sections(figures),
        Section(gettext("How it went"), (paragraph(typed_by(report.summary, report.author)),)),
        Section(
            gettext("How the family sees it"),
            (paragraph(typed_by(report.family_view, report.author)),),
        ),
        Section(gettext("Plan"), (ending,)),
    )


def counted_sections(figures: Mapping[str, Any]) -> tuple[Section, ...]:
    """Visits and practice at home, as they were counted."""
    return (
        Section(gettext("Visits"), (_visits(figures.get("visits") or {}),)),
        Section(gettext("Practice at home"), (_practice(figures.get("practice")),)),
    )


def _goal(one: Mapping[str, Any], by: object) -> Section:
    heading = gettext("Goal {goal}").format(goal=identifier(Goal(pk=UUID(one["goal"]))))
    rows = said({
        gettext("At the start of the period"): _level(one, "before", by),
        gettext("At its end"): _level(one, "now", by) or gettext("Not rated"),
        gettext("Change"): _change(one),
        gettext("What was seen"): typed_by(one.get("words", ""), by),
    })  # fmt: skip
    return Section(
        heading, (Paragraph(typed_by(one["statement"], by, one.get("spanish", {}))), rows)
    )


def _level(one: Mapping[str, Any], when: str, by: object) -> str:
    level = one.get(when)
    if level is None:
        return ""
    words = typed_by(one.get(f"{when}_words", ""), by, one.get("spanish", {}))
    return like(words, f"{words} ({signed(level)}, {gettext(EXPECTED[level]).lower()})")


def _change(one: Mapping[str, Any]) -> str:
    before, now = one.get("before"), one.get("now")
    if before is None or now is None:
        return gettext("Not known")
    steps = now - before
    if not steps:
        return gettext("None")
    said_steps = ngettext("%(steps)s level", "%(steps)s levels", abs(steps))
    return said_steps % {"steps": signed(steps)}


def _scores(figures: Mapping[str, Any]) -> Section:
    rows = tuple(
        (
            _RATERS.get(one["rater"], one["rater"]), f"{one['before']:.1f}", f"{one['now']:.1f}",
            f"{one['change']:+.1f}".replace("-", "−"), gettext("{n} of {of}").format(n=one["rated"], of=one["goals"]),
        )
        for one in figures.get("scores") or ()
    )  # fmt: skip
    blocks: tuple[Block, ...] = (Paragraph(gettext("No goal has been rated.")),)
    if rows:
        blocks = (
            Table(gettext("T-score of all goals, each rater apart"), _SCORE, rows, wide=4),
            Paragraph(gettext("Goal Attainment Scaling: 50 is all goals reached as expected.")),
        )
    return Section(gettext("Goal attainment"), blocks)


def _visits(counts: Mapping[str, Any]) -> Fields:
    by_whom = {
        "family": gettext("{n} by the family"),
        "clinic": gettext("{n} by the clinic"),
        "practice": gettext("{n} by the pediatrician"),
    }
    by = [
        words.format(n=n) for whom, words in by_whom.items() if (n := counts.get(f"by_{whom}", 0))
    ]
    rows = {
        gettext("Attended"): str(counts.get("attended", 0)),
        gettext("Missed"): str(counts.get("missed", 0)),
        gettext("Cancelled"): ", ".join(by) or "0",
        gettext("Attendance"): _of(counts.get("attendance"), _ATTENDANCE),
    }
    if counts.get("due") is not None:
        due = gettext("{n} of {of} visits of the plan due by then").format(
            n=counts["delivered"], of=f"{counts['due']:g}"
        )
        rows[gettext("Delivery")] = f"{percent(counts.get('delivery'))} ({due})".strip()
    return said(rows)


def _practice(counts: Mapping[str, Any] | None) -> Fields | Paragraph:
    if not counts:
        return Paragraph(gettext("No home activity was asked for."))
    asked = counts.get("asked")
    times = str(counts["done"])
    if asked is not None:
        times = gettext("{n} of {of} times").format(n=times, of=f"{asked:.0f}")
    days = gettext("{n} of {of} days")
    return said({
        gettext("Done"): times,
        gettext("Adherence"): percent(counts.get("adherence")),
        gettext("Dose"): _of(counts.get("dose"), gettext("of the minutes asked for")),
        gettext("Practised on"): days.format(n=counts["days_practised"], of=counts["days"]),
        gettext("Any entry on"): days.format(n=counts["days_told"], of=counts["days"]),
    })  # fmt: skip


def _of(share: float | None, what: str) -> str:
    return "" if share is None else f"{percent(share)} {what}"


def _taken_note(report: Report, for_family: bool) -> Fields | Paragraph:
    referral = report.referral
    if report.sent_at is None:
        return Paragraph(gettext("Not yet sent to the pediatrician."))
    rows = {
        gettext("Sent on"): day(local_day(report.sent_at, clinic_of(referral))),
        gettext("Sent to"): f"{referral.author.signature}, {referral.practice}",
        gettext("Read"): gettext("Not yet"),
    }
    if report.acknowledged_at and report.acknowledged_by:
        on = day(local_day(report.acknowledged_at, referral.practice))
        rows[gettext("Read")] = f"{report.acknowledged_by.signature}, {on}"
        if report.answer and not for_family:
            # What the pediatrician says to it is between the clinicians.
            rows[gettext("What the pediatrician says")] = report.answer
    return said(rows)
