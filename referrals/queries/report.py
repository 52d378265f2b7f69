"""Which progress reports are there, who may read which, and what did an amendment change?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from referrals.clinical.ladder import signed
from referrals.models import Referral, Report
from referrals.models.signing import Signed
from referrals.pathway import ENDED, TREATING, State, Step
from referrals.wording import day, typed_by

from .referral import Button

DRAFT, FINAL = Signed.Status.DRAFT, Signed.Status.FINAL
_NAMES: Final = {f.name: f.verbose_name for f in Report._meta.fields}


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a report stands, as a tag beside it."""

    label: str
    tone: str


def fate(report: Report) -> Fate:
    if report.is_draft:
        return Fate(gettext("Draft"), "neutral")
    if report.status != FINAL:
        return Fate(gettext("Amended"), "warn")
    if report.sent_at is None:
        return Fate(gettext("Signed, not sent"), "info")
    if report.acknowledged_at is None:
        return Fate(gettext("Sent"), "info")
    return Fate(gettext("Read by the pediatrician"), "good")


def visible(referral: Referral, *, writes: bool) -> Any:
    """The reports this reader may know of: who writes them all, the others what was sent."""
    return referral.reports.all() if writes else referral.reports.filter(sent_at__isnull=False)


def listing(referral: Referral, *, writes: bool) -> list[tuple[Report, Fate]]:
    """Every report, the newest first. One query."""
    found = visible(referral, writes=writes).select_related("author", "replaces")
    return [(report, fate(report)) for report in found]


def one(referral: Referral, key: UUID, *, writes: bool) -> Report | None:
    """A signed report with the one that it amends; a draft is read in its form."""
    found = visible(referral, writes=writes).exclude(status=DRAFT)
    return (  # type: ignore[no-any-return]
        found.select_related(
            "replaces__author", "replaced_by", "signed_by", "sent_by", "acknowledged_by", "author"
        )
        .filter(pk=key)
        .first()
    )


@dataclass(frozen=True, slots=True)
class Card:
    """The reports on the page of their referral."""

    latest: Report | None = None
    draft: Report | None = None
    unsent: Report | None = None

    @property
    def tag(self) -> Fate | None:
        return fate(self.latest) if self.latest else None


def card(referral: Referral, *, writes: bool) -> Card | None:
    """One query; none, and no card, before therapy has begun."""
    if State(referral.state) not in TREATING | ENDED:
        return None
    found = list(visible(referral, writes=writes))
    return Card(
        # What was sent stays where it is read while its next version still lies with its author.
        latest=next((r for r in found if r.sent_at), None),
        draft=next((r for r in found if r.is_draft), None),
        unsent=next((r for r in found if r.status == FINAL and not r.sent_at), None),
    )


def write_button(referral: Referral, card: Card | None) -> list[Button]:
    """The way to the report that is owed; none while a signed one waits to be sent."""
    if card is None or State(referral.state) not in TREATING:
        return []
    if card.draft is not None:
        label = "Go on writing the report"
    elif card.unsent is None and referral.next_step == Step.REPORT_PROGRESS:
        label = "Write a progress report"
    else:
        return []
    return [Button(label, reverse("report_write", args=[referral.pk]), "file-pen", False)]


# --- What an amendment changed ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs between two versions."""

    name: str
    before: str
    now: str


def changes(report: Report, goals: Iterable[dict[str, Any]] | None = None) -> list[Change]:
    """What an amendment says that the version before did not; nothing for a first version.

    `goals` are those of a draft as they would be signed now.
    """
    before: Any = report.replaces
    while report.sent_at and before is not None and before.sent_at is None:
        before = (
            before.replaces
        )  # What was never sent is nobody's to read, not even as a difference.
    if before is None:
        return []
    pairs = zip(fields_of(before), fields_of(report, goals), strict=True)
    return [Change(name, old, now) for (name, old), (_, now) in pairs if old != now]


def fields_of(
    report: Report, goals: Iterable[dict[str, Any]] | None = None
) -> list[tuple[str, str]]:
    """All that the therapist wrote, as (name, words): what two versions are compared by."""
    said = {name: getattr(report, name) for name in Report.CONTENT}
    if goals is not None:
        said["goals"] = list(goals)
    return [
        (gettext(str(_NAMES[name])).capitalize(), _words(report, name, said[name])) for name in said
    ]


def _words(report: Report, name: str, value: Any) -> str:
    if name == "goals":
        return "\n".join(_goal(one) for one in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day(value)
    if name == "recommendation":
        return report.get_recommendation_display()
    return typed_by(str(value), report.author)


def _goal(one: dict[str, Any]) -> str:
    levels = [signed(n) if n is not None else "not rated" for n in (one["before"], one["now"])]
    words = f": {one['words']}" if one.get("words") else ""
    return f"{one['statement']} {' to '.join(levels)}{words}"
