"""Which rows has another system in mind when it names a number? As the number is told, so it is found."""

from typing import Final

from django.db.models import Q

from referrals.models import Arrival, ChildIdentifier, OrderNumber

from .element import NPI, Resource, reference
from .source import Reader, Rows
from .token import Token

_NONE: Final = Q(pk__in=[])


def npi(number: str) -> list[Resource]:
    """Of who practises, the only number that is told."""
    return [{"system": NPI, "value": number}] if number else []


def with_npi(asked: Token, reader: Reader) -> Q:
    if not asked.names(NPI):
        return _NONE
    return Q(npi=asked.code) if asked.code else ~Q(npi="")


def of_child(one: ChildIdentifier) -> Resource:
    """A number of a child; where its system was never said, it is of the place that gave it."""
    return {
        "system": one.system or _own(one.organization_id),
        "value": one.value,
        "assigner": reference("Organization", one.organization_id),
    }


def with_child(asked: Token, reader: Reader) -> Q:
    """The children whom the reader's own place knows so: the numbers of others are not told to it."""
    known = ChildIdentifier.objects.filter(organization=reader.place)
    if asked.code:
        known = known.filter(value=asked.code)
    if asked.system == "":
        return _NONE
    if asked.system is not None:
        is_own = asked.system == _own(reader.place)
        known = known.filter(system="" if is_own else asked.system)
    return Q(pk__in=known.values("child"))


def of_order(arrival: Arrival | None) -> list[Resource]:
    """What the sender of an e-referral calls its order."""
    return _sent(arrival, OrderNumber.Of.ORDER)


def of_task(arrival: Arrival | None) -> list[Resource]:
    """What it calls its task; the number of the order finds the task as well."""
    return [*_sent(arrival, OrderNumber.Of.TASK), *of_order(arrival)]


def _sent(arrival: Arrival | None, of: str) -> list[Resource]:
    numbers = arrival.numbers.all() if arrival else []
    return [{"system": one.system, "value": one.value} for one in numbers if one.of == of]


def with_order(asked: Token, reader: Reader) -> Q:
    return _arrived(asked, OrderNumber.objects.filter(of=OrderNumber.Of.ORDER))


def with_task(asked: Token, reader: Reader) -> Q:
    return _arrived(asked, OrderNumber.objects.all())


def _arrived(asked: Token, among: Rows) -> Q:
    """An e-referral and the referral that was made of it have one id."""
    if asked.code:
        among = among.filter(value=asked.code)
    if asked.system is not None:
        among = among.filter(system=asked.system)
    return Q(pk__in=among.values("arrival"))


def _own(place: object) -> str:
    return f"urn:uuid:{place}"
