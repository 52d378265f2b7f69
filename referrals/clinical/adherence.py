"""How much of what was planned has happened, at home and in the clinic?"""

import math
from collections.abc import Iterable

DAYS_A_WEEK = 7


def practice(weeks: Iterable[tuple[float, float | None]]) -> float | None:
    """Home practice done, as a fraction 0 to 1 of what was prescribed.

    `weeks` holds (times done, times prescribed); a week paused by agreement is (done, None) and
    is left out. A busy week never makes up for an empty one. For a part week prescribe
    `part_week(...)`. Nothing prescribed gives None.
    Source: sum of min(done, prescribed) over weeks / sum of prescribed.
    Raises ValueError for a negative or not finite number.
    """
    counted = 0.0
    planned = 0.0
    for done, prescribed in weeks:
        _check(done)
        if prescribed is None:
            continue
        _check(prescribed)
        counted += min(done, prescribed)
        planned += prescribed
    return counted / planned if planned else None


def part_week(prescribed: float, days: int) -> float:
    """What a week's prescription asks of the `days` (0 to 7) of it that count.

    Raises ValueError for a negative prescription or other days.
    """
    _check(prescribed)
    if days not in range(DAYS_A_WEEK + 1):
        raise ValueError("A part week has 0 to 7 days.")
    return prescribed * days / DAYS_A_WEEK


def dose(minutes_done: float, minutes_prescribed: float) -> float | None:
    """Minutes done / minutes prescribed, from 0 up and not capped; None if none prescribed.

    Raises ValueError for a negative or not finite number.
    """
    _check(minutes_done, minutes_prescribed)
    return minutes_done / minutes_prescribed if minutes_prescribed else None


def coverage(days_with_entry: int, days: int) -> float | None:
    """The fraction 0 to 1 of days on which the family wrote anything; None for no days.

    Raises ValueError for a negative number or more days with an entry than days.
    """
    _check(days_with_entry, days)
    if days_with_entry > days:
        raise ValueError("There cannot be more days with an entry than days.")
    return days_with_entry / days if days else None


def attendance(scheduled: int, attended: int, cancelled_by_clinic: int) -> float | None:
    """Visits attended, as a fraction 0 to 1 of those the clinic kept open; None if there were none.

    Source: attended / (scheduled - cancelled by the clinic).
    Raises ValueError for a negative number or more visits attended than kept open.
    """
    _check(scheduled, attended, cancelled_by_clinic)
    kept = scheduled - cancelled_by_clinic
    if attended > kept:
        raise ValueError("More visits attended or cancelled than were scheduled.")
    return attended / kept if kept else None


def delivery(delivered: int, prescribed_to_date: float) -> float | None:
    """Visits delivered, as a fraction 0 to 1 of those prescribed to date; None if none were.

    Extra visits do not count above 1: this answers whether the child got what was prescribed.
    Source: delivered / prescribed visits to date.
    Raises ValueError for a negative or not finite number.
    """
    _check(delivered, prescribed_to_date)
    return min(1.0, delivered / prescribed_to_date) if prescribed_to_date else None


def prescribed_to_date(per_week: float, weeks: int, weeks_over: int) -> float:
    """Visits prescribed so far: `per_week` for the weeks that are over, at most `weeks`.

    Raises ValueError for a negative or not finite number.
    """
    _check(per_week, weeks, weeks_over)
    return per_week * min(weeks, weeks_over)


def percent(share: float | None) -> str:
    """A share as it is printed, in whole per cent: “83 %”; empty where there is none."""
    return "" if share is None else f"{share * 100:.0f} %"


def _check(*numbers: float) -> None:
    for number in numbers:
        if not math.isfinite(number) or number < 0:
            raise ValueError(f"A count must be 0 or more, not {number!r}.")
