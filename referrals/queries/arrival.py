"""Which e-referrals wait for a person, and what stands in one of them?"""

import json
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from referrals.access import arrivals_visible_to
from referrals.arriving import Arriving
from referrals.belonging import awaits_arrivals
from referrals.models import Arrival, User
from referrals.wording import day

_MOST: Final = 25


@dataclass(frozen=True, slots=True)
class Waiting:
    """One that waits, as it stands on a home: no name of a child before it is opened."""

    url: str
    place: str
    why: str
    due_on: date
    mine: bool
    owner: str


def waiting(user: User) -> list[Waiting]:
    """What waits at the desks of this person, the soonest due first. One query, and only then."""
    if not awaits_arrivals(user):
        return []
    found = (
        arrivals_visible_to(user).filter(is_open=True).select_related("practice", "owner")
        .order_by("next_due_on", "id")[:_MOST]
    )  # fmt: skip
    return [
        Waiting(
            reverse("arrival_decide", args=[one.pk]), one.practice.name, one.get_reason_display(),
            one.next_due_on, one.owner_id == user.pk, one.owner.name,
        )
        for one in found
    ]  # fmt: skip


def body_of(arrival: Arrival) -> dict[str, Any]:
    """What came in, as it came."""
    raw = zlib.decompress(bytes(arrival.original.packed))
    body: dict[str, Any] = json.loads(raw.decode("utf-8-sig"))
    return body


def lines(arriving: Arriving, arrival: Arrival) -> list[tuple[str, str]]:
    """What came in, as (label, words) for who decides."""
    patient = arriving.patient
    adults = ", ".join(f"{one.given} {one.family}" for one in patient.adults)
    found = [
        ("Child", patient.name),
        ("Called", patient.name_used),
        ("Born", day(patient.born) or patient.born_said),
        ("Numbers", ", ".join(value for _, value in patient.identifiers)),
        ("Adults", adults),
        ("From", f"{arrival.author.signature}, {arrival.practice}"),
        ("Sent as", "" if arriving.is_order else "A plan or a draft, not an order"),
        ("Ordered by", "" if arriving.requester.is_somebody else "No practitioner is named"),
        ("Urgent", "Yes" if arriving.urgent else ""),
        ("Diagnoses", "; ".join(f"{one.code} {one.words}".strip() for one in arriving.diagnoses)),
        ("In words", "\n".join(arriving.words)),
        ("Files", ", ".join(one.name for one in arriving.files)),
    ]
    return [(label, words) for label, words in found if words]
