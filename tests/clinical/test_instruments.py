"""Does each instrument have the shape its publisher gives it?"""

import pytest

from referrals.clinical.ages import Age
from referrals.clinical.instruments import (
    INSTRUMENTS,
    Category,
    Instrument,
    Metric,
    age_in_range,
    faults,
    metric_faults,
)
from referrals.clinical.scores import ScoreType

METRICS = [
    (instrument.code, scale.code, metric)
    for instrument in INSTRUMENTS.values()
    for scale in instrument.scales
    for metric in scale.metrics
]


def test_the_instruments_and_their_ages_in_months_are_these() -> None:
    assert {code: (each.from_month, each.to_month) for code, each in INSTRUMENTS.items()} == {
        "pdms_3": (0, 71),
        "bot_2": (48, 263),
        "bot_3": (48, 311),
        "beery_vmi_6": (24, None),
        "sensory_profile_2": (0, 179),
        "spm_2": (None, None),
        "pedi_cat": (0, 251),
        "dayc_2": (0, 71),
        "help": (0, 72),
        "real": (24, 227),
        "weefim_2": (None, None),
        "etch": (None, None),
        "m_fun": (30, 95),
    }


def test_mean_and_sd_are_those_of_the_table() -> None:
    known = {
        (instrument, scale, metric.score_type): (metric.mean, metric.sd)
        for instrument, scale, metric in METRICS
        if metric.mean is not None
    }
    assert known == {
        ("pdms_3", "subtest", "scaled"): (10, 3),
        ("pdms_3", "gross_motor_index", "standard"): (100, 15),
        ("pdms_3", "fine_motor_index", "standard"): (100, 15),
        ("pdms_3", "total_motor_index", "standard"): (100, 15),
        ("bot_2", "subtest", "scaled"): (15, 5),
        ("bot_2", "composite", "t"): (50, 10),
        ("beery_vmi_6", "vmi", "standard"): (100, 15),
        ("beery_vmi_6", "visual_perception", "standard"): (100, 15),
        ("beery_vmi_6", "motor_coordination", "standard"): (100, 15),
        ("spm_2", "scale", "t"): (50, 10),
        ("spm_2", "total", "t"): (50, 10),
        ("pedi_cat", "daily_activities", "t"): (50, 10),
        ("pedi_cat", "mobility", "t"): (50, 10),
        ("pedi_cat", "social_cognitive", "t"): (50, 10),
        ("pedi_cat", "responsibility", "t"): (50, 10),
        ("dayc_2", "domain", "standard"): (100, 15),
        ("real", "total", "standard"): (100, 10),
        ("m_fun", "scale", "scaled"): (10, 3),
    }


def test_the_sensory_profile_has_categories_and_no_standard_score() -> None:
    scales = INSTRUMENTS["sensory_profile_2"].scales
    assert [scale.label for scale in scales] == [
        "Seeking",
        "Avoiding",
        "Sensitivity",
        "Registration",
    ]
    for scale in scales:
        assert scale.metrics == (
            Metric("raw", "neither"),
            Metric("category", "neither"),
        )


def test_a_high_spm_score_is_difficulty_and_has_a_named_range() -> None:
    metric = INSTRUMENTS["spm_2"].scales[0].metrics[0]
    assert metric.direction == "higher_is_worse"
    assert metric.categories == (
        Category("Typical", 40, 59),
        Category("Moderate difficulties", 60, 69),
        Category("Severe difficulties", 70, 80),
    )
    assert metric.category_for(60) == Category("Moderate difficulties", 60, 69)
    assert metric.category_for(39) is None


def test_scores_with_limits_have_those_of_the_table() -> None:
    limits = {
        instrument: (metric.minimum, metric.maximum)
        for instrument, _, metric in METRICS
        if metric.minimum is not None
    }
    assert limits == {"spm_2": (40, 80), "weefim_2": (18, 126), "etch": (0, 100)}


@pytest.mark.parametrize(
    ("code", "age", "expected"),
    [
        ("pdms_3", Age(0, 0, 0), True),
        ("pdms_3", Age(5, 11, 30), True),
        ("pdms_3", Age(6, 0, 0), False),
        ("m_fun", Age(2, 5, 30), False),
        ("m_fun", Age(2, 6, 0), True),
        ("beery_vmi_6", Age(1, 11, 30), False),
        ("beery_vmi_6", Age(40, 0, 0), True),
        ("etch", Age(7, 0, 0), True),
    ],
)
def test_an_age_outside_the_range_is_told(code: str, age: Age, expected: bool) -> None:
    test = INSTRUMENTS[code]
    assert age_in_range(test.from_month, test.to_month, age) is expected


@pytest.mark.parametrize("code", INSTRUMENTS)
def test_every_instrument_has_a_name_and_a_source_and_scales_with_metrics(
    code: str,
) -> None:
    instrument = INSTRUMENTS[code]
    assert instrument.code == code
    assert instrument.name != ""
    assert instrument.source != ""
    assert len({scale.code for scale in instrument.scales}) == len(instrument.scales)
    assert all(scale.metrics for scale in instrument.scales)


@pytest.mark.parametrize("code", INSTRUMENTS)
def test_the_rules_that_an_own_instrument_is_held_to_hold_for_ours(code: str) -> None:
    assert list(faults(INSTRUMENTS[code])) == []
    assert [
        list(metric_faults(each))
        for test, _, each in METRICS
        if test == code and any(metric_faults(each))
    ] == []


@pytest.mark.parametrize(
    ("from_month", "to_month", "found"),
    [
        (None, None, []),
        (0, 311, []),
        (48, 48, []),
        (48, 47, ["to_month"]),
        (0, 312, ["to_month"]),
        (-1, None, ["from_month"]),
    ],
)
def test_the_ages_of_a_test_are_a_span(
    from_month: int | None, to_month: int | None, found: list[str]
) -> None:
    test = Instrument("x", "X", "", from_month, to_month, None, (), "Ours")
    assert [field for field, _ in faults(test)] == found


@pytest.mark.parametrize(
    ("kind", "said", "found"),
    [
        ("standard", {"mean": 100, "sd": 15}, []),
        ("standard", {}, []),
        ("t", {"mean": 50}, ["sd"]),
        ("t", {"sd": 10}, ["mean"]),
        ("scaled", {"mean": 10, "sd": 0}, ["sd"]),
        ("scaled", {"mean": 10, "sd": float("nan")}, ["sd"]),
        ("t", {"mean": 50, "sd": 10, "minimum": 51}, ["mean"]),
        ("raw", {"minimum": 18, "maximum": 126}, []),
        ("raw", {"minimum": -5, "maximum": 5}, []),
        ("raw", {"minimum": 5, "maximum": 5}, ["maximum"]),
        ("raw", {"maximum": 0}, ["maximum"]),
        ("raw", {"mean": 5, "sd": 1}, ["mean", "sd"]),
        ("percent", {}, []),
        ("percent", {"maximum": 101}, ["maximum"]),
        ("percentile", {"minimum": -1}, ["maximum"]),
        ("category", {}, []),
        ("category", {"minimum": 1}, ["minimum"]),
        ("age_equivalent", {"mean": 5, "sd": 1}, ["mean", "sd"]),
    ],
)
def test_a_kind_of_score_can_be_read_as_it_is_told(
    kind: ScoreType, said: dict[str, float], found: list[str]
) -> None:
    assert [field for field, _ in metric_faults(Metric(kind, "neither", **said))] == found
