"""Which span of time does a date in a search mean, and which rows lie in it? `ge2026-04` begins in April.

A date without its zone is one of UTC, in which every time here is told.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db.models import DateField, DateTimeField, Q

_PREFIXES: Final = ("eq", "ne", "ge", "le", "gt", "lt", "sa", "eb")
_WRITTEN: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<hour>\d{2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.(?P<part>\d{1,6})\d*)?)?"
    r"(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?"
)


@dataclass(frozen=True)
class Span:
    """From `start` up to, not including, `end`, and how a row must lie to it."""

    prefix: str
    start: datetime
    end: datetime

    def condition(self, path: str, column: Any) -> Q:
        """The rows whose column lies so: a day is compared by days, a moment by moments."""
        start: date = self.start
        end: date = self.end
        if isinstance(column, DateField) and not isinstance(column, DateTimeField):
            # Within one day a moment means that day.
            start = self.start.date()
            end = max((self.end - timedelta(microseconds=1)).date(), start) + timedelta(days=1)
        before, within = (
            Q(**{f"{path}__lt": start}),
            Q(**{f"{path}__gte": start, f"{path}__lt": end}),
        )
        after = Q(**{f"{path}__gte": end})
        return {
            "eq": within, "ne": before | after, "ge": within | after, "le": before | within,
            "gt": after, "sa": after, "lt": before, "eb": before,
        }[self.prefix]  # fmt: skip


def span(written: str) -> Span | None:
    """What the words of a parameter mean; None where they are no date of FHIR."""
    prefix, rest = written[:2], written[2:]
    if prefix not in _PREFIXES:
        prefix, rest = "eq", written
    found = _WRITTEN.fullmatch(rest)
    if found is None:
        return None
    part = found.groupdict()
    try:
        zone = datetime.fromisoformat(f"2000-01-01T00:00{(part['zone'] or 'Z')}").tzinfo
        start = datetime(
            int(part["year"]), int(part["month"] or 1), int(part["day"] or 1),
            int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0),
            int((part["part"] or "0").ljust(6, "0")), tzinfo=zone,
        )  # fmt: skip
        return Span(prefix, start.astimezone(UTC), _end(start, part).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _end(start: datetime, part: dict[str, str | None]) -> datetime:
    if part["part"]:
        return start + timedelta(microseconds=10 ** (6 - len(part["part"])))
    if part["second"]:
        return start + timedelta(seconds=1)
    if part["hour"]:
        return start + timedelta(minutes=1)
    if part["day"]:
        return start + timedelta(days=1)
    if part["month"]:
        later = (start.year, start.month + 1) if start.month < 12 else (start.year + 1, 1)
        return start.replace(year=later[0], month=later[1])
    return start.replace(year=start.year + 1)
