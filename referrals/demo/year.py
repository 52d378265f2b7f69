"""Which way did the children of a year ago go, who were treated and discharged before the story begins?"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

#: The levels of a goal that counts five of something.
_LEVELS: Final = [[0, "none"], [2, "two"], [4, "four"], [5, "all five"], [6, "five, at any time"]]
_VISITS: Final = 6
_FINDINGS: Final = (
    ("motor", "hands_on", "emerging", "Holds and turns, and tires early."),
    ("play", "observation", "expected", "Plays with others, in turns."),
    ("handwriting", "hands_on", "emerging", "Draws a person with six parts."),
    ("self_feeding", "parent_questions", "with_help", "Asks for help at lunch."),
    ("daily", "parent_questions", "with_help", "Needs a reminder for each step."),
)


@cache
def alumni() -> list[Mapping[str, Any]]:
    text = Path(__file__).with_name("year.toml").read_text("utf-8")
    found: list[Mapping[str, Any]] = tomllib.loads(text)["alumnus"]
    return found


def people() -> list[dict[str, Any]]:
    """One adult for each of them, with an account that nobody signs in with."""
    return [
        {
            "key": f"{one['key']}.family", "given_name": one["parent"],
            "family_name": one["family_name"], "phone": f"+121255501{70 + number}",
        }
        for number, one in enumerate(alumni())
    ]  # fmt: skip


def year() -> dict[str, Any]:
    """Children, and what was written for them, in the form of the other files of the story."""
    told: dict[str, Any] = {"child": [_child(one, n) for n, one in enumerate(alumni())]}
    for kind, write in _WRITTEN.items():
        told[kind] = {one["key"]: write(one) for one in alumni()}
    return told


def _child(one: Mapping[str, Any], number: int) -> dict[str, Any]:
    began, adult = one["begins"], people()[number]
    return {
        "given_name": one["given_name"], "family_name": one["family_name"], "born": one["born"],
        "number": f"LP-13{number:02d}", "registered": -420,
        "guardians": [{
            "given_name": adult["given_name"], "family_name": adult["family_name"],
            "relationship": "other", "phone": adult["phone"], "account": adult["key"],
            "invited": began,
        }],
        "referral": [{
            "written": {"day": began, "at": "09:00", "by": "pediatrician"}, "clinic": "clinic",
            "source": "well_child_visit", "intent": "habilitation",
            "service": "evaluate_and_treat", "signs": ["pre.school_readiness"],
            "question": f"{one['wish']}: can therapy help?", "diagnoses": ["F82"],
            "steps": _steps(one, number),
        }],
    }  # fmt: skip


def _steps(one: Mapping[str, Any], number: int) -> list[dict[str, Any]]:
    """From the referral to the last noting; no two of them waited equally long."""
    began, key = one["begins"], one["key"]
    doctor, therapist, family = "pediatrician", one["therapist"], f"{key}.family"
    met = began + 9 + 2 * number  # the day of the evaluation
    treated = met + 7 + number % 3
    ended = treated + 40

    def step(day: int, at: str, by: str, do: str, **more: Any) -> dict[str, Any]:
        return {"day": day, "at": at, "by": by, "do": do, **more}

    return [
        step(began, "09:10", doctor, "send"),
        step(began + 1 + number % 2, "08:40", "coordinator", "receive"),
        step(began + 3 + number % 2, "10:00", therapist, "accept", therapist=therapist),
        step(began + 5, "11:00", "coordinator", "book", therapist=therapist,
             starts={"day": met, "at": one["starts"]}),
        step(met, "17:00", therapist, "draft_evaluation", write=key),
        step(met + 1, "10:00", therapist, "sign_evaluation"),
        step(met + 1, "11:00", therapist, "propose_goal", write=key),
        step(met + 2, "11:00", therapist, "draft_plan", write=key),
        step(met + 2, "11:30", therapist, "sign_plan"),
        step(met + 2, "16:00", therapist, "explain_plan", explained_to=one["parent"],
             language="English", teach_back="Five minutes a day, and once a week here."),
        step(met + 3, "09:00", therapist, "send_plan"),
        step(met + 3, "20:00", family, "answer_goal", goal=key, answer="agree"),
        step(met + 4, "08:10", doctor, "answer_goal", goal=key, answer="agree"),
        step(met + 4 + number % 2, "08:20", doctor, "certify_plan"),
        step(treated, "09:00", therapist, "start_therapy"),
        step(treated, "09:30", therapist, "plan_series", therapist=therapist,
             first=treated + 2, weekdays=[number % 5], starts=one["starts"], visits=_VISITS,
             minutes=45, place="clinic"),
        step(treated + 1, "12:00", therapist, "give_activity", write=key),
        step(ended - 1, "19:00", family, "practise", activity=key, since=treated + 2,
             until=ended - 1, at_home="18:20", weeks=[4, 5, 2 + number % 3]),
        step(ended - 1, "19:30", therapist, "hold_visits", write=key),
        step(ended, "10:00", therapist, "draft_discharge", write=key),
        step(ended, "16:00", therapist, "discharge"),
        step(ended + 1, "20:00", family, "note_discharge"),
        step(ended + 2, "08:30", doctor, "acknowledge"),
    ]  # fmt: skip


def _evaluation(one: Mapping[str, Any]) -> dict[str, Any]:
    names = ("area", "method", "level", "words")
    return {
        "informants": f"{one['parent']} {one['family_name']}",
        "history": "Born at term. Hearing and sight fine.", "other_services": "None.",
        "conditions": "Rested, in a quiet room.",
        "findings": [dict(zip(names, row, strict=True)) for row in _FINDINGS],
        "strengths": "Tries again when something does not work at once.",
        "interpretation": "Hands that tire early, and steps that are not yet in order.",
        "recommendation": "ot", "visits": 1, "per": "week", "minutes": 45, "weeks": _VISITS,
    }  # fmt: skip


def _goal(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "term": "short", "domain": "self_care", "wish": one["wish"], "who": one["given_name"],
        "does_what": one["does_what"], "conditions": "at home and at school",
        "how_well": "four of five times, without help", "baseline": "Never without help.",
        "measure": one["measure"], "levels": _LEVELS, "importance": 3, "difficulty": 1,
        "target": one["begins"] + 100,
    }  # fmt: skip


def _plan(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "payer": "half_year", "therapy": "individual", "setting": "clinic",
        "starts": one["begins"] + 30, "review": one["begins"] + 75,
        "approaches": "Small steps, the last one first, in what the day brings anyway.",
        "home_programme": "Five minutes a day.",
        "discharge_plan": "When it works on four of five days.",
    }  # fmt: skip


def _activity(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "goals": [one["key"]], "title": "Five minutes a day",
        "why": "A little every day is easy to keep up.",
        "steps": "Do it together once.\nThen step back and count to ten.", "minutes": 5,
        "times_a_week": 5, "routine": "play", "materials": "",
        "good_looks_like": "A new try before you say a word.",
        "stop_when": "Stop when it is no fun: try again tomorrow.",
    }  # fmt: skip


def _visits(one: Mapping[str, Any]) -> dict[str, Any]:
    last = 0 if one["outcome"] == "met" else -1
    return {
        "practise": "Wait to the count of ten before you help.",
        "done": ["The steps in order, with pictures.", "The last step alone, three times."],
        "missed": [4], "levels": {one["key"]: [[1, -2], [3, -1], [5, last]]},
    }  # fmt: skip


def _discharge(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "why": "goals_met" if one["outcome"] == "met" else "enough",
        "summary": f"{_VISITS} visits, once a week.", "equipment": "None.",
        "home_programme": "It stays part of the day.", "recommendations": "None for now.",
        "return_signs": "It no longer works for two weeks.",
        "told": f"{one['parent']} at the last visit.",
        "whys": {"partly": "It works on three of five days; the rest comes with time."},
    }  # fmt: skip


_WRITTEN: Final = {
    "evaluation": _evaluation, "goal": _goal, "plan": _plan, "activity": _activity,
    "visits": _visits, "discharge": _discharge,
}  # fmt: skip
