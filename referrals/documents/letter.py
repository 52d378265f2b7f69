"""What is filled into a letter, and how does it look when it is final?"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from referrals.clinical.letters import PHRASES, LetterKind
from referrals.models import Consent, Letter, Organization, Referral, Scope, User
from referrals.wording import language as reading
from referrals.wording import telephone, tongue

from .document import (
    NOT_RECORDED,
    Document,
    Field,
    Fields,
    Paragraph,
    Section,
    Signature,
    plain,
    with_each_text,
)
from .document import Place as Letterhead
from .head import day, diagnoses, local_day, signs, yes_no


def facts_of(
    referral: Referral, kind: LetterKind, *, recipient: str, to: Organization | None,
    place: Organization, language: str, by: User, at: datetime,
) -> dict[str, str]:  # fmt: skip
    """Every fact that this kind of letter may hold, in the language it is written in.

    What nobody recorded is said to be not recorded: a letter has no holes.
    """
    with override(language):
        known = _around(referral, recipient, place, by, at)
        if kind.code == "referral":
            known |= _order(referral)
        elif kind.code == "no_show":
            known |= _missed(referral)
        elif kind.code in ("discharge", "discharge_family"):
            known |= _ended(referral)
        else:
            known |= _opened(referral, to, at)
        empty = str(NOT_RECORDED)
        return {name: plain(str(known[name] or "")) or empty for name in kind.places}


def letter_of(letter: Letter) -> Document:
    """The letter as it was made final, in its own language whoever reads it."""
    child, place = letter.referral.child, letter.organization
    with override(letter.language):
        on = day(local_day(letter.written_at, place))
        marks: tuple[str, ...] = ()
        if letter.error_at is not None:
            marks = (_("Sent by mistake: please do not use it."),)
        made = Document(
            title=str(letter.title),
            version=_("To %(place)s") % {"place": letter.addressee},
            marks=marks,
            child=child.name,
            born=day(child.date_of_birth),
            facts=Fields((Field(_("Child"), child.name), Field(_("Date of the letter"), on))),
            places=tuple(_heads(letter)),
            sections=(Section(letter.subject, paragraphs(letter.body)),),
            signatures=(Signature(_("Who writes"), letter.signature, on),),
            footer=f"{letter.title}, {on} · {letter.pk}",
        )
        return with_each_text(made, plain)


def paragraphs(body: str) -> tuple[Paragraph, ...]:
    """What stands between empty lines, each a paragraph."""
    parts = "\n".join(line.rstrip() for line in body.splitlines()).split("\n\n")
    return tuple(Paragraph(part.strip("\n")) for part in parts if part.strip())


def _heads(letter: Letter) -> list[Letterhead]:
    heads = [_head(pgettext("a letter", "From"), letter.organization)]
    if letter.to_organization is not None:
        heads.append(_head(_("To"), letter.to_organization))
    return heads


def _head(role: str, place: Organization) -> Letterhead:
    return Letterhead(
        role, place.name, tuple(filter(None, (place.address, telephone(place.phone))))
    )


def _around(
    referral: Referral, recipient: str, place: Organization, by: User, at: datetime
) -> dict[str, Any]:
    child = referral.child
    on = local_day(at, place)
    ages = child.ages(max(on, child.date_of_birth))
    return {
        "child": child.name,
        "born": day(child.date_of_birth),
        "date": day(on),
        "recipient": recipient,
        "sender": by.signature,
        "place": place.name,
        "phone": telephone(place.phone),
        "clinic": referral.clinic.name if referral.clinic else "",
        "age": _("{age} (years;months;days)").format(age=ages.chronological),
        "language": tongue(child.language_spoken),
        "interpreter_needed": yes_no(child.interpreter_needed),
    }


def _order(referral: Referral) -> dict[str, Any]:
    return {
        "diagnoses": diagnoses(referral),
        "question": referral.question,
        "service": referral.get_service_display(),
        "urgency": referral.get_urgency_display(),
        "precautions": referral.precautions,
        "screening": referral.screening,
    }


def _missed(referral: Referral) -> dict[str, Any]:
    """The visit that was missed last, on the clock of the place, and what is said of an interpreter."""
    missed = referral.appointments.filter(status="noshow").select_related("organization")
    visit = missed.order_by("-starts_at").first()
    needed = referral.child.interpreter_needed
    phrase = PHRASES["interpreter_needed" if needed else "interpreter_offered"]
    said = ""
    if visit is not None:
        begins = visit.local_start
        said = f"{day(begins.date())}, {begins:%H:%M}"
    return {"visit": said, "interpreter": phrase.said(reading())}


def _ended(referral: Referral) -> dict[str, Any]:
    summary = referral.discharges.filter(status="final").first()
    if summary is None:
        return dict.fromkeys(
            ("last_day", "why", "summary", "home_programme", "recommendations", "return_signs", "return_until", "told"),
            "",
        )  # fmt: skip
    return {
        "last_day": day(summary.ended_on),
        "why": summary.get_why_display(),
        "summary": summary.summary,
        "home_programme": summary.home_programme,
        "recommendations": summary.recommendations,
        "return_signs": summary.return_signs,
        "return_until": day(summary.return_until),
        "told": summary.told,
    }


def _opened(referral: Referral, to: Organization | None, at: datetime) -> dict[str, Any]:
    """What the family has agreed to, by whose word, until when; and what was noticed."""
    given = Consent.objects.live(at).filter(child=referral.child, organization=to)
    consent = next((one for one in given if Scope.RESULTS in one.scopes), None)
    agreed, opened = "", ""
    if consent is not None:
        zone = ZoneInfo(referral.child.practice.time_zone)
        agreed = PHRASES["consent"].said(reading()) % {
            "name": consent.signed_name,
            "on": day(consent.given_at.astimezone(zone).date()),
            "until": day(consent.until.astimezone(zone).date()),
            "purpose": consent.purpose,
        }
        opened = "; ".join(str(scope.label) for scope in Scope if scope in consent.scopes)
    return {"consent": agreed, "opened": opened, "signs": signs(referral)}
