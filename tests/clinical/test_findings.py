"""Does the meter know what an evaluation still lacks, in the words of the vocabulary?"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.findings import (
    AREAS,
    CORE_AREAS,
    LEVELS,
    METHODS,
    is_known,
    lacks,
    missing,
    sections,
)
from referrals.clinical.knowledge import DOMAINS
from tests.stages import evaluation_content


def whole(**changed: Any) -> dict[str, Any]:
    return evaluation_content(evaluated_on="2026-03-09", **changed)


def test_the_areas_methods_and_levels_are_these():
    assert list(CORE_AREAS) == ["motor", "play", "handwriting", "self_feeding", "daily"]
    assert list(AREAS)[:5] == list(CORE_AREAS)
    assert set(AREAS) == {*CORE_AREAS, *DOMAINS}
    assert list(METHODS) == ["observation", "hands_on", "parent_questions", "child_questions"]
    assert list(LEVELS) == ["expected", "emerging", "with_help", "not_yet", "not_assessed"]
    for term in (*CORE_AREAS.values(), *METHODS.values(), *LEVELS.values()):
        assert term.label
        assert term.family_label.en
        assert term.source


def test_nothing_is_missing_where_everything_is_said():
    assert missing(whole()) == []
    assert all(part.complete for part in sections(whole()))


def test_an_empty_one_lacks_every_section():
    parts = sections({})
    assert [(part.code, part.done, part.expected) for part in parts] == [
        ("visit", 0, 3), ("profile", 0, 5), ("history", 0, 2), ("findings", 0, 6),
        ("summary", 0, 2), ("recommendation", 0, 1),
    ]  # fmt: skip


def test_an_area_nobody_looked_at_is_named():
    found = [f for f in whole()["findings"] if f["area"] != "play"]
    assert missing(whole(findings=found)) == ["Say what you found: play behaviour."]


def test_a_finding_that_was_only_begun_says_what_it_lacks():
    begun = {"area": "sensory", "method": "", "level": "", "words": " "}
    assert lacks(begun) == ["say how you saw it", "choose a level", "say in words what you found"]
    assert missing(whole(findings=[*whole()["findings"], begun])) == [
        f"{AREAS['sensory'].label}: say how you saw it, choose a level, say in words what you found."
    ]  # fmt: skip


def test_what_is_recommended_decides_what_else_is_asked():
    assert missing(whole(recommendation="no_ot", visits=None, per="", weeks=None)) == []
    assert missing(whole(recommendation="ot", visits=None)) == ["Say how many visits."]
    assert missing(whole(recommendation="other")) == [
        "Say which other service.", "Write what the other service should know.",
    ]  # fmt: skip


def test_words_outside_the_vocabulary_are_known_as_such():
    assert is_known({"area": "play", "method": "", "level": "expected"})
    assert not is_known({"area": "hair"})
    assert not is_known({"area": "play", "method": "guess"})


FINDING = st.fixed_dictionaries({
    "area": st.sampled_from(["", *AREAS]), "method": st.sampled_from(["", *METHODS]),
    "level": st.sampled_from(["", *LEVELS]), "words": st.sampled_from(["", "Seen."]),
})  # fmt: skip


@given(st.lists(FINDING, max_size=12))
def test_the_meter_never_shows_less_than_nothing_nor_more_than_all(findings: list[dict[str, str]]):
    for part in sections(whole(findings=findings)):
        assert 0 <= part.done <= part.expected
        assert part.complete == (part.missing == ())
