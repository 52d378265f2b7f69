"""Is what the product knows complete, sourced and in words a family can read?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.ages import Age, ages
from referrals.clinical.knowledge import (
    BANDS,
    DOMAINS,
    SIGNS,
    BandCode,
    UnknownBand,
    UnknownDomain,
    UnknownSign,
    band_for,
    general_signs,
    hint_text,
    sign,
    signs_for,
    signs_up_to,
    therapy_hint,
)

SOURCE_SIGNS = {
    "inf.fine_motor_delay": ("infant", ("fine_motor",)),
    "inf.feeding": ("infant", ("feeding",)),
    "inf.sleep_regulation": ("infant", ("regulation_sleep",)),
    "inf.sensory": ("infant", ("sensory",)),
    "inf.play_social": ("infant", ("play", "social_emotional")),
    "tod.self_care": ("toddler", ("self_care", "feeding")),
    "tod.motor_planning": ("toddler", ("gross_motor", "fine_motor")),
    "tod.behaviour_routines": ("toddler", ("social_emotional", "regulation_sleep")),
    "tod.sensory": ("toddler", ("sensory",)),
    "tod.play_social": ("toddler", ("play", "social_emotional")),
    "pre.pre_academic": ("preschooler", ("school", "fine_motor", "hand_eye")),
    "pre.social_emotional": ("preschooler", ("social_emotional",)),
    "pre.classroom_sensory_motor": ("preschooler", ("sensory", "school")),
    "pre.school_readiness": ("preschooler", ("school", "self_care")),
}


def test_the_source_signs_are_exactly_the_fourteen_of_the_table() -> None:
    known = {
        code: (each.band, each.domains)
        for code, each in SIGNS.items()
        if not code.startswith(("sch.", "any."))
    }
    assert known == SOURCE_SIGNS


def test_the_school_age_list_is_ours_and_says_so() -> None:
    ours = signs_for("school_age")
    assert [each.code for each in ours] == [
        "sch.handwriting",
        "sch.tools",
        "sch.self_care",
        "sch.attention",
        "sch.joining_in",
        "sch.organising",
        "sch.eating",
        "sch.confidence",
    ]
    assert {each.source for each in ours} == {"ours, beyond the source bands"}


def test_the_domains_are_the_one_vocabulary() -> None:
    assert list(DOMAINS) == [
        "fine_motor",
        "hand_eye",
        "gross_motor",
        "self_care",
        "feeding",
        "sensory",
        "cognition",
        "language",
        "play",
        "social_emotional",
        "regulation_sleep",
        "school",
        "confidence",
    ]


@pytest.mark.parametrize("code", SIGNS)
def test_every_sign_is_complete(code: str) -> None:
    entry = SIGNS[code]
    assert entry.band in {*BANDS, "any"}
    assert entry.domains != ()
    assert set(entry.domains) - DOMAINS.keys() == set()
    assert entry.source.strip() != ""
    assert entry.label.strip() != ""


@pytest.mark.parametrize("code", DOMAINS)
def test_every_domain_is_complete(code: str) -> None:
    entry = DOMAINS[code]
    texts = (entry.label, entry.family_label.en, entry.explanation, entry.source)
    assert "" not in [text.strip() for text in texts]


@pytest.mark.parametrize(
    "label",
    [
        label
        for each in (*SIGNS.values(), *DOMAINS.values())
        for label in (each.family_label.en, each.family_label.es)
    ],
)
def test_what_a_family_reads_has_15_words_or_fewer(label: str) -> None:
    assert 1 <= len(label.split()) <= 15


def test_no_two_signs_read_the_same() -> None:
    assert len({each.label for each in SIGNS.values()}) == len(SIGNS)
    assert len({each.family_label for each in SIGNS.values()}) == len(SIGNS)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (Age(0, 0, 0), "infant"),
        (Age(0, 11, 30), "infant"),
        (Age(1, 0, 0), "toddler"),
        (Age(2, 11, 30), "toddler"),
        (Age(3, 0, 0), "preschooler"),
        (Age(4, 11, 30), "preschooler"),
        (Age(5, 0, 0), "school_age"),
        (Age(17, 0, 0), "school_age"),
    ],
)
def test_a_band_begins_on_the_birthday(age: Age, band: BandCode) -> None:
    assert band_for(age) == band


def test_a_premature_child_is_in_the_band_of_the_adjusted_age() -> None:
    both = ages(date(2025, 1, 1), date(2026, 2, 1), 30, 0)
    assert band_for(both.chronological) == "toddler"
    assert band_for(both.for_bands) == "infant"


@given(st.integers(0, 40), st.integers(0, 11), st.integers(0, 30))
def test_the_bands_partition_all_ages(years: int, months: int, days: int) -> None:
    age = Age(years, months, days)
    holding = [
        band.code
        for band in BANDS.values()
        if band.from_month <= age.total_months
        and (band.before_month is None or age.total_months < band.before_month)
    ]
    assert holding == [band_for(age)]


def test_younger_signs_come_after_the_own_ones() -> None:
    assert signs_up_to("infant") == signs_for("infant")
    assert signs_up_to("preschooler") == (
        signs_for("preschooler") + signs_for("toddler") + signs_for("infant")
    )
    assert {*signs_up_to("school_age"), *general_signs()} == set(SIGNS.values())


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(UnknownBand, match="'teenager'"):
        signs_for("teenager")
    with pytest.raises(UnknownSign, match=r"'inf\.flying'"):
        sign("inf.flying")
    with pytest.raises(UnknownSign, match=r"'inf\.flying'"):
        therapy_hint(["inf.flying"])
    with pytest.raises(UnknownDomain, match="'magic'"):
        therapy_hint([], ["magic"])


def test_a_sign_is_found_by_its_code() -> None:
    assert sign("tod.sensory").domains == ("sensory",)


@pytest.mark.parametrize(
    ("codes", "domains", "expected"),
    [
        ([], [], None),
        (["inf.feeding"], [], None),
        ([], ["gross_motor"], "pt"),
        (["tod.motor_planning"], [], "both"),
        (["inf.feeding"], ["gross_motor"], "both"),
        ([], ["gross_motor", "school"], "both"),
    ],
)
def test_only_gross_motor_hints_at_pt_and_a_mix_at_both(
    codes: list[str], domains: list[str], expected: str | None
) -> None:
    assert therapy_hint(codes, domains) == expected


def test_a_hint_is_one_sentence_that_says_it_is_only_a_hint() -> None:
    for hint in ("pt", "both"):
        text = hint_text(hint)
        assert text.count(".") == 1
        assert text.endswith("this is only a hint, and you decide.")
    assert hint_text(None) == ""


def test_a_worry_about_large_movements_alone_suggests_physical_therapy() -> None:
    assert [each.code for each in general_signs()] == ["any.large_movements"]
    assert therapy_hint(["any.large_movements"]) == "pt"
    assert therapy_hint(["any.large_movements", "tod.sensory"]) == "both"
