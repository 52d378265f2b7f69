"""What does the letter to an early-intervention programme or school district say?"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from referrals.clinical.clocks import CLOCKS, due_by
from referrals.clinical.knowledge import sign
from referrals.clinical.programmes import PATHS
from referrals.models import Consent, Programme, Scope, User
from referrals.models.guardian import apart
from referrals.wording import MONTHS, language, telephone, tongue, typed_by

from .document import Document, Field, Fields, Paragraph, Section, Signature, plain, said
from .document import Place as Letterhead
from .document import with_each_text as each
from .head import day, local_day, yes_no

#: What is told of the adult who opened results, as it is kept in the letter.
REACHED: Final = ("Name", "Relationship", "Reach")
_REACH: Final = REACHED[-1]


def programme_letter(
    programme: Programme, consent: Consent | None, *, by: User, on: date, for_family: bool = False
) -> Document:
    """The letter as it was sent; before that as it would be sent now.

    It goes to the programme in English; the family's copy has its headings in their language, and
    not how to reach the adult who agreed where the child's adults are kept apart.
    """
    sent = programme.letter_at is not None
    holds = programme.letter if sent else content(programme, consent, by=by, on=on)
    if for_family:
        if apart(programme.child.guardians.all(), timezone.now()).exists():
            known = [row for row in holds["family"] if row[0] != _REACH]
            holds = {**holds, "family": known}
        return _drawn(programme, holds, sent=sent)
    with override("en"):
        return _drawn(programme, holds, sent=sent)


def content(programme: Programme, consent: Consent | None, *, by: User, on: date) -> dict[str, Any]:
    """All that the letter holds, as plain words that can be kept as they were on that day.

    How to reach the family, and what else may be read, come from the consent: without one, neither.
    """
    child = programme.child
    ages = child.ages(max(on, child.date_of_birth))
    with override("en"):
        return {
            "on": day(on),
            "child": f"{child.given_name} {child.family_name}",
            "born": day(child.date_of_birth),
            "age": f"{ages.chronological} (years;months;days)",
            "adjusted": f"{ages.adjusted} (years;months;days)" if ages.adjusted else "",
            "used": f"{ages.used.capitalize()} age",
            "language": child.language_spoken,
            "interpreter": yes_no(child.interpreter_needed),
            "family": _family(consent),
            "concern": programme.concern.words if programme.concern else "",
            "signs": [sign(code).label for code in programme.signs],
            "reason": programme.reason,
            "asked": programme.asked,
            "seen": day(programme.identified_on),
            "sent": day(programme.referred_on or on),
            "clocks": _clocks(programme, programme.referred_on or on),
            "offered": _offered(consent),
            "consent": _consent(consent),
            "by": by.signature,
            "npi": by.npi,
        }


def _family(consent: Consent | None) -> list[list[str]]:
    if consent is None:
        return []
    adult = consent.guardian
    reach = ", ".join(filter(None, (telephone(adult.phone), adult.email)))
    told = (adult.name, adult.get_relationship_display(), reach)
    return [[label, words] for label, words in zip(REACHED, told, strict=True)]


def _offered(consent: Consent | None) -> list[str]:
    if consent is None:
        return []
    return [str(scope.label) for scope in Scope if scope in consent.scopes]


def _consent(consent: Consent | None) -> dict[str, str]:
    if consent is None:
        return {}
    return {
        "by": consent.signed_name,
        "on": day(local_day(consent.given_at, consent.child.practice)),
        "until": day(local_day(consent.until, consent.child.practice)),
        "for": consent.purpose,
        "language": consent.given_by.language,
    }


def _clocks(programme: Programme, sent: date) -> list[list[str]]:
    """The law's limits, with the days they end on where these are known."""
    rows, seen = [], set()
    dates = {**programme.dates, "referred_on": sent}
    if programme.kind == Programme.Kind.EARLY_INTERVENTION:
        dates["received_on"] = dates["received_on"] or sent
    for step in PATHS[programme.kind]:
        if step.clock in seen or CLOCKS[step.clock].source.startswith("ours"):
            continue
        seen.add(step.clock)
        clock, since = CLOCKS[step.clock], dates[step.since]
        when = day(due_by(step.clock, since)) if since else f"within {clock.days} days"
        rows.append([clock.label, f"{when} ({clock.source})"])
    return rows


def _drawn(programme: Programme, holds: Mapping[str, Any], *, sent: bool) -> Document:
    practice, place = programme.organization, programme.place
    title = _("Referral letter")
    family = {
        _(label): _(value) if label == "Relationship" else value for label, value in holds["family"]
    }
    signs = "\n".join(holds["signs"])
    told = programme.concern
    sections = (
        Section(_("Why this child is referred"), (said({
            _("Concern seen on"): _on(holds["seen"]),
            _("What was told"): typed_by(holds["concern"], told.recorded_by if told else "en"),
            _("Signs"): typed_by(signs, "en"),
            _("Reason"): typed_by(holds["reason"], programme.created_by),
        }),)),
        Section(_("What is asked"), (Paragraph(typed_by(holds["asked"], programme.created_by)),)),
        Section(_("Family"), (
            said(family) if family else Paragraph(_("Not opened by the family yet.")),
        )),
        Section(_("Days that the law sets"), (
            Fields(tuple(Field(_limit(label), typed_by(words, "en")) for label, words in holds["clocks"])),
            Paragraph(_("They count from the day the referral arrived, or from the day named.")),
        )),
        Section(_("What can be read in addition"), (
            Paragraph("\n".join(_(label) for label in holds["offered"]) or _("Nothing: the family has opened nothing yet.")),
        )),
        Section(_("Consent"), (_agreed(holds["consent"], place.name),)),
    )  # fmt: skip
    signed = Signature(_("Who refers"), holds["by"], _on(holds["on"])) if sent else None
    made = Document(
        title=title,
        version=_("To %(place)s") % {"place": place.name},
        marks=() if sent else (_("Draft: not sent yet."),),
        child=holds["child"],
        born=_on(holds["born"]),
        facts=Fields((
            Field(_("Child"), holds["child"]),
            Field(_("Date of birth"), _on(holds["born"])),
            Field(_("Date of the letter"), _on(holds["on"])),
            Field(_("Age that day"), typed_by(holds["age"], "en")),
            Field(_("Adjusted age that day"), typed_by(holds["adjusted"], "en") or _("None")),
            Field(_("Age used"), _(holds["used"])),
            Field(_("Language"), tongue(holds["language"])),
            Field(_("Interpreter needed"), _(holds["interpreter"])),
            Field(_("Who refers"), ", ".join(filter(None, (holds["by"], practice.name, telephone(practice.phone))))),
        )),
        places=(
            Letterhead(_("Pediatric practice"), practice.name, _lines(practice)),
            Letterhead(str(programme.get_kind_display()), place.name, _lines(place)),
        ),
        sections=sections,
        signatures=(signed,) if signed else (),
        footer=f"{title}, {_on(holds['on'])} · {programme.pk}",
    )  # fmt: skip
    return each(made, plain)


def _on(written: str) -> str:
    """A day as it stands in the letter, in the language of who reads."""
    if not written:
        return ""
    number, month, year = written.split()
    return day(date(int(year), MONTHS["en"].index(month) + 1, int(number)))


def _limit(label: str) -> str:
    """What the law sets a day for: as clinicians say it; in Spanish as families read the step."""
    steps = (step for path in PATHS.values() for step in path)
    plainer = (_(step.waiting) for step in steps if CLOCKS[step.clock].label == label)
    return next(plainer, label) if language() == "es" else label


def _agreed(consent: Mapping[str, str], place: str) -> Fields | Paragraph:
    if not consent:
        return Paragraph(_("The family has not agreed in writing yet: this letter cannot be sent."))
    return said({
        _("Agreed by"): consent["by"],
        _("On"): _on(consent["on"]),
        _("To share with"): place,
        _("What it is for"): typed_by(consent["for"], consent.get("language", "en")),
        _("Ends before"): _on(consent["until"]),
    })  # fmt: skip


def _lines(place: Any) -> tuple[str, ...]:
    return tuple(line for line in (place.address, telephone(place.phone)) if line)
