"""Which role may do what for a child, and what does a family or a partner need beside it? One table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

from referrals.act import ACTS, Act, Duty
from referrals.models import Role, Scope, Seat
from referrals.models.guardian import Right
from referrals.pathway import MOVES, Move
from referrals.wording import later as _

FAMILY: Final = "family"
ADMIN: Final = "admin"
PARTNER: Final = str(Role.PARTNER)
#: Held for some hours by who opened a record in an emergency: it reads and does nothing else.
EMERGENCY: Final = str(Seat.Role.EMERGENCY)


class Permission(StrEnum):
    """What can be done for a child, moves of a referral apart: those stand in the pathway."""

    SEE_CHILD = "see this child"
    SEE_RECORD = "read this record"
    EDIT_CHILD = "change the child's details"
    INVITE_GUARDIAN = "invite the family"
    SHARE_CONCERN = "share a concern"
    ANSWER_CONCERN = "answer a concern"
    REFER = "refer this child"
    GIVE_CONSENT = "say who else may see this record"
    SEE_LOOKS = "see who opened this record"
    TAKE_RECORD = "take a copy of this record"
    SAVE_FILE = "save this record as a file"
    WRITE_MESSAGE = "write messages"
    EXCHANGE_RESULTS = "ask for results and send them"
    FOLLOW_PROGRAMME = "note what a public programme did"
    REVIEW_EMERGENCY = "say whether an emergency was one"


STAFF: Final = (Role.PEDIATRICIAN, Role.THERAPIST, Role.COORDINATOR)
_CLINICIANS = frozenset(STAFF)
_READERS = _CLINICIANS | {Role.SYSTEM, EMERGENCY}
#: Who may open a record in an emergency, and who answers for a place where somebody did.
TREATING: Final = (Role.PEDIATRICIAN, Role.THERAPIST)
REVIEWING: Final = (Role.PEDIATRICIAN, Role.COORDINATOR)
#: Permission -> roles on the child. A family additionally needs the right in RIGHTS.
TABLE: Final[Mapping[Permission, frozenset[str]]] = MappingProxyType({
    Permission.SEE_CHILD: _READERS | {FAMILY, Role.PARTNER},
    Permission.SEE_RECORD: _READERS | {FAMILY},
    Permission.EDIT_CHILD: frozenset({Role.PEDIATRICIAN, Role.COORDINATOR}),
    Permission.INVITE_GUARDIAN: frozenset({Role.PEDIATRICIAN, Role.COORDINATOR}),
    Permission.SHARE_CONCERN: frozenset({Role.PEDIATRICIAN, FAMILY}),
    Permission.ANSWER_CONCERN: frozenset({Role.PEDIATRICIAN}),
    Permission.REFER: frozenset({Role.PEDIATRICIAN}),
    Permission.GIVE_CONSENT: frozenset({FAMILY}),
    Permission.SEE_LOOKS: frozenset({FAMILY}),
    Permission.TAKE_RECORD: frozenset({FAMILY}),
    Permission.SAVE_FILE: _CLINICIANS | {FAMILY},
    Permission.WRITE_MESSAGE: _CLINICIANS | {FAMILY, Role.PARTNER},
    Permission.EXCHANGE_RESULTS: _CLINICIANS,
    Permission.FOLLOW_PROGRAMME: _CLINICIANS,
    Permission.REVIEW_EMERGENCY: frozenset(REVIEWING),
})  # fmt: skip
#: What an adult of the family additionally needs; seeing is what the seat itself means.
RIGHTS: Final[Mapping[Permission | Move | Act, Right]] = MappingProxyType({
    Permission.SHARE_CONCERN: Right.LOG,
    Permission.GIVE_CONSENT: Right.SHARE,
    Permission.WRITE_MESSAGE: Right.LOG,
    Move.PICK: Right.AGREE,
    Act.TELL_PROFILE: Right.LOG,
    Act.PROPOSE_GOAL: Right.AGREE,
    Act.ANSWER_GOAL: Right.AGREE,
    Act.RATE_GOAL: Right.LOG,
    Act.LOG_PRACTICE: Right.LOG,
    Act.ASK_PAUSE: Right.LOG,
    Act.ASK_THERAPIST: Right.LOG,
    Act.NOTE_DISCHARGE: Right.SIGN,
    Act.ASK_CORRECTION: Right.LOG,
})  # fmt: skip
#: What a family does to fulfil its duties.
FAMILY_DUTIES: Final[Mapping[Duty, Act]] = MappingProxyType({
    Duty.TELL_PROFILE: Act.TELL_PROFILE,
    Duty.ANSWER_GOALS: Act.ANSWER_GOAL,
    Duty.NOTE_DISCHARGE: Act.NOTE_DISCHARGE,
})  # fmt: skip
#: What a partner additionally needs: that the consent opens this part.
SCOPES: Final[Mapping[Permission, Scope]] = MappingProxyType({
    Permission.WRITE_MESSAGE: Scope.MESSAGES,
})  # fmt: skip
#: Which roles of its members a seat of an organisation lends.
LENT: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    Seat.Role.PRACTICE: frozenset({Role.PEDIATRICIAN, Role.SYSTEM}),
    Seat.Role.CLINIC: frozenset({Role.THERAPIST, Role.COORDINATOR, Role.SYSTEM}),
    Seat.Role.PARTNER: frozenset({Role.PARTNER}),
})  # fmt: skip
WHO: Final[Mapping[str, str]] = MappingProxyType({
    Role.PEDIATRICIAN: _("the pediatrician"),
    Role.THERAPIST: _("the therapist"),
    Role.COORDINATOR: _("the clinic's coordinator"),
    Role.PARTNER: _("the school or programme"),
    FAMILY: _("the family"),
    ADMIN: _("an administrator"),
    Role.SYSTEM: _("another computer system"),
})  # fmt: skip


def who_can(what: Permission | Scope | Move | Act) -> str:
    """A sentence for the person who may see but not do."""
    if isinstance(what, Scope):
        return "The family has not opened this part of the record to you."
    if isinstance(what, Permission):
        roles: Iterable[str] = TABLE[what]
        doing = gettext(what.value)
    else:
        rule = MOVES[what] if isinstance(what, Move) else ACTS[what]
        roles, label = rule.by, gettext(rule.label)
        doing = label[0].lower() + label[1:]
    names = [str(name) for role, name in WHO.items() if role in set(roles)]
    return gettext("Only {who} can {do} here.").format(who=gettext(" or ").join(names), do=doing)
