"""What does a progress report say?"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from referrals.clinical.adherence import percent
from referrals.clinical.ladder import EXPECTED, signed
from referrals.models import Goal, Referral, Report
from referrals.models.signing import Signed

from .document import Block, Document, Fields, Paragraph, Section, Table, paragraph, said
from .head import Sort, clinic_of, day, document, local_day, signature, signed_on
from .plan import identifier

REPORT: Final = Sort("Progress report", "amends", "report")
INTERIM: Final = Sort("Interim progress report", "amends", "report")
_READ_WITH: Final = ("replaces", "replaced_by", "acknowledged_by", "sent_by")
_RATERS: Final = {"pediatrician": "Pediatrician", "therapist": "Therapist", "family": "Family"}
_SCORE: Final = ("Rated by", "T at the start", "T at the end", "Change", "Goals rated")
_ATTENDANCE: Final = "of the visits that the clinic kept open"


def progress_report(
    referral: Referral, key: UUID, *, for_family: bool, unsent: bool
) -> Document | None:
    """The signed report with this key; None for a draft. One query.

    With `unsent` also one that lies with its author still; a family's copy has no T-scores.
    """
    found = referral.reports.exclude(status=Signed.Status.DRAFT)
    if not unsent:
        found = found.filter(sent_at__isnull=False)
    report = found.select_related(*_READ_WITH).filter(pk=key).first()
    return report_of(report, for_family=for_family) if report else None


def report_of(report: Report, *, for_family: bool = False) -> Document:
    clinic = clinic_of(report.referral)
    return document(
        report, INTERIM if report.interim else REPORT, place=clinic,
        on=signed_on(report, clinic), on_label="Date of the report",
        sections=(
            *sections_of(report, report.goals, report.figures, for_family=for_family),
            Section("Taken note of", (_taken_note(report, for_family),)),
        ),
        signatures=(signature(report, "Occupational therapist", clinic),),
    )  # fmt: skip


def sections_of(
    report: Report, goals: Iterable[Mapping[str, Any]], figures: Mapping[str, Any], *,
    for_family: bool = False,
) -> tuple[Section, ...]:  # fmt: skip
    """All that the report says under its head: also of a draft, for who is about to sign it."""
    reached = tuple(_goal(one) for one in goals) or (Paragraph("No goal was worked on."),)
    ending = said({
        "Recommendation": report.get_recommendation_display(),
        "What comes next": report.what_next,
    })  # fmt: skip
    return (
        Section("Period", (said({"From": day(report.from_on), "Until": day(report.until_on)}),)),
        Section("Goals", reached),
        *(() if for_family else (_scores(figures),)),
        *counted_sections(figures),
        Section("How it went", (paragraph(report.summary),)),
        Section("How the family sees it", (paragraph(report.family_view),)),
        Section("Plan", (ending,)),
    )


def counted_sections(figures: Mapping[str, Any]) -> tuple[Section, ...]:
    """Visits and practice at home, as they were counted."""
    return (
        Section("Visits", (_visits(figures.get("visits") or {}),)),
        Section("Practice at home", (_practice(figures.get("practice")),)),
    )


def _goal(one: Mapping[str, Any]) -> Section:
    heading = f"Goal {identifier(Goal(pk=UUID(one['goal'])))}"
    rows = said({
        "At the start of the period": _level(one, "before"),
        "At its end": _level(one, "now") or "Not rated",
        "Change": _change(one),
        "What was seen": one.get("words", ""),
    })  # fmt: skip
    return Section(heading, (Paragraph(one["statement"]), rows))


def _level(one: Mapping[str, Any], when: str) -> str:
    level = one.get(when)
    if level is None:
        return ""
    return f"{one.get(f'{when}_words', '')} ({signed(level)}, {EXPECTED[level].lower()})"


def _change(one: Mapping[str, Any]) -> str:
    before, now = one.get("before"), one.get("now")
    if before is None or now is None:
        return "Not known"
    steps = now - before
    if not steps:
        return "None"
    return f"{signed(steps)} level{'' if abs(steps) == 1 else 's'}"


def _scores(figures: Mapping[str, Any]) -> Section:
    rows = tuple(
        (
            _RATERS.get(one["rater"], one["rater"]), f"{one['before']:.1f}", f"{one['now']:.1f}",
            f"{one['change']:+.1f}".replace("-", "−"), f"{one['rated']} of {one['goals']}",
        )
        for one in figures.get("scores") or ()
    )  # fmt: skip
    blocks: tuple[Block, ...] = (Paragraph("No goal has been rated."),)
    if rows:
        blocks = (
            Table("T-score of all goals, each rater apart", _SCORE, rows, wide=4),
            Paragraph("Goal Attainment Scaling: 50 is all goals reached as expected."),
        )
    return Section("Goal attainment", blocks)


def _visits(counts: Mapping[str, Any]) -> Fields:
    by = [
        f"{n} by the {name}"
        for whom, name in (("family", "family"), ("clinic", "clinic"), ("practice", "pediatrician"))
        if (n := counts.get(f"by_{whom}", 0))
    ]
    rows = {
        "Attended": str(counts.get("attended", 0)),
        "Missed": str(counts.get("missed", 0)),
        "Cancelled": ", ".join(by) or "0",
        "Attendance": _of(counts.get("attendance"), _ATTENDANCE),
    }
    if counts.get("due") is not None:
        due = f"{counts['delivered']} of {counts['due']:g} visits of the plan due by then"
        rows["Delivery"] = f"{percent(counts.get('delivery'))} ({due})".strip()
    return said(rows)


def _practice(counts: Mapping[str, Any] | None) -> Fields | Paragraph:
    if not counts:
        return Paragraph("No home activity was asked for.")
    asked = counts.get("asked")
    times = f"{counts['done']}" if asked is None else f"{counts['done']} of {asked:.0f} times"
    return said({
        "Done": times,
        "Adherence": percent(counts.get("adherence")),
        "Dose": _of(counts.get("dose"), "of the minutes asked for"),
        "Practised on": f"{counts['days_practised']} of {counts['days']} days",
        "Any entry on": f"{counts['days_told']} of {counts['days']} days",
    })  # fmt: skip


def _of(share: float | None, what: str) -> str:
    return "" if share is None else f"{percent(share)} {what}"


def _taken_note(report: Report, for_family: bool) -> Fields | Paragraph:
    referral = report.referral
    if report.sent_at is None:
        return Paragraph("Not yet sent to the pediatrician.")
    rows = {
        "Sent on": day(local_day(report.sent_at, clinic_of(referral))),
        "Sent to": f"{referral.author.signature}, {referral.practice}",
        "Read": "Not yet",
    }
    if report.acknowledged_at and report.acknowledged_by:
        on = day(local_day(report.acknowledged_at, referral.practice))
        rows["Read"] = f"{report.acknowledged_by.signature}, {on}"
        if report.answer and not for_family:
            # What the pediatrician says to it is between the clinicians.
            rows["What the pediatrician says"] = report.answer
    return said(rows)
