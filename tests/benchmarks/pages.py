"""Which pages are measured, as whom, and what may each cost? Run as a module it measures them all, as JSON.

The budgets are of ../performance: queries and pages touched at any size, the ratio to the floor,
and the growth of that ratio from the smallest region to the largest.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.load.visitor import Answer as Read

from .measure import SPENT, Answer, Cost, Visitor, cost_of

#: Pages of a database that one read of a list may touch, and bytes of a page plain and packed.
TOUCHED, BYTES, PACKED = 250, 100_000, 20_000
#: The floor's budget, in answers that say nothing.
FLOOR_IN_NOTHINGS: Final = 12.0


@dataclass(frozen=True)
class Budget:
    queries: int
    ratio: float
    growth: float = 1.2
    #: A list's reads are held to `TOUCHED` as well.
    is_list: bool = False
    is_html: bool = True


_LIST: Final = Budget(6, 2.0, is_list=True)
BUDGETS: Final[dict[str, Budget]] = {
    "floor": Budget(2, 1.0),
    "home of a pediatrician": _LIST,
    "home of a therapist": _LIST,
    "home of a coordinator": _LIST,
    "home of a family": Budget(8, 1.8),
    "worklist": _LIST,
    "worklist, one stage": _LIST,
    "worklist, page 30": _LIST,
    "worklist of a therapist": _LIST,
    "children": _LIST,
    "search, beginning of a name": Budget(5, 2.0, is_list=True),
    "search, two words": Budget(5, 2.0, is_list=True),
    "search, date of birth": Budget(5, 2.0, is_list=True),
    "search, identifier": Budget(5, 2.0, is_list=True),
    "search, a typing mistake": Budget(5, 2.5, is_list=True),
    "child, 2,000 events": Budget(10, 3.5),
    "goal, 500 ratings": Budget(8, 2.0),
    "heat map, 1,000 logs": Budget(8, 2.0),
    "practice logged with one tap": Budget(12, 2.0),
    "referral sent": Budget(25, 4.0, is_html=False),
    "referral sent, a child new there": Budget(25, 4.0, is_html=False),
    "statistics of a year": Budget(6, 3.0, 1.5),
    "administration, children": Budget(10, 4.0, 1.5),
    "administration, children found": Budget(10, 4.0, 1.5),
    "administration, people": Budget(10, 4.0, 1.5),
    "FHIR $everything": Budget(25, 10.0, is_html=False),
}  # fmt: skip

Ask = Callable[[], Answer]


def pages() -> Iterator[tuple[str, Ask, Ask]]:
    """Name, the page, and the floor of the same person."""
    from ot_coord.wsgi import application
    from referrals.models import Child, ChildToken, Referral, User
    from referrals.queries.search import find_children, find_misspelt

    def visitor(email: str) -> Visitor:
        return Visitor(application, User.objects.get(email=email))

    doctor, therapist, desk, admin = (
        visitor(f"0.{who}@demo.example")
        for who in ("pediatrician", "therapist", "coordinator", "admin")
    )
    family, rich = visitor("family@demo.example"), visitor("therapist@demo.example")

    def get(who: Visitor, path: str) -> tuple[Ask, Ask]:
        return (lambda: who.ask(path)), (lambda: who.ask("/floor/"))

    def search(words: str) -> tuple[Ask, Ask]:
        return (lambda: doctor.ask("/search/", {"q": words})), (lambda: doctor.ask("/floor/"))

    yield "floor", *get(doctor, "/floor/")
    yield "home of a pediatrician", *get(doctor, "/")
    yield "home of a therapist", *get(therapist, "/")
    yield "home of a coordinator", *get(desk, "/")
    yield "home of a family", *get(family, "/")
    yield "worklist", *get(doctor, "/referrals/")
    yield "worklist, one stage", *get(doctor, "/referrals/?show=review")
    yield "worklist, page 30", *get(doctor, f"/referrals/?after={_page(30)}")
    yield "worklist of a therapist", *get(therapist, "/referrals/?show=mine")
    yield "children", *get(doctor, "/children/")

    practice = (
        User.objects.get(email="0.pediatrician@demo.example").memberships.get().organization_id
    )
    child = Child.objects.filter(practice=practice, identifiers__value__startswith="mrn").earliest(
        "pk"
    )
    number = child.identifiers.get().value
    assert ChildToken.objects.filter(child=child).exists()
    yield "search, beginning of a name", *search(child.family_name[:3])
    yield "search, two words", *search(f"{child.given_name} {child.family_name[:4]}")
    yield "search, date of birth", *search(child.date_of_birth.isoformat())
    yield "search, identifier", *search(number)
    mistaken = child.family_name[:2] + "q" + child.family_name[3:]
    doctor_is = User.objects.get(email="0.pediatrician@demo.example")
    assert child in find_misspelt(doctor_is, mistaken)
    assert find_children(doctor_is, mistaken) == []
    yield "search, a typing mistake", *search(mistaken)

    nico = Child.objects.get(seats__user__email="family@demo.example", given_name="Nico")
    referral = Referral.objects.get(child=nico)
    goal = max(referral.goals.all(), key=lambda one: one.ratings.count())
    activity = max(
        referral.activities.filter(retired_on=None), key=lambda one: one.practices.count()
    )
    inside = f"/referrals/{referral.pk}"
    yield "child, 2,000 events", *get(rich, f"/children/{nico.pk}/")
    yield "goal, 500 ratings", *get(rich, f"{inside}/goals/{goal.pk}/")
    yield "heat map, 1,000 logs", *get(rich, f"{inside}/activities/{activity.pk}/")
    card, tapped = f"{inside}/activities/{activity.pk}/practice/", list[str]()
    yield (
        "practice logged with one tap",
        lambda: _tap(family, card, tapped),
        lambda: family.ask("/floor/"),
    )
    for key in tapped:  # nobody taps a hundred times a day: else each run makes the home longer
        family.ask(f"{card}{key}/undo/", {}, hx_request="true")
    fresh = iter(Child.objects.filter(practice=practice).order_by("?"))
    yield "referral sent", _sending(doctor, fresh), lambda: doctor.ask("/floor/")
    new_there = "referral sent, a child new there"
    yield new_there, _sending(doctor, fresh, new=True), lambda: doctor.ask("/floor/")
    yield "statistics of a year", *get(desk, "/statistics/")
    yield "administration, children", *get(admin, "/admin/referrals/child/")
    yield "administration, children found", *get(admin, f"/admin/referrals/child/?q={number}")
    yield "administration, people", *get(admin, "/admin/referrals/user/")
    yield "FHIR $everything", *_everything(application, nico, rich)


def _page(number: int) -> str:
    """The cursor of a page far behind, of the open referrals of the first practice."""
    from django.utils import timezone

    from referrals.models import User
    from referrals.queries import worklist

    user = User.objects.get(email="0.pediatrician@demo.example")
    cursor, following = "", ""
    for _ in range(number - 1):
        _, following = worklist.page(user, "open", timezone.localdate(), cursor)
        cursor = following or cursor
    return cursor


def _tap(family: Visitor, card: str, tapped: list[str]) -> Answer:
    from referrals.models.record import new_id

    tapped.append(str(new_id()))
    return family.ask(card, {"id": tapped[-1], "result": "did", "days_ago": "0"}, hx_request="true")


def _sending(doctor: Visitor, children: Iterator[Any], *, new: bool = False) -> Ask:
    """The page is opened first, and only the sending counts; `new` to a clinic that never had the child."""

    def ask() -> Answer:
        for child in children:
            path = f"/children/{child.pk}/refer/"
            form = Read(200, path, doctor.ask(path).text).forms("/refer/")[0]
            had = {str(place) for place in child.seats.values_list("organization", flat=True)}
            offered = form.choices["clinic"][1:]
            clinic = next((one for one in offered if one not in had), "") if new else offered[0]
            if clinic:
                break
        chosen = {
            "do": "send", "question": "Buttons and zips?", "intent": "habilitation",
            "signs": form.choices["signs"][0], "clinic": clinic,
            "despite_open": "on",
        }  # fmt: skip
        SPENT.database = SPENT.template = 0.0
        answer = doctor.ask(path, form.fields | chosen)
        assert answer.status == 302, re.findall(r"invalid-feedback.*", answer.text)
        return answer

    return ask


def _everything(application: Any, child: Any, rich: Visitor) -> tuple[Ask, Ask]:
    from django.utils import timezone

    from referrals.actions.system import open_system
    from referrals.models import System, User
    from tests.factories.system import token_of

    now = timezone.now()
    system = System.objects.filter(organization=child.practice, name="Benchmark").first()
    if system is None:
        admin = User.objects.get(email="admin@demo.example")
        system, _ = open_system(
            organization=child.practice,
            name="Benchmark",
            scopes=["system/*.read"],
            by=admin,
            at=now,
        )
    token = token_of(system, now, "system/*.read")
    other = Visitor(application, authorization=f"Bearer {token}")
    path = f"/fhir/R4/Patient/{child.pk}/$everything?_count=200"
    return (lambda: other.ask(path)), (lambda: rich.ask("/floor/"))


def measured(times: int, only: str = "") -> list[Cost]:
    from ot_coord.wsgi import application

    found = [cost_of(name, ask, floor, times) for name, ask, floor in pages() if only in name]
    bare = Visitor(application)
    nothing = cost_of(
        "nothing", lambda: bare.ask("/nothing/"), lambda: bare.ask("/nothing/"), times
    )
    return [nothing, *found]


def main() -> None:
    import django

    django.setup()
    times, only = int(sys.argv[1]), " ".join(sys.argv[2:])
    sys.stdout.write(json.dumps([cost.told() for cost in measured(times, only)]))


if __name__ == "__main__":
    main()
