"""How is progress reported: drafted from what happened, signed, sent, read, and amended?"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from referrals.act import Act, Duty
from referrals.models import Referral, Report, User
from referrals.models.course import course_of
from referrals.pathway import Move, Step

from .clock import local_date
from .counting import Counted, counted, digest
from .moving import check_act, check_move, move_referral
from .recording import record
from .refusal import Outrun, Refused
from .signing import (
    changed_sentence,
    check_content,
    check_credentials,
    check_edition,
    check_signs_alone,
    drafted,
    keep,
    next_number,
    sign,
)
from .task import close_task, open_task

#: What a report must say before it can be signed, and how a person is asked for it.
REQUIRED_TO_SIGN: Final[Mapping[str, str]] = {
    "summary": "Say how it went.",
    "family_view": "Say how the family sees it.",
    "recommendation": "Say whether therapy goes on, changes or ends.",
    "what_next": "Say what comes next.",
}
_LONGEST: Final = timedelta(days=5 * 366)


@transaction.atomic
def draft_report(
    *,
    id: UUID,
    referral: Referral,
    edition: int | None = None,
    by: User,
    at: datetime,
    **content: Any,
) -> Report:
    """Keep a report that is being written: begun from the data on the first call, changed on later ones.

    Of `goals` only the words are taken, as {"goal": id, "words": text}; what was reached is read
    from the ratings each time. `id` comes with the form, so that a repeated save finds the same
    draft; `edition` guards against a draft that changed in another tab.
    """
    check_act(referral, Act.WRITE_REPORT, by=by)
    check_content(Report, content)
    # Two who begin at one moment meet here, on databases with row locks.
    Referral.objects.select_for_update().get(pk=referral.pk)
    report = Report.objects.filter(pk=id).first()
    if report is None:
        _check_begin(referral)
        start = start_of(referral, at) | content
        report = _begin(referral, id=id, by=by, at=at, content=start)
        kind = "report_drafted"
    else:
        if report.referral_id != referral.pk:
            raise Outrun("This form was already used. Please start again.")
        said = _with_levels(referral, report.content | content, report.goals)
        if not keep(report, edition=edition, at=at, **said):
            return report
        kind = "report_draft_saved"
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        number=report.number,
    )  # fmt: skip
    return report


@transaction.atomic
def amend_report(*, id: UUID, report: Report, reason: str, by: User, at: datetime) -> Report:
    """Begin a version with all of a signed report in it; it says why, and is signed and sent anew."""
    referral = report.referral
    check_act(referral, Act.WRITE_REPORT, by=by)
    Referral.objects.select_for_update().get(pk=referral.pk)
    begun = Report.objects.filter(pk=id).first()
    if begun is not None:
        if begun.replaces_id != report.pk:
            raise Outrun("This form was already used. Please start again.")
        return begun
    report.refresh_from_db()
    if report.status != Report.Status.FINAL:
        raise Outrun("This report has a later version already. Amend that one.")
    draft = drafted(referral.reports)
    if draft is not None:
        raise Outrun(changed_sentence(draft))
    if not reason.strip():
        raise Refused("Say why there is a new version.", "reason")
    begun = _begin(
        referral, id=id, by=by, at=at, content=report.content, replaces=report, reason=reason
    )
    record(
        "report_drafted", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        number=begun.number,
    )  # fmt: skip
    return begun


def _check_begin(referral: Referral) -> None:
    draft = drafted(referral.reports)
    if draft is not None:
        raise Outrun(changed_sentence(draft))
    waiting = unsent(referral)
    if waiting is not None:
        raise Refused(f"Report {waiting.number} is signed and not yet sent. Send it first.")


def _begin(
    referral: Referral, *, id: UUID, by: User, at: datetime, content: dict[str, Any], **more: Any
) -> Report:
    said = _with_levels(referral, content, content.get("goals", []))
    return Report.objects.create(
        id=id, referral=referral, number=next_number(referral.reports), author=by, created_at=at,
        saved_at=at, **said, **more,
    )  # fmt: skip


def _with_levels(
    referral: Referral, content: dict[str, Any], before: list[dict[str, Any]]
) -> dict[str, Any]:
    """The content with its goals as the ratings have them in this period, and the words kept."""
    if content["until_on"] < content["from_on"]:
        raise Refused("It ends before it begins.", "until_on")
    if content["until_on"] - content["from_on"] > _LONGEST:
        # Each day of the period is counted: a slip of the keys must not make it two thousand years.
        raise Refused("A report covers five years at most.", "from_on")
    words = {str(one["goal"]): one.get("words", "") for one in [*before, *content["goals"]]}
    found = count(referral, content["from_on"], content["until_on"])
    return content | {"goals": [row | {"words": words.get(row["goal"], "")} for row in found.goals]}


def count(referral: Referral, from_on: date, until_on: date) -> Counted:
    """What was reached, done and attended in a period, from what is recorded now."""
    return counted(referral, course_of(referral, since=from_on), from_on, until_on)


def start_of(referral: Referral, at: datetime) -> dict[str, Any]:
    """What the next report begins with: its period, and what can be said from the data."""
    today = local_date(at, _clinic(referral))
    from_on = min(_next_day(referral) or local_date(referral.state_since, _clinic(referral)), today)
    found = count(referral, from_on, today)
    return {
        "from_on": from_on, "until_on": today, "interim": False, "goals": found.goals,
        "summary": found.summary, "family_view": found.family_view, "recommendation": "",
        "what_next": "",
    }  # fmt: skip


def _next_day(referral: Referral) -> date | None:
    """The day after the period of the last report; an interim report closes none."""
    closed = referral.reports.filter(
        interim=False, status=Report.Status.FINAL, signed_at__gte=referral.state_since
    )
    last = closed.order_by("-until_on").values_list("until_on", flat=True).first()
    return last + timedelta(days=1) if last else None


def lacks(report: Report, today: date) -> dict[str, str]:
    """What keeps a draft from being signed, by field; empty when nothing does."""
    found = {
        name: sentence
        for name, sentence in REQUIRED_TO_SIGN.items()
        if not getattr(report, name).strip() and not (report.interim and name == "recommendation")
    }
    if report.until_on > today:
        found["until_on"] = "The period ends in the future."
    return found


@transaction.atomic
def sign_report(
    *, report: Report, edition: int | None = None, seen: str = "", by: User, at: datetime
) -> Report:
    """Sign a draft: its words and its figures can no longer change.

    `seen` is the digest of the figures that were read; where others have come in since, they are
    to be read first.
    """
    referral = report.referral
    check_act(referral, Act.WRITE_REPORT, by=by)
    check_credentials(by)
    check_signs_alone(by, referral.clinic, at)
    check_edition(report, edition)
    missing = lacks(report, local_date(at, _clinic(referral)))
    if missing:
        field, sentence = next(iter(missing.items()))
        raise Refused(sentence, field)
    found = count(referral, report.from_on, report.until_on)
    if seen and seen != digest(found):
        raise Outrun(
            "Something was rated, practised or attended since you opened this. "
            "Read the new figures below, then sign."
        )
    words = {one["goal"]: one.get("words", "") for one in report.goals}
    goals = [row | {"words": words.get(row["goal"], "")} for row in found.goals]
    _mark(report, goals=goals, figures=found.figures)
    sign(report, edition=edition, by=by, at=at)
    record(
        "report_signed", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        number=report.number,
    )  # fmt: skip
    return report


@transaction.atomic
def send_report(
    *, referral: Referral, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Send the signed report to the pediatrician, who takes note; the family reads it too.

    It owes the next report, unless it is an interim one, or amends what was sent before.
    """
    check_move(referral, Move.SEND_REPORT, by=by, version=version)
    report = unsent(referral)
    if report is None:
        raise Refused("Write and sign the report first.")
    draft = drafted(referral.reports)
    if draft is not None and draft.replaces_id == report.pk:
        raise Refused("A new version is being written. Sign it first, then send that.")
    closes = not report.interim and not _was_sent_before(report)
    _mark(report, sent_at=at, sent_by=by)
    _owe_reading(referral, by=by, at=at)
    return move_referral(
        referral, Move.SEND_REPORT, by=by, at=at, version=version,
        owes=Step.REPORT_PROGRESS if closes else None,
        data={"number": report.number},
    )  # fmt: skip


@transaction.atomic
def acknowledge_report(*, report: Report, answer: str = "", by: User, at: datetime) -> Report:
    """The pediatrician has read it, and may say something to it."""
    referral = report.referral
    check_act(referral, Act.ACKNOWLEDGE_REPORT, by=by)
    Referral.objects.select_for_update().get(pk=referral.pk)
    report.refresh_from_db()
    if report.sent_at is None:
        raise Refused("This report has not been sent to you yet.")
    if report.acknowledged_at is not None:
        if report.acknowledged_by_id == by.pk:
            return report  # the second click
        raise Outrun("Somebody of your practice has taken note of this report already.")
    if unread(referral).filter(pk=report.pk).first() is None:
        raise Outrun("A later version of this report was sent. Please read that one.")
    _mark(report, acknowledged_at=at, acknowledged_by=by, answer=answer.strip())
    _owe_reading(referral, by=by, at=at)
    record(
        "report_acknowledged", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, number=report.number,
    )  # fmt: skip
    return report


def unsent(referral: Referral) -> Report | None:
    """The report that is signed and lies with nobody yet."""
    return referral.reports.filter(status=Report.Status.FINAL, sent_at__isnull=True).first()


def unread(referral: Referral) -> Any:
    """What lies with the pediatrician, the oldest first: a later version takes the place of its earlier."""
    sent = referral.reports.filter(sent_at__isnull=False, acknowledged_at__isnull=True)
    return sent.exclude(replaced_by__sent_at__isnull=False).order_by("sent_at", "number")


def _owe_reading(referral: Referral, *, by: User, at: datetime) -> None:
    """The pediatrician owes a look at the oldest report that nobody has read; or at none."""
    waiting = unread(referral).first()
    owed = referral.tasks.filter(duty=Duty.ACKNOWLEDGE_REPORT, is_open=True).first()
    if waiting is None:
        close_task(referral, Duty.ACKNOWLEDGE_REPORT, by=by, at=at)
    elif owed is None or owed.about != waiting.pk:
        # Another report is another duty: what was owed for the one before is done.
        close_task(referral, Duty.ACKNOWLEDGE_REPORT, by=by, at=at)
        open_task(referral, Duty.ACKNOWLEDGE_REPORT, about=waiting.pk, at=at)


def _was_sent_before(report: Report) -> bool:
    before: Any = report.replaces
    while before is not None and before.sent_at is None:
        before = before.replaces
    return before is not None


def _clinic(referral: Referral) -> Any:
    assert referral.clinic is not None
    return referral.clinic


def _mark(report: Report, **columns: Any) -> None:
    """Write what was counted, and what became of a signed report; its words stay as they are."""
    Report.objects.filter(pk=report.pk).update(**columns)
    for name, value in columns.items():
        setattr(report, name, value)
