"""How does a score that somebody types become one that can be printed, with its own metric?"""

from collections.abc import Mapping
from typing import Any, Final, get_args

from referrals.clinical.ages import Ages
from referrals.clinical.instruments import INSTRUMENTS, Instrument, Metric, Scale, age_in_range
from referrals.clinical.scores import (
    BY_HUNDRED,
    USUAL,
    WORDS,
    Direction,
    ScoreType,
    percentile_to_print,
)

#: A test that is not in the table: the therapist types its name and its metric.
OTHER: Final = "other"
#: No score lies farther from its mean, where the publisher's own limits are not known.
_FARTHEST_SD: Final = 6
_KEPT: Final = (
    "instrument", "name", "edition", "scale", "scale_name", "score_type", "score", "mean", "sd",
    "minimum", "maximum", "direction", "percentile", "category", "age_used", "note",
    "from_month", "to_month",
)  # fmt: skip


class ScoreRefused(ValueError):
    """A score that cannot stand: `field` names the input, the message is the sentence."""

    def __init__(self, sentence: str, field: str = "score") -> None:
        super().__init__(sentence)
        self.field = field


def scored(
    typed: Mapping[str, Any], both: Ages, among: Mapping[str, Instrument] = INSTRUMENTS
) -> dict[str, Any]:
    """One score as it is kept: with its instrument's words and ages, its metric and the age used.

    `among` are the tests on offer where it is written. `typed` holds what the therapist chose and
    wrote; a mean, sd, smallest and largest score typed there stand before those of the table. Raises
    ScoreRefused for an unknown scale or type, a score outside its range, and a percentile that is
    none. An age outside the test's range is no reason to refuse: see `age_warning`.
    """
    instrument = among.get(str(typed.get("instrument") or ""))
    name = instrument.name if instrument else str(typed.get("name") or "").strip()
    if instrument is None and (typed.get("instrument") != OTHER or not name):
        raise ScoreRefused("Choose the test, or name it.", "instrument")
    scale = _scale(instrument, str(typed.get("scale") or ""))
    kind = _type(scale, str(typed.get("score_type") or ""))
    metric = _metric(scale, kind)
    kept = {
        "instrument": instrument.code if instrument else OTHER,
        "name": name,
        "edition": instrument.edition if instrument else str(typed.get("edition") or "").strip(),
        "scale": scale.code if scale else "",
        "scale_name": str(typed.get("scale_name") or "").strip() or (scale.label if scale else ""),
        "score_type": kind,
        "direction": _first(typed.get("direction"), metric.direction if metric else "neither"),
        "category": str(typed.get("category") or "").strip(),
        "age_used": _age_used(typed, both),
        "note": str(typed.get("note") or "").strip(),
        "from_month": instrument.from_month if instrument else None,
        "to_month": instrument.to_month if instrument else None,
    }
    if not kept["scale_name"]:
        raise ScoreRefused("Name the scale of the test.", "scale_name")
    if kept["direction"] not in get_args(Direction):
        raise ScoreRefused("Say whether a high score is good, bad or neither.", "direction")
    kept |= _limits(typed, metric, kind)
    kept["score"] = _value(typed.get("score"), kind, kept)
    kept["percentile"] = str(typed.get("percentile") or "").strip()
    try:
        printed(kept)
    except ValueError as error:
        raise ScoreRefused(str(error), "percentile") from None
    if not kept["category"] and metric and isinstance(kept["score"], float):
        found = metric.category_for(kept["score"])
        kept["category"] = found.label if found else ""
    return {key: kept[key] for key in _KEPT}


def printed(score: Mapping[str, Any]) -> str:
    """The percentile as a document prints it: published as typed, computed marked so, or nothing."""
    value = score["score"]
    if not isinstance(value, int | float):
        return str(score["percentile"])
    found = percentile_to_print(
        score["score_type"], value, score["mean"], score["sd"], score["percentile"]
    )
    return str(found) if found else ""


def age_warning(score: Mapping[str, Any], both: Ages) -> str:
    """A warning where the age that was used lies outside the range the test had; else nothing."""
    adjusted = score["age_used"] == "adjusted" and both.adjusted is not None
    age = both.adjusted if adjusted else both.chronological
    if age is None or age_in_range(*_made_for(score), age):
        return ""
    return f"{score['name']} is not made for the age of {age}: read this score with care."


def _made_for(score: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The ages that a score keeps of its test; those of before kept none, and were of ours."""
    if "from_month" in score:
        return score["from_month"], score["to_month"]
    instrument = INSTRUMENTS.get(score["instrument"])
    return (instrument.from_month, instrument.to_month) if instrument else (None, None)


def _scale(instrument: Instrument | None, code: str) -> Scale | None:
    if instrument is None or not instrument.scales:
        return None
    for scale in instrument.scales:
        if scale.code == code:
            return scale
    raise ScoreRefused(f"Choose a scale of the {instrument.name}.", "scale")


def _type(scale: Scale | None, code: str) -> ScoreType:
    offered = [m.score_type for m in scale.metrics] if scale else list(get_args(ScoreType))
    if not code and len(offered) == 1:
        return offered[0]
    for kind in offered:
        if kind == code:
            return kind
    raise ScoreRefused("Choose the kind of score this scale has.", "score_type")


def _metric(scale: Scale | None, kind: ScoreType) -> Metric | None:
    return next((m for m in scale.metrics if m.score_type == kind), None) if scale else None


def _first(*values: Any) -> Any:
    return next((value for value in values if value not in (None, "")), None)


def _limits(typed: Mapping[str, Any], metric: Metric | None, kind: ScoreType) -> dict[str, Any]:
    # A test that is known and gives no mean has none: the usual ones are for tests that are not known.
    usual = (metric.mean, metric.sd) if metric else USUAL.get(kind, (None, None))
    mean, sd = _first(typed.get("mean"), usual[0]), _first(typed.get("sd"), usual[1])
    if sd is not None and float(sd) <= 0:
        raise ScoreRefused("The standard deviation is above 0.", "sd")
    low = _first(typed.get("minimum"), metric.minimum if metric else None)
    high = _first(typed.get("maximum"), metric.maximum if metric else None)
    if kind in BY_HUNDRED:
        low, high = _first(low, 0), _first(high, 100)
    numbers = {"mean": mean, "sd": sd, "minimum": low, "maximum": high}
    return {name: None if n is None else float(n) for name, n in numbers.items()}


def _value(typed: Any, kind: ScoreType, kept: Mapping[str, Any]) -> float | str:
    text = str(typed if typed is not None else "").strip()
    if not text:
        raise ScoreRefused("Write the score.")
    if kind in WORDS:
        return text[:80]
    try:
        value = float(text)
    except ValueError:
        raise ScoreRefused("Write the score as a number.") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise ScoreRefused("Write the score as a number.")
    low, high = kept["minimum"], kept["maximum"]
    if kept["mean"] is not None and kept["sd"] is not None:
        reach = _FARTHEST_SD * kept["sd"]
        low = max(kept["mean"] - reach, 0) if low is None else low
        high = kept["mean"] + reach if high is None else high
    low = 0 if low is None else low
    if value < low or (high is not None and value > high):
        upper = f" to {high:g}" if high is not None else " up"
        raise ScoreRefused(f"This scale goes from {low:g}{upper}.")
    return value


def _age_used(typed: Mapping[str, Any], both: Ages) -> str:
    used = typed.get("age_used") or both.used
    if used not in ("chronological", "adjusted"):
        raise ScoreRefused("Say which age was used.", "age_used")
    if used == "adjusted" and both.adjusted is None:
        raise ScoreRefused("This child has no adjusted age on that day.", "age_used")
    return str(used)
