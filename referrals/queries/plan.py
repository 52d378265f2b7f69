"""Where does each plan of care stand with its signature, and what does its page say?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext

from referrals.access import referrals_visible_to
from referrals.act import AT_WORK
from referrals.belonging import memberships
from referrals.clinical.payers import PAYERS, SOON, Payer, Standing, standing
from referrals.models import GoalVersion, OwnPayer, Plan, Prescription, Referral, User
from referrals.models.shelf import payer_at, payer_in_words, payers_at, payers_by_place
from referrals.models.signing import Signed
from referrals.pathway import Move, State
from referrals.prepared import prepared
from referrals.wording import day, typed_by

from .referral import Button
from .worklist import PAGE

#: The moves that are made with a plan in hand.
MOVES_OF_PLAN: Final = (
    Move.EXPLAIN_PLAN, Move.SEND_PLAN, Move.CERTIFY_PLAN, Move.RETURN_PLAN, Move.REVISE_PLAN,
)  # fmt: skip
FINAL, DRAFT = Signed.Status.FINAL, Signed.Status.DRAFT


@dataclass(frozen=True, slots=True)
class Word:
    """One of the five words of the tracker: for clinicians, for the family, and its colour."""

    label: str
    family_label: str
    tone: str


WORDS: Final[Mapping[Standing, Word]] = MappingProxyType({
    "not_sent": Word("Not sent", "Not yet with your doctor", "neutral"),
    "waiting": Word("Waiting", "Your doctor is reading it", "info"),
    "due_soon": Word("Due soon", "To be signed soon", "warn"),
    "overdue": Word("Overdue", "Its signature is late", "bad"),
    "certified": Word("Certified", "Signed by your doctor", "good"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tag:
    """The tracker beside a plan: the word, and by when or until when."""

    word: Standing
    label: str
    tone: str
    detail: str


def where(plan: Plan, today: date, *, for_family: bool = False) -> Tag:
    """Where a signed plan stands. One that was returned is to be sent anew."""
    returned = plan.returned_at is not None
    sent = None if returned or plan.sent_at is None else plan.sent_at.date()
    word = standing(
        sent=sent, sign_by=plan.answer_due_on, valid_until=plan.valid_until, today=today
    )
    if returned:
        detail = gettext("returned with changes")
    elif plan.valid_until is not None:
        detail = gettext("valid until {valid_until}").format(valid_until=day(plan.valid_until))
    elif sent is not None:
        detail = gettext("to be signed by {answer_due_on}").format(
            answer_due_on=day(plan.answer_due_on)
        )
    else:
        detail = ""
    said = WORDS[word]
    label = gettext(said.family_label) if for_family else said.label
    return Tag(word, label, said.tone, detail)


def fields_of(plan: Plan) -> list[tuple[str, str]]:
    """What the plan says, in the order in which it is read."""

    return [
        (gettext("Therapy"), plan.get_therapy_display()),
        (gettext("How often"), plan.frequency),
        (gettext("Where"), plan.get_setting_display()),
        (gettext("Starts on"), day(plan.starts_on)),
        (gettext("Reviewed on"), day(plan.review_on)),
        (gettext("Approaches"), typed_by(plan.approaches, plan.author)),
        (gettext("Precautions"), typed_by(plan.precautions, plan.author)),
        (gettext("Adaptive equipment"), typed_by(plan.equipment, plan.author)),
        (gettext("Accommodations"), typed_by(plan.accommodations, plan.author)),
        (gettext("Home programme"), typed_by(plan.home_programme, plan.author)),
        (gettext("Discharge plan"), typed_by(plan.discharge_plan, plan.author)),
        (gettext("Payer"), payer_in_words(plan.referral.clinic_id, plan.payer)),
    ]


def payer_choices(referral: Referral, stands: str = "") -> list[tuple[str, str]]:
    """What a therapist of the clinic chooses from; one that the plan names stays, though retired.

    One query, one more for a retired profile.
    """
    offered = payers_at(referral.clinic_id)
    kept = payer_at(referral.clinic_id, stands) if stands not in offered else None
    found = [*offered.values(), *([kept] if kept is not None else [])]
    return [(payer.code, payer.label) for payer in found]


def changed(
    now: list[tuple[str, str]], before: list[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """What differs between two versions: (what, before, now)."""
    old = dict(before)
    return [(label, old[label], value) for label, value in now if old[label] != value]


@dataclass(frozen=True, slots=True)
class Page:
    """One version of a plan, as it is read before it is signed and ever after."""

    plan: Plan
    tag: Tag
    fields: list[tuple[str, str]]
    goals: list[GoalVersion]
    changes: list[tuple[str, str, str]]


def read(plan: Plan, today: date, *, for_family: bool = False) -> Page:
    """One query: the goals it names, or, while it is a draft, those it would name."""
    before: Any = plan.replaces
    goals = GoalVersion.objects.filter(number=F("goal__number"), goal__referral=plan.referral_id)
    if plan.is_draft:
        goals = goals.filter(goal__status__in=["proposed", "active"])
    else:
        goals = GoalVersion.objects.filter(plan_goals__plan=plan)
    return Page(
        plan=plan,
        tag=where(plan, today, for_family=for_family),
        fields=fields_of(plan),
        goals=list(
            goals.select_related("goal", "written_by").order_by("goal__proposed_at", "goal__pk")
        ),
        changes=changed(fields_of(plan), fields_of(before)) if before else [],
    )


_READ_WITH: Final = (
    "evaluation", "replaces__author", "author", "signed_by", "explained_by", "sent_by", "certified_by",
    "returned_by",
)  # fmt: skip


def versions(referral: Referral) -> list[Plan]:
    """Every version of the referral's plan, the newest first, drafts among them."""
    return list(referral.plans.select_related(*_READ_WITH))


def one(referral: Referral, pk: UUID) -> Plan | None:
    """A version that was signed; a draft is read by those who write it, in its form."""
    return referral.plans.exclude(status=DRAFT).select_related(*_READ_WITH).filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Card:
    """Plan and prescription of a referral, as its page shows them."""

    plan: Plan | None
    draft: Plan | None
    tag: Tag | None
    certified_until: date | None
    prescription: Prescription | None

    def is_open_to(self, move: Move) -> bool:
        """Whether a move that the state allows has a plan to be made with."""
        plan = self.plan
        match move:
            case Move.EXPLAIN_PLAN:
                return plan is not None and self.draft is None and plan.explained_at is None
            case Move.SEND_PLAN:
                return plan is not None and plan.explained_at is not None and plan.sent_at is None
            case Move.CERTIFY_PLAN | Move.RETURN_PLAN:
                answered = plan is not None and (plan.certified_at or plan.returned_at)
                return plan is not None and plan.sent_at is not None and not answered
            case Move.START_THERAPY:
                return plan is not None and plan.certified_at is not None
        return True


def write_button(referral: Referral, card: Card) -> list[Button]:
    """The way to the plan that is to be written; none where one is signed and nothing is begun."""
    label = "Write the plan of care" if card.draft is None else "Go on writing the plan"
    if card.draft is None and card.plan is not None:
        # Explained already, and to be explained: therapy is taken up again with another plan.
        if referral.state != State.EVALUATED or card.plan.explained_at is None:
            return []
        label = "Write the next plan"
    return [Button(label, reverse("plan_write", args=[referral.pk]), "file-pen", False)]


def card(referral: Referral, today: date, *, for_family: bool) -> Card:
    """Two queries: the plan's versions, the prescription that stands."""
    plans = list(referral.plans.all())
    plan = next((p for p in plans if p.status == FINAL), None)
    return Card(
        plan=plan,
        draft=None if for_family else next((p for p in plans if p.is_draft), None),
        tag=where(plan, today, for_family=for_family) if plan else None,
        # A renewed plan that still waits is treated under the certification before it.
        certified_until=max((p.valid_until for p in plans if p.valid_until), default=None),
        prescription=referral.prescriptions.filter(status=FINAL).first(),
    )


def of_child(referrals: Iterable[UUID], today: date, *, for_family: bool) -> list[tuple[Plan, Tag]]:
    """The standing plans of a child's referrals with their place in the tracker. One query."""
    return [
        (plan, where(plan, today, for_family=for_family)) for plan in _standing_of(list(referrals))
    ]


@prepared
def _standing_of(referrals: list[UUID]) -> QuerySet[Plan]:
    return Plan.objects.filter(status=FINAL, referral__in=referrals).order_by("-signed_at")


# --- The tracker: every plan of the clinic or the practice -------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    child_id: UUID
    child_name: str
    url: str
    number: int
    tag: Tag
    payer: str
    therapist: str
    practice: str
    by: date
    #: The last day of the certification before it, where that has ended and no other holds yet.
    lapsed_on: date | None


def _standing(user: User) -> Any:
    seen = referrals_visible_to(user).filter(state__in=sorted(AT_WORK))
    return Plan.objects.filter(status=FINAL, referral__in=seen.values("pk"))


def listing(user: User, word: str, payer: str, today: date) -> QuerySet[Any]:
    """The standing plans this person sees, by what falls due first; unknown filters leave all."""
    plans = _standing(user)
    if payer in PAYERS:
        plans = plans.filter(payer=payer)
    elif payer:
        # Two clinics may call two profiles the same: each finds its own.
        keeps = [one.organization_id for one in _own(user) if one.code == payer]
        if keeps:
            plans = plans.filter(payer=payer, referral__clinic__in=keeps)
    plans = plans.annotate(
        due=Case(
            When(_UNSENT, then=F("referral__next_due_on")),
            default=Coalesce("valid_until", "answer_due_on"),
        )
    )
    found: QuerySet[Any] = plans.filter(_condition(word, today)).order_by("due", "id")
    return found


_UNSENT: Final = Q(sent_at__isnull=True) | Q(returned_at__isnull=False)


def _condition(word: str, today: date) -> Q:
    """The rule of `payers.standing`, said to the database."""
    soon = today + timedelta(days=SOON)
    conditions = {
        "not_sent": _UNSENT,
        "waiting": ~_UNSENT & Q(certified_at__isnull=True, due__gt=soon),
        "due_soon": ~_UNSENT & Q(due__gte=today, due__lte=soon),
        "overdue": ~_UNSENT & Q(due__lt=today),
        "certified": ~_UNSENT & Q(certified_at__isnull=False, due__gt=soon),
    }
    return conditions.get(word, Q())


#: The certifications of one referral, the one that holds longest first.
_CERTIFIED: Final = Plan.objects.filter(
    referral=OuterRef("referral"), valid_until__isnull=False
).order_by("-valid_until")


def page(plans: QuerySet[Any], today: date, cursor: str = "") -> tuple[list[Row], str]:
    """One page and the cursor `<due>~<id>` of the next, empty on the last: one query.

    One more where a plan names a payer that its clinic has added.
    """
    due, _, last = cursor.partition("~")
    try:
        on, key = date.fromisoformat(due), UUID(last)
        plans = plans.filter(due__gte=on).filter(Q(due__gt=on) | Q(id__gt=key))
    except ValueError:
        pass  # A cursor that is none begins at the start.
    with_names = plans.select_related(
        "referral__child", "referral__practice", "signed_by"
    ).annotate(held_until=Subquery(_CERTIFIED.values("valid_until")[:1]))
    shown = list(with_names[: PAGE + 1])
    payers = payers_by_place((plan.referral.clinic_id, plan.payer) for plan in shown)
    found = [_row(plan, today, payers.get((plan.referral.clinic_id, plan.payer))) for plan in shown]
    more = len(found) > PAGE
    return found[:PAGE], f"{found[PAGE - 1].by.isoformat()}~{found[PAGE - 1].id}" if more else ""


def _row(plan: Any, today: date, payer: Payer | None) -> Row:
    return Row(
        id=plan.pk,
        child_id=plan.referral.child_id,
        child_name=plan.referral.child.name,
        url=reverse("plan_detail", args=[plan.referral_id, plan.pk]),
        number=plan.number,
        tag=where(plan, today),
        payer=_name(payer) if payer is not None else plan.payer,
        therapist=plan.signed_by.name,
        practice=str(plan.referral.practice),
        by=plan.due,
        lapsed_on=plan.held_until if _lapsed(plan, today) else None,
    )


def _lapsed(plan: Any, today: date) -> bool:
    return plan.valid_until is None and plan.held_until is not None and plan.held_until < today


def filters(user: User) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The words and the payers to choose from, those of clinics whose plans they see among them. One query."""
    words: Iterable[tuple[str, str]] = ((code, word.label) for code, word in WORDS.items())
    payers = {payer.code: _name(payer) for payer in PAYERS.values()}
    for one in _own(user):
        # Of two clinics' profiles under one code both names are said: they are asked for together.
        named = payers.get(one.code)
        payers[one.code] = f"{named} / {one.name}" if named not in (None, one.name) else one.name
    return [("", "All"), *words], [("", "Every payer"), *payers.items()]


def _name(payer: Payer) -> str:
    return payer.label.partition(":")[0]


def _own(user: User) -> list[OwnPayer]:
    """The profiles of a person's own places, and those that a plan in their list names; retired ones too: plans name them."""
    works = [one.organization_id for one in memberships(user)]
    named = _standing(user).filter(
        payer=OuterRef("code"), referral__clinic=OuterRef("organization")
    )
    own: Any = OwnPayer.objects.filter(Q(organization__in=works) | Exists(named))
    return list(own.order_by("name", "code"))
