"""How does the family tell its part, and how is an evaluation written, signed, amended or cut short?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from referrals.act import Act, Duty
from referrals.clinical.findings import is_known, missing
from referrals.clinical.scoring import ScoreRefused, scored
from referrals.models import Appointment, Evaluation, FamilyProfile, Referral, User
from referrals.models.evaluation import Profile
from referrals.models.instrument import instruments_at
from referrals.pathway import PLANNING, TREATING, Move
from referrals.wording import day as day_in_words

from .appointment import attend
from .clock import local_date
from .moving import check_act, check_move, move_referral
from .recording import record
from .refusal import Outrun, Refused
from .signing import changed_sentence, check_signs_alone, drafted, keep, next_number, sign, standing
from .task import close_task

_AFTER: Final = PLANNING | TREATING


# --- The family's part ----------------------------------------------------------------------------


@transaction.atomic
def tell_profile(
    *,
    referral: Referral,
    edition: int | None = None,
    by: User,
    at: datetime,
    language: str = "",
    **told: str,
) -> FamilyProfile:
    """Keep what the family tells about its day, in its own words; told again, it is brought up to date.

    `edition` guards against another adult of the family who wrote meanwhile.
    """
    check_act(referral, Act.TELL_PROFILE, by=by)
    if not any(words.strip() for words in told.values()):
        raise Refused(gettext("Write a few words to at least one question."), Profile.PROFILE[0])
    before = FamilyProfile.objects.select_for_update().filter(referral=referral).first()
    said = {**told, "language": language or referral.child.language_written}
    if before is None:
        profile = FamilyProfile.objects.create(referral=referral, told_by=by, told_at=at, **said)
    elif edition is not None and edition != before.edition:
        if all(getattr(before, name) == words for name, words in told.items()):
            return before  # the second click of one telling
        raise Outrun(
            gettext("Another adult of your family wrote here meanwhile. Both texts are below.")
        )
    elif all(getattr(before, name) == value for name, value in said.items()):
        return before
    else:
        FamilyProfile.objects.filter(pk=before.pk).update(
            **said, told_by=by, told_at=at, edition=before.edition + 1
        )
        profile = FamilyProfile.objects.get(pk=before.pk)
    close_task(referral, Duty.TELL_PROFILE, by=by, at=at)
    record(
        "evaluation_profile_told", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral,
    )  # fmt: skip
    return profile


# --- Writing --------------------------------------------------------------------------------------


@transaction.atomic
def draft_evaluation(
    *,
    id: UUID,
    referral: Referral,
    edition: int | None = None,
    by: User,
    at: datetime,
    **content: Any,
) -> Evaluation:
    """Keep an evaluation that is being written: begun on the first call, changed on later ones.

    It begins with everything that is known: nothing is typed twice. `id` comes with the form, so
    that a second click finds the same draft; `edition` guards against another therapist or tab.
    """
    evaluation = Evaluation.objects.filter(pk=id).first()
    amending = evaluation is not None and evaluation.replaces_id is not None
    check_act(referral, Act.AMEND_EVALUATION if amending else Act.WRITE_EVALUATION, by=by)
    content = _checked(referral, content, evaluation, at)
    if evaluation is None:
        begun = drafted(referral.evaluations)
        if begun is not None:
            raise Outrun(changed_sentence(begun))
        evaluation = Evaluation.objects.create(
            id=id, referral=referral, number=next_number(referral.evaluations), author=by,
            created_at=at, saved_at=at, **{**pulled_forward(referral, at), **content},
        )  # fmt: skip
        kind = "evaluation_drafted"
    else:
        if evaluation.referral_id != referral.pk:
            raise Outrun("This form was already used. Please start again.")
        if not keep(evaluation, edition=edition, at=at, **content):
            return evaluation
        kind = "evaluation_draft_saved"
    record(kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral)
    return evaluation


def pulled_forward(referral: Referral, at: datetime) -> dict[str, Any]:
    """What a first draft begins with: the visit, the family's part, and what the referral says."""
    child = referral.child
    visit = _visit(referral)
    begin: dict[str, Any] = {
        "language": child.language_spoken,
        "interpreter": child.interpreter_needed,
        "appointment": visit,
        "evaluated_on": local_date(visit.starts_at, visit.organization) if visit else None,
        "history": _known(referral),
    }
    told = FamilyProfile.objects.filter(referral=referral).first()
    if told is not None:
        begin |= {name: getattr(told, name) for name in Profile.PROFILE}
    return begin


def _known(referral: Referral) -> str:
    child = referral.child
    named = referral.diagnoses.through.objects.filter(referral=referral)
    codes = [str(n.diagnosis) for n in named.select_related("diagnosis").order_by("rank", "id")]
    born = ""
    if child.gestation_weeks is not None:
        born = f"{child.gestation_weeks} weeks and {child.gestation_days or 0} days"
    lines = {
        "Born at": born,
        "Diagnoses": "; ".join(codes),
        "The pediatrician asks": referral.question,
        "Precautions": referral.precautions or child.precautions,
        "Last screening": referral.screening,
        "Equipment": child.adaptive_equipment,
    }
    return "\n".join(f"{name}: {words}" for name, words in lines.items() if words)


def _visit(referral: Referral) -> Appointment | None:
    seen = referral.appointments.filter(
        purpose=Appointment.Purpose.EVALUATION, status__in=["booked", "fulfilled"]
    )
    return seen.select_related("organization").order_by("-starts_at").first()


def _checked(
    referral: Referral, content: Mapping[str, Any], evaluation: Evaluation | None, at: datetime
) -> dict[str, Any]:
    """Refuse a day that cannot be, findings outside the vocabulary, and scores that cannot stand."""
    checked = dict(content)
    clinic, child = referral.clinic, referral.child
    assert clinic is not None
    today = local_date(at, clinic)
    day = checked.get("evaluated_on") or (evaluation.evaluated_on if evaluation else None)
    if day is not None and not child.date_of_birth <= day <= today:
        raise Refused(
            "The evaluation lies in the future, or before the child was born.", "evaluated_on"
        )
    sent = local_date(referral.sent_at, clinic) if referral.sent_at else None
    if day is not None and sent is not None and day < sent:
        raise Refused(
            f"The evaluation lies before the referral of {day_in_words(sent)}.", "evaluated_on"
        )
    for row, finding in enumerate(checked.get("findings", ())):
        if not is_known(finding):
            raise Refused(f"Finding {row + 1}: choose from the lists.", "findings")
    if "scores" in checked:
        both = child.ages(day or today)
        tests = instruments_at(clinic.pk, evaluation.scores if evaluation else ())
        scores = []
        for row, typed in enumerate(checked["scores"]):
            try:
                scores.append(scored(typed, both, tests))
            except ScoreRefused as refused:
                raise Refused(f"Score {row + 1}: {refused}", "scores") from None
        checked["scores"] = scores
    return checked


# --- Signing and amending -------------------------------------------------------------------------


@transaction.atomic
def sign_evaluation(
    *,
    referral: Referral,
    edition: int | None = None,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Sign what was written: from now on it stands, and the pediatrician and the family read it.

    The first signature moves the referral on and owes the plan; the signature of an amendment
    replaces the version before and moves nothing.
    """
    evaluation = drafted(referral.evaluations)
    if evaluation is None:
        raise Outrun("There is nothing to sign: this was signed already, or not yet begun.")
    amending = evaluation.replaces_id is not None
    if amending:
        check_act(referral, Act.AMEND_EVALUATION, by=by)
    else:
        check_move(referral, Move.SIGN_EVALUATION, by=by, version=version)
    check_signs_alone(by, referral.clinic, at)
    lacks = missing(evaluation.content)
    if lacks:
        raise Refused("This is still missing: " + " ".join(lacks))
    if evaluation.evaluated_on is not None and evaluation.evaluated_on > _today(referral, at):
        raise Refused("The evaluation lies in the future.", "evaluated_on")
    sign(evaluation, edition=edition, by=by, at=at)
    if amending:
        record(
            "evaluation_amended", child=referral.child, about=referral.pk, by=by, at=at,
            referral=referral, number=evaluation.number, reason=evaluation.reason,
        )  # fmt: skip
        return referral
    close_task(referral, Duty.TELL_PROFILE, by=by, at=at)
    move_referral(
        referral, Move.SIGN_EVALUATION, by=by, at=at, version=version, therapist=by,
        data={"number": evaluation.number},
    )  # fmt: skip
    attend(referral, by=by, at=at)
    return referral


def _today(referral: Referral, at: datetime) -> Any:
    assert referral.clinic is not None
    return local_date(at, referral.clinic)


@transaction.atomic
def amend_evaluation(
    *, id: UUID, referral: Referral, reason: str, by: User, at: datetime, **content: Any
) -> Evaluation:
    """Begin a new version of what was signed, saying why; the signed one stands until it is signed."""
    check_act(referral, Act.AMEND_EVALUATION, by=by)
    known = Evaluation.objects.filter(pk=id, referral=referral).first()
    if known is not None:
        return known
    if not reason.strip():
        raise Refused("Say why the report is amended.", "reason")
    before = standing(referral.evaluations)
    begun = drafted(referral.evaluations)
    if before is None or begun is not None:
        raise Outrun("Somebody has begun an amendment already. You find it among the versions.")
    content = _checked(referral, content, before, at)
    evaluation = Evaluation.objects.create(
        id=id, referral=referral, number=next_number(referral.evaluations), replaces=before,
        reason=reason.strip(), author=by, created_at=at, saved_at=at,
        appointment=before.appointment, **{**before.content, **content},
    )  # fmt: skip
    record(
        "evaluation_drafted", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral,
    )  # fmt: skip
    return evaluation


@transaction.atomic
def cut_short_evaluation(
    *, referral: Referral, reason: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """The visit began and could not be finished: what was written stays, another visit is owed."""
    if not reason.strip():
        raise Refused("Say why the visit was cut short.", "reason")
    visit = _visit(referral)
    if visit is not None and visit.status == "booked" and visit.starts_at > at:
        raise Refused("This visit has not begun yet: it can be cancelled instead.")
    move_referral(
        referral, Move.CUT_SHORT, by=by, at=at, version=version, data={"reason": reason.strip()}
    )
    attend(referral, by=by, at=at, reason=reason.strip())
    return referral
