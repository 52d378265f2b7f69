"""When did that last change which another system is told of a row?

Where nothing else says so it is when the row was written; what begins and ends by itself changed then,
though nobody wrote anything.
"""

from datetime import datetime
from typing import Final

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from referrals.models import ChildIdentifier, Consent, Event, Seat
from referrals.models.signing import Signed
from referrals.pathway import State

from .source import Reader, Rows

REPLACED: Final = Coalesce("replaced_by__signed_at", "signed_at")
CERTIFIED: Final = Greatest(REPLACED, Coalesce("certified_at", "signed_at"))
#: A summary is ended by the return to therapy, and of that the story alone knows when it was.
RETURNED: Final = Case(
    When(
        status=Signed.Status.ENDED,
        then=Subquery(
            Event.objects.filter(
                about=OuterRef("referral_id"),
                kind="referral_reopened",
                at__gte=OuterRef("signed_at"),
            )
            .order_by("at", "pk")
            .values("at")[:1]
        ),
    ),
    default="signed_at",
)
VISITED: Final = Greatest(
    "proposed_at",
    *(Coalesce(moment, "proposed_at") for moment in ("booked_at", "ended_at", "revised_at")),
)
ANSWERED: Final = Coalesce("answered_at", "asked_at")


def or_error(when: str, of: str = "referral__") -> Combinable:
    """That moment, or the one at which the referral was marked as entered in error."""
    error = Q(**{f"{of}state": State.ENTERED_IN_ERROR})
    wrong = When(error, then=Coalesce(f"{of}closed_at", when))
    return Case(wrong, default=when)


def _by_itself(at: datetime) -> list[Combinable]:
    """The beginning and the end of a row that holds for a time, once they came."""
    return [
        Case(When(**{f"{moment}__lte": at}, then=moment), default="row_changed_at")
        for moment in ("since", "until")
    ]


def children(reader: Reader) -> Rows:
    """Each child with when it changed, or one of the numbers that this reader sees."""
    own = ChildIdentifier.objects.filter(child=OuterRef("pk"), organization=reader.place)
    newest = own.order_by("-row_changed_at").values("row_changed_at")[:1]
    numbered = Coalesce(Subquery(newest), "row_changed_at")
    rows: Rows = reader.children().annotate(turned_at=Greatest("row_changed_at", numbered))
    return rows


def teams(reader: Reader) -> Rows:
    """Each child with when somebody last came onto its team, left it or took another place there.

    Of an adult only the first day counts, as `care_team` tells no other: the moment of a later one
    would tell that a court spoke.
    """
    earlier = Seat.objects.filter(
        child=OuterRef("child"), user=OuterRef("user"), since__lt=OuterRef("since")
    )
    begun = Seat.objects.filter(child=OuterRef("pk"), since__lte=reader.at)
    of_places = Greatest("row_changed_at", *_by_itself(reader.at))
    turned = begun.filter(Q(user=None) | ~Exists(earlier)).annotate(
        turned_at=Case(When(user=None, then=of_places), default="since")
    )
    newest = turned.order_by("-turned_at").values("turned_at")[:1]
    rows: Rows = reader.children().annotate(turned_at=Coalesce(Subquery(newest), "row_changed_at"))
    return rows


def roles(memberships: Rows, at: datetime) -> Rows:
    """Each with when it was written, and with when it began or ended."""
    rows: Rows = memberships.annotate(turned_at=Greatest("row_changed_at", *_by_itself(at)))
    return rows


def consents(reader: Reader) -> Rows:
    holds = Consent.objects.live(reader.at).filter(pk=OuterRef("pk"))
    # What it opens begins and ends by itself: then it changed, though nobody wrote anything.
    begun = Case(When(since__lte=reader.at, then="since"), default="given_at")
    ended = Case(
        When(revoked_at__isnull=False, then="revoked_at"),
        When(until__lte=reader.at, then="until"),
        default="given_at",
    )
    found: Rows = reader.of_child(Consent).annotate(
        holds_now=Exists(holds), turned_at=Greatest("given_at", begun, ended)
    )
    return found
