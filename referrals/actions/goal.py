"""How do the three propose a goal, change it, agree on it and end it?

A position is about one version. Another version has other words, so nobody has agreed to it
but who wrote it. Once all three agreed, what a rating is read against never changes again.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from referrals.access import acting_as
from referrals.act import Act, Duty
from referrals.clinical import phrasebook
from referrals.clinical.goal_bank import statement
from referrals.clinical.knowledge import DOMAINS
from referrals.clinical.ladder import faults
from referrals.models import Goal, GoalVersion, Position, Referral, User
from referrals.models.goal import PARTIES, awaited, by_party
from referrals.models.shelf import spanish_of_goal
from referrals.pathway import Party
from referrals.wording import later as _

from .clock import local_date
from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused
from .task import close_task, open_task

#: The longest a goal may take; beyond it, it is a hope and not a goal.
_AHEAD: Final = timedelta(days=2 * 366)
_NEEDED: Final = {
    "wish": _("Say in the family’s own words what is wished for."),
    "who": _("Say who: the child’s name."),
    "does_what": _("Say what the child will do."),
    "conditions": _("Say under what conditions: where, with what, with whose help."),
    "how_well": _("Say how well, so that a stranger could check it."),
    "baseline": _("Say what the child does today."),
}
_AGREE: Final = Position.Answer.AGREE
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def positions_of(goal: Goal) -> dict[Party, Position | None]:
    """What each of the three says to the version that stands; None for who has not answered it."""
    said = Position.objects.filter(version__goal=goal, version__number=goal.number)
    return by_party(said.select_related("version").order_by("at", "id"))


def agreed_by_all(goal: Goal) -> bool:
    """Whether all three agree to the version that stands."""
    return all(said is not None and said.answer == _AGREE for said in positions_of(goal).values())


@transaction.atomic
def propose_goal(
    *,
    id: UUID,
    referral: Referral,
    term: str,
    serves: Goal | None = None,
    party: str = "",
    by: User,
    at: datetime,
    **content: Any,
) -> Goal:
    """Propose a goal; whose idea it was agrees with it, and the other two are asked."""
    check_act(referral, Act.PROPOSE_GOAL, by=by)
    side = side_of(referral, Act.PROPOSE_GOAL, party, by=by)
    known = Goal.objects.filter(pk=id).first()
    if known is not None:
        if known.proposed_by_id != by.pk or known.referral_id != referral.pk:
            raise Outrun(gettext("This form was already used. Please start again."))
        return known
    if term not in Goal.Term.values:
        raise Refused("Say whether the goal is long-term or short-term.", "term")
    _check_serves(referral, serves)
    spanish = _carried(referral, content)
    written = _checked(referral, _stated(content, _tongue(content, spanish) or by.language), at)
    goal = Goal.objects.create(
        id=id, referral=referral, term=term, serves=serves,
        proposed_by=by, proposed_as=side, proposed_at=at,
    )  # fmt: skip
    _write(goal, 1, written, side, spanish, by=by, at=at)
    ask_for_answers(goal, by=by, at=at, anew=True)
    record(
        "goal_proposed", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        goal=str(goal.pk), party=side,
    )  # fmt: skip
    return goal


@transaction.atomic
def change_goal(
    *, goal: Goal, number: int, reason: str, party: str = "", by: User, at: datetime, **content: Any
) -> Goal:
    """Write another version: it says why, every agreement is void, and the others are asked anew."""
    referral = goal.referral
    check_act(referral, Act.PROPOSE_GOAL, by=by)
    side = side_of(referral, Act.PROPOSE_GOAL, party, by=by)
    goal = held(goal)
    before = goal.versions.get(number=goal.number)
    kept = before.content | {"statement": before.own_statement} | content
    spanish = _carried(referral, kept, before.spanish)
    kept = _stated(kept, _tongue(kept, spanish) or _language_of(kept, before, by))
    if number == goal.number - 1 and before.written_by_id == by.pk and not _changed(before, kept):
        return goal  # the second click of one change
    check_number(goal, number)
    if not reason.strip():
        raise Refused(gettext("Say what you changed, and why."), "reason")
    if goal.is_locked and (locked := [n for n in _changed(before, kept) if n in before.LOCKED]):
        raise Refused(
            gettext("This goal was agreed: what it is measured by can no longer change. "
            "Retire it and propose another one."), locked[0],
        )  # fmt: skip
    written = _checked(referral, kept, at, before.target_on)
    if not _changed(before, written):
        raise Refused(gettext("Nothing is different from version {number}.").format(number=number))
    _write(goal, number + 1, written, side, spanish, by=by, at=at, reason=reason.strip())
    keep_goal(goal, number=number + 1, status=Goal.Status.PROPOSED)
    ask_for_answers(goal, by=by, at=at, anew=True)
    record(
        "goal_changed", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        goal=str(goal.pk), party=side, number=goal.number,
    )  # fmt: skip
    return goal


@transaction.atomic
def answer_goal(
    *,
    goal: Goal,
    number: int,
    answer: str,
    words: str = "",
    party: str = "",
    by: User,
    at: datetime,
) -> Goal:
    """Agree to the version shown, want a change, or decline; the third agreement makes it a goal."""
    referral = goal.referral
    check_act(referral, Act.ANSWER_GOAL, by=by)
    side = side_of(referral, Act.ANSWER_GOAL, party, by=by)
    goal = held(goal)
    check_number(goal, number)
    words = words.strip()
    if answer not in Position.Answer.values:
        raise Refused(gettext("Say whether you agree."), "answer")
    if answer != _AGREE and not words:
        change = gettext("Say what should change, so that the others can follow.")
        why = gettext("Say why, so that the others can follow.")
        raise Refused(change if answer == Position.Answer.CHANGE else why, "words")
    said = positions_of(goal)[side]
    if said and (said.by_id, said.answer, said.words) == (by.pk, answer, words):
        return goal  # the second click of one answer
    version = goal.versions.get(number=number)
    Position.objects.create(
        version=version, party=side, answer=answer, words=words, by=by, at=at
    )  # fmt: skip
    agreed = agreed_by_all(goal)
    if agreed:
        keep_goal(goal, status=Goal.Status.ACTIVE, agreed_at=goal.agreed_at or at)
        kind = "goal_agreed"
    else:
        # One who takes their word back, or gives another, reopens what was agreed.
        keep_goal(goal, status=goal.status if answer == _AGREE else Goal.Status.PROPOSED)
        kind = "goal_answered"
    ask_for_answers(goal, by=by, at=at)
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        goal=str(goal.pk), party=side, number=number, answer=answer,
    )  # fmt: skip
    return goal


@transaction.atomic
def end_goal(
    *, goal: Goal, edition: int, outcome: str, reason: str, by: User, at: datetime
) -> Goal:
    """End a goal as met, or retire it; all that was said and rated stays to be read."""
    referral = goal.referral
    check_act(referral, Act.END_GOAL, by=by)
    goal = held(goal)
    reason = reason.strip()
    if (goal.status, goal.ended_by_id, goal.ended_reason) == (outcome, by.pk, reason):
        return goal  # the second click of one ending
    if not goal.is_open:
        raise Outrun(_ended_sentence(goal))
    if edition != goal.edition:
        raise Outrun(gettext("This goal has changed since you opened it. Please look at it again."))
    if outcome not in (Goal.Status.MET, Goal.Status.RETIRED):
        raise Refused("Say whether the goal is met or retired.", "outcome")
    if not reason:
        raise Refused("Say what was reached, or why the goal is retired.", "reason")
    if outcome == Goal.Status.MET and not goal.is_locked:
        raise Refused("Only a goal that was agreed can be met. You can retire it.", "outcome")
    keep_goal(goal, status=outcome, ended_at=at, ended_by=by, ended_reason=reason)
    ask_for_answers(goal, by=by, at=at)
    record(
        "goal_ended", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        goal=str(goal.pk), outcome=outcome,
    )  # fmt: skip
    return goal


def side_of(referral: Referral, act: Act, party: str, *, by: User) -> Party:
    """For which of the three the person speaks; who stands on two sides has to say it."""
    sides = acting_as(by, act, referral) & set(PARTIES)
    if party in sides:
        return Party(party)
    if party or len(sides) != 1:
        raise Refused("Say for which side you speak.", "party")
    return next(iter(sides))


def stale_sentence(goal: Goal, number: int) -> str:
    return gettext(
        "You were shown version {seen}; version {now} stands now. Nothing you wrote is lost. "
        "Read both below. Then send it again for the new one."
    ).format(seen=number, now=goal.number)


def _ended_sentence(goal: Goal) -> str:
    return gettext("This goal has ended: it is {status}. What was said stays.").format(
        status=goal.get_status_display().lower()
    )


def held(goal: Goal) -> Goal:
    """The goal as it stands, locked until the action is done."""
    # Two who answer at the same moment meet here: the second sees what the first said.
    return (
        Goal.objects.select_for_update(of=("self",))
        .select_related("referral__child")
        .get(pk=goal.pk)
    )


def check_number(goal: Goal, number: int) -> None:
    """Refuse what is said about a version that no longer stands, or a goal that has ended."""
    if not goal.is_open:
        raise Outrun(_ended_sentence(goal))
    if number != goal.number:
        raise Outrun(stale_sentence(goal, number))


def _check_serves(referral: Referral, serves: Goal | None) -> None:
    standing = referral.goals.exclude(status=Goal.Status.RETIRED)
    if serves is not None and not standing.filter(pk=serves.pk).exists():
        raise Refused(gettext("Choose one of this child’s goals that was not retired."), "serves")


def _changed(version: GoalVersion, content: dict[str, Any]) -> list[str]:
    return [name for name, value in content.items() if getattr(version, name) != value]


def _checked(
    referral: Referral, content: dict[str, Any], at: datetime, before: date | None = None
) -> dict[str, Any]:
    """What is written, whole: raises Refused for what is missing or contradicts itself."""
    for name, sentence in _NEEDED.items():
        if not str(content.get(name) or "").strip():
            raise Refused(sentence, name)
    if content.get("domain") not in DOMAINS:
        raise Refused(gettext("Choose the area of daily life."), "domain")
    for name in ("importance", "difficulty"):
        if content.get(name) not in (1, 2, 3):
            raise Refused(gettext("Choose 1, 2 or 3."), name)
    target = content.get("target_on")
    today = local_date(at, referral.clinic or referral.practice)
    # A date that stood already may have passed while the words are put right.
    if not target or (target != before and not today < target <= today + _AHEAD):
        raise Refused(gettext("Choose a day to come, within two years."), "target_on")
    wrong = faults(
        content.get("levels") or (), measure=content.get("measure") or "",
        convention=content.get("convention") or "", baseline=content["baseline"],
    )  # fmt: skip
    if wrong:
        raise Refused(" ".join(fault.sentence for fault in wrong), "levels")
    return {name: content[name] for name in GoalVersion.CONTENT}


def _language_of(content: dict[str, Any], before: GoalVersion, by: User) -> str:
    """The language of the parts: as it was, unless their words are new."""
    same = all(content[name] == getattr(before, name) for name in GoalVersion.DEED)
    return before.made_in if same and before.made_in else by.language


def _carried(
    referral: Referral, content: dict[str, Any], before: Mapping[str, str] = _NOTHING
) -> dict[str, str]:
    """What the clinic's own goal bank says of it in Spanish; what was carried before stays so."""
    names = (*GoalVersion.DEED, "measure", "baseline")
    texts = [str(content.get(name) or "") for name in names]
    texts += [str(step.get("words") or "") for step in content.get("levels") or ()]
    kept = {en: es for en, es in before.items() if en in texts or es in texts}
    return spanish_of_goal(referral.clinic_id, texts) | kept


def _tongue(content: dict[str, Any], spanish: Mapping[str, str]) -> str | None:
    """The language of the clinic's own words, where the deed is all theirs."""
    deed = [str(content.get(name) or "") for name in GoalVersion.DEED]
    return phrasebook.language_of(deed, spanish)


def _stated(content: dict[str, Any], language: str) -> dict[str, Any]:
    """With the statement made of the parts, in their language, where nobody worded it."""
    parts = {name: content.get(name) for name in ("who", *GoalVersion.DEED)}
    by = content.get("target_on")
    if content.get("statement") or not by or not all(parts.values()):
        return content
    return content | {"statement": statement(**parts, by=by, language=language)}  # type: ignore[arg-type]


def _write(
    goal: Goal, number: int, written: dict[str, Any], side: Party, spanish: dict[str, str], *,
    by: User, at: datetime, reason: str = "",
) -> None:  # fmt: skip
    """A version, and that who wrote it agrees with it."""
    deed = [written[name] for name in GoalVersion.DEED]
    spanish |= phrasebook.stated(written["who"], deed, written["target_on"], spanish)
    version = GoalVersion.objects.create(
        goal=goal, number=number, reason=reason, written_by=by, written_as=side, written_at=at,
        spanish=spanish, **written,
    )  # fmt: skip
    Position.objects.create(version=version, party=side, answer=_AGREE, by=by, at=at)


def keep_goal(goal: Goal, **columns: Any) -> None:
    """Write columns of a goal that is held."""
    Goal.objects.filter(pk=goal.pk).update(**columns, edition=goal.edition + 1)
    for name, value in columns.items():
        setattr(goal, name, value)
    goal.edition += 1


def ask_for_answers(goal: Goal, *, by: User, at: datetime, anew: bool = False) -> None:
    """Let each of the three owe what is asked of them, over all goals of the referral, or nothing.

    `anew` gives the full time again to those whom this goal's new version waits for.
    """
    referral = goal.referral
    owing = {party: set[UUID]() for party in PARTIES}
    said: dict[UUID, list[Position]] = defaultdict(list)
    for position in (
        Position.objects.filter(
            version__goal__referral=referral,
            version__goal__status=Goal.Status.PROPOSED,
            version__number=F("version__goal__number"),
        )
        .select_related("version")
        .order_by("at", "id")
    ):
        said[position.version.goal_id].append(position)
    for one, positions in said.items():
        for party in awaited(by_party(positions)):
            owing[party].add(one)
    asked = set(
        referral.tasks.filter(duty=Duty.ANSWER_GOALS, is_open=True).values_list("party", flat=True)
    )
    for party, goals in owing.items():
        if not goals:
            close_task(referral, Duty.ANSWER_GOALS, party=party, by=by, at=at)
        elif party not in asked or (anew and goal.pk in goals):
            open_task(referral, Duty.ANSWER_GOALS, party=party, about=goal.pk, at=at)
