"""What does the whole record say, in one document, as its family may read it?"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.models import (
    Appointment,
    CheckIn,
    Child,
    Consent,
    Letter,
    Practice,
    RecordView,
    Referral,
    Role,
    Scope,
    Seat,
    Session,
    Thread,
    User,
)
from referrals.models.guardian import estranged, with_apart
from referrals.models.message import Side
from referrals.models.record import FOREVER
from referrals.pathway import STAGES, Party, State
from referrals.wording import tongue, typed_by

from .discharge import discharge_summary
from .document import (
    Document,
    Field,
    Fields,
    Paragraph,
    Section,
    Table,
    paragraph,
    plain,
    said,
    with_each_text,
)
from .evaluation import evaluation_report
from .head import day, places, yes_no
from .letter import letter_of, paragraphs
from .plan import plan_of_care
from .prescription import prescription_order
from .report import progress_report

#: Newest entries of a long list that are printed one by one; the FHIR file holds them all.
MOST: Final = 400
_ROLES: Final = {
    **dict(Side.choices),
    Role.SYSTEM: gettext_lazy("by itself, without a person"),
}


def record_of(
    child: Child,
    referrals: QuerySet[Referral],
    threads: QuerySet[Thread],
    reader: User,
    at: datetime,
) -> Document:
    """Everything signed and meant for the family, one part after the other; `threads` they may read.

    Of adults who are kept apart neither's copy tells of the other's looks.
    """
    hidden = estranged(child.guardians.all(), reader, at)
    zone = ZoneInfo(child.practice.time_zone)
    today = day(at.astimezone(zone).date())
    within = list(
        referrals.select_related("practice", "clinic", "child", "sent_by", "author").order_by("pk")
    )
    sections = (
        _section(_("The child’s adults"), [_adults(child)]),
        _section(_("The team"), [_team(child, at, zone)]),
        _section(_("Who else may see parts of it"), [_consents(child, zone)]),
        _section(_("Worries that were shared"), list(_concerns(child, zone))),
        *(_referral(one, zone) for one in within),
        _section(_("Letters"), list(_letters(child, within, reader, at))),
        _section(_("Public programs"), list(_programmes(child))),
        _section(_("Results"), list(_results(child, zone))),
        _section(_("Messages"), list(_messages(threads, zone))),
        _section(_("Who opened the record"), [_looks(child, hidden, zone)]),
    )
    written = Document(
        title=_("The whole record"),
        version=_("As it stood on {day}").format(day=today),
        marks=(),
        child=child.name,
        born=day(child.date_of_birth),
        facts=_facts(child, reader.name, today),
        places=places(within[-1]) if within else (),
        sections=tuple(section for section in sections if section),
        signatures=(),
        footer=_("The whole record, {day}, for {name}").format(day=today, name=reader.name)
        + f" · {child.pk}",
    )
    return with_each_text(written, plain)


def _facts(child: Child, reader: str, today: str) -> Fields:
    return Fields((
        Field(_("Child"), f"{child.given_name} {child.family_name}"),
        Field(_("Date of birth"), day(child.date_of_birth)),
        Field(_("Language"), tongue(child.language_spoken)),
        Field(_("Interpreter needed"), yes_no(child.interpreter_needed)),
        Field(_("Precautions"), child.precautions or _("None recorded")),
        Field(_("Equipment"), child.adaptive_equipment or _("None recorded")),
        Field(_("Made for"), reader),
        Field(_("Made on"), today),
    ))  # fmt: skip


def _section(heading: str, blocks: Iterable[Any]) -> Section | None:
    kept = tuple(block for block in blocks if block is not None)
    return Section(heading, kept) if kept else None


def _table(
    caption: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], wide: int
) -> Table | None:
    return Table(caption, columns, tuple(rows), wide) if rows else None


def _adults(child: Child) -> Table | None:
    rows = [(one.name, one.get_relationship_display()) for one in child.guardians.order_by("pk")]
    return _table(_("Adults"), (_("Name"), _("Who they are")), rows, 0)


def _team(child: Child, at: datetime, zone: ZoneInfo) -> Table | None:
    """An adult stands there once, since the first day: between two days a court may have spoken."""
    seats = child.seats.filter(since__lte=at).select_related("user", "organization")
    family = Seat.Role.FAMILY
    once = {s.user_id: s.pk for s in seats.order_by("-since", "-pk") if s.role == family}
    rows = [
        (
            str(seat.user or seat.organization), seat.get_role_display(),
            day(seat.since.astimezone(zone).date()),
            day(seat.until.astimezone(zone).date())
            if seat.until < FOREVER and seat.role != family else "",
        )
        for seat in seats.order_by("since", "pk")
        if seat.role != family or once[seat.user_id] == seat.pk
    ]  # fmt: skip
    return _table(_("The team"), (_("Who"), _("As what"), _("Since"), _("Until")), rows, 0)


def _consents(child: Child, zone: ZoneInfo) -> Table | None:
    rows = [
        (
            str(one.organization), "; ".join(str(Scope(scope).label) for scope in one.scopes),
            typed_by(one.purpose, one.given_by), day(one.since.astimezone(zone).date()),
            day((one.revoked_at or one.until).astimezone(zone).date()),
        )
        for one in Consent.objects.filter(child=child).select_related("organization", "given_by")
    ]  # fmt: skip
    return _table(
        _("What is shared, and with whom"),
        (_("Who"), _("What"), _("Why"), _("From"), _("Until")),
        rows,
        1,
    )


def _concerns(child: Child, zone: ZoneInfo) -> Iterator[Fields]:
    for told in child.concerns.select_related("recorded_by", "answered_by").order_by("recorded_at"):
        yield said({
            _("Shared on"): day(told.recorded_at.astimezone(zone).date()),
            _("In their words"): typed_by(told.words, told.recorded_by),
            _("Answer"): typed_by(told.answer, told.answered_by),
        })  # fmt: skip


def _referral(one: Referral, zone: ZoneInfo) -> Section | None:
    """A referral with its papers, in the order of care."""
    about = said({
        _("Sent on"): day(one.sent_at.astimezone(zone).date()) if one.sent_at else "",
        _("Where it stands"): _(STAGES[State(one.state)].family_label),
        _("Clinic"): str(one.clinic or ""),
        _("Question"): typed_by(one.question, one.sent_by or one.author),
    })  # fmt: skip
    parts = [about, *_papers(one), _visits(one, zone), _practised(one), *_asked(one, zone)]
    sent = day(one.sent_at.astimezone(zone).date()) if one.sent_at else ""
    return _section(_("Referral of {day}").format(day=sent) if sent else _("Referral"), parts)


def _papers(one: Referral) -> Iterator[Section]:
    for order in one.prescriptions.for_family().order_by("number"):
        yield from _whole(prescription_order(one, order.pk))
    for evaluation in one.evaluations.for_family().order_by("number"):
        yield from _whole(evaluation_report(one, evaluation.pk))
    for plan in one.plans.for_family().order_by("number"):
        yield from _whole(plan_of_care(one, plan.pk))
    for report in one.reports.for_family().order_by("number"):
        yield from _whole(progress_report(one, report.pk, for_family=True, unsent=False))
    for ending in one.discharges.for_family().order_by("number"):
        yield from _whole(discharge_summary(one, ending.pk, for_family=True))


def _letters(
    child: Child, referrals: Sequence[Referral], reader: User, at: datetime
) -> Iterator[Section]:
    """What was written to the family; of adults who are kept apart each their own."""
    written = Letter.objects.filter(referral__in=[one.pk for one in referrals])
    found = written.for_adult(reader, with_apart(child.guardians.all(), at))
    for letter in found.select_related("organization", "referral__child", "to_organization"):
        drawn = letter_of(letter)
        marks = tuple(Paragraph(mark) for mark in drawn.marks)
        body = tuple(
            Paragraph(typed_by(one.text, letter.language)) for one in paragraphs(letter.body)
        )
        signed = Paragraph(f"{letter.signature}, {drawn.facts.rows[-1].value}")
        yield Section(typed_by(letter.subject, letter.language), (*marks, *body, signed))


def _whole(document: Document | None) -> Iterator[Section]:
    """A document as a part of a longer one: its marks, sections and signatures."""
    if document is None:
        return
    marks = tuple(Paragraph(mark) for mark in document.marks)
    signed = tuple(
        Paragraph(_("Signed electronically by {name} on {day}.").format(name=one.name, day=one.on))
        for one in document.signatures
    )
    yield Section(f"{document.title}: {document.version}", (*marks, *document.sections, *signed))


def _visits(one: Referral, zone: ZoneInfo) -> Table | None:
    notes = {
        note.appointment_id: note
        for note in one.sessions.for_family()
        .filter(status=Session.Status.FINAL)
        .select_related("author")
    }
    rows = []
    for visit in one.appointments.exclude(status=Appointment.Status.PROPOSED)[:MOST]:
        note = notes.get(visit.pk)
        words = "\n".join(t for t in (note.done, note.practise) if t) if note else ""
        told = typed_by(words, note.author) if note else ""
        at = visit.starts_at.astimezone(zone)
        rows.append((f"{day(at.date())}, {at:%H:%M}", visit.get_status_display(), told))
    return _table(_("Visits"), (_("When"), _("What became of it"), _("The note")), rows, 2)


def _practised(one: Referral) -> Table | None:
    entries = Practice.objects.filter(activity__referral=one, undone_at__isnull=True)
    rows = [
        (
            day(e.done_on),
            typed_by(e.activity.title, e.activity),
            e.get_result_display(),
            typed_by(e.word, e.by),
        )
        for e in entries.select_related("activity__begun_by", "by").order_by("-done_on", "-pk")[
            :MOST
        ]
    ]
    return _table(_("Practice at home"), (_("Day"), _("Activity"), _("What"), _("Words")), rows, 3)


def _asked(one: Referral, zone: ZoneInfo) -> Iterator[Section]:
    asked = CheckIn.objects.filter(referral=one, asked_as=Party.FAMILY)
    for question in asked.select_related("asked_by", "answered_by"):
        on = day(question.asked_at.astimezone(zone).date())
        yield Section(
            _("Question of {day}").format(day=on),
            (
                paragraph(typed_by(question.text, question.asked_by)),
                said({_("Answer"): typed_by(question.answer, question.answered_by)}),
            ),
        )


def _programmes(child: Child) -> Iterator[Section]:
    """How to reach an adult stands in the letter alone, which is no part of this."""
    for one in child.programmes.select_related(
        "place", "created_by", "exception_by", "closed_by"
    ).order_by("created_at", "pk"):
        about = said({
            _("Seen on"): day(one.identified_on),
            _("Referred on"): day(one.referred_on),
            _("Received on"): day(one.received_on),
            _("The family agreed on"): day(one.consent_on),
            _("Evaluated on"): day(one.evaluated_on),
            _("Decided on"): day(one.decided_on),
            _("Met on"): day(one.met_on),
            _("Reason"): typed_by(one.reason, one.created_by),
            _("What is asked"): typed_by(one.asked, one.created_by),
            _("Why it takes longer"): typed_by(one.exception_reason, one.exception_by),
            _("Why it ended"): typed_by(one.closed_reason, one.closed_by),
        })  # fmt: skip
        yield Section(str(one.place), (about,))


def _results(child: Child, zone: ZoneInfo) -> Iterator[Section]:
    for one in child.results.select_related("organization", "asked_by", "closed_by").order_by(
        "asked_at", "pk"
    ):
        on = day(one.asked_at.astimezone(zone).date())
        place, team = str(one.organization), _("the care team")
        about = said({
            _("Asked of"): place if one.to_partner else team,
            _("What"): "; ".join(map(str, one.labels)),
            _("Words"): typed_by(one.words, one.asked_by),
            _("What became of it"): str(one.get_state_display()),
            _("Answer"): typed_by(one.answer, one.closed_by),
        })  # fmt: skip
        yield Section(f"{place}, {on}", (about,))


def _messages(threads: QuerySet[Thread], zone: ZoneInfo) -> Iterator[Section]:
    for thread in threads.select_related("started_by").prefetch_related("messages__author"):
        written = [
            (day(one.at.astimezone(zone).date()), one.author.name, typed_by(one.words, one.author))
            for one in thread.messages.all()
        ]
        table = _table(_("Messages"), (_("When"), _("Who"), _("Words")), written, 2)
        if table:
            yield Section(typed_by(thread.subject, thread.started_by), (table,))


def _looks(child: Child, hidden: list[UUID], zone: ZoneInfo) -> Table | None:
    views = child.views.exclude(user__in=hidden).select_related("user__system__organization")
    rows = [
        (
            f"{day(view.at.astimezone(zone).date())}, {view.at.astimezone(zone):%H:%M}",
            _looker(view),
            str(_ROLES.get(view.role, view.role)),
        )
        for view in views[:MOST]
    ]
    return _table(_("Looks, the newest first"), (_("When"), _("Who"), _("In what role")), rows, 1)


def _looker(view: RecordView) -> str:
    if view.role == Role.SYSTEM:
        place = view.user.system.organization.name
        return _("A computer system of {organization}").format(organization=place)
    return f"{view.user.given_name} {view.user.family_name}"
