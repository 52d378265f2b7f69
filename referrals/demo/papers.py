"""What can the story say about papers: corrected, and taken along?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from referrals.access import acting_as
from referrals.act import Act
from referrals.actions import correction, letter
from referrals.actions.document import export_documents
from referrals.clinical.letters import fill
from referrals.documents.letter import facts_of
from referrals.models import Referral, User
from referrals.models.record import new_id
from referrals.queries.letter import wording_of

from .stage import Facts, Stage
from .verbs import Verb


def _ask(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    newest = getattr(referral, f"{step['sort']}s").for_family().latest("signed_at")
    return correction.ask_correction(
        id=new_id(), referral=referral, sort=step["sort"], about=newest.pk,
        passage=step["passage"], wish=step["wish"], by=by, at=at,
    )  # fmt: skip


def _answer(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    asked = referral.corrections.filter(answered_at__isnull=True).earliest("asked_at")
    return correction.answer_correction(
        correction=asked, decision=step["decision"], answer=step["answer"], by=by, at=at
    )


def _export(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return export_documents(child=referral.child, form=step["form"], by=by, at=at)


def _letter(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    return write(referral, step, by, at)


def write(referral: Referral, step: Facts, by: User, at: datetime) -> object:
    """A letter begun from the text that stands, its words as filled in; `language` where they read another."""
    sides = acting_as(by, Act.WRITE_LETTER, referral)
    offer = next(
        one
        for one in letter.offers_of(referral, sides, at)
        if (one.kind.code, one.to.name) == (step["kind"], step["to"])
    )
    language = step.get("language", offer.to.language)
    place = letter.place_of(referral, offer.kind, sides)
    facts = facts_of(
        referral, offer.kind, recipient=offer.to.name, to=offer.to.organization, place=place,
        language=language, by=by, at=at,
    )  # fmt: skip
    text = wording_of(offer.kind.code, language, place)
    return letter.write_letter(
        id=new_id(), referral=referral, choice=offer.key, language=language,
        subject=fill(text.subject, facts), body=fill(text.body, facts),
        template_version=text.version, by=by, at=at,
    )  # fmt: skip


def _letter_error(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    newest = referral.letters.latest("written_at")
    return letter.mark_letter_error(letter=newest, reason=step["reason"], by=by, at=at)


PAPERS: Final[Mapping[str, Verb]] = {
    "ask_correction": _ask,
    "answer_correction": _answer,
    "export": _export,
    "letter": _letter,
    "letter_error": _letter_error,
}
