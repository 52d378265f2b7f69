"""Does every call of the log say a fixed sentence, with nothing but allowed fields?"""

import ast

from ot_coord.logs import ALLOWED

from .source import broken, calls, planted

LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})


def loose_words(tree: ast.Module) -> list[str]:
    found = []
    for call in calls(tree):
        func = call.func
        if not (
            isinstance(func, ast.Attribute)
            and func.attr in LEVELS
            and isinstance(func.value, ast.Name)
            and func.value.id in ("log", "logger", "logging")
        ):
            continue
        fixed = len(call.args) == 1 and isinstance(call.args[0], ast.Constant)
        if not fixed:
            found.append(f"line {call.lineno} says no fixed sentence")
        found += [
            f"line {call.lineno} tells {one.arg or '**'}"
            for one in call.keywords
            if one.arg not in ALLOWED
        ]
    return found


def test_the_log_says_fixed_sentences() -> None:
    assert broken(loose_words) == []


def test_a_name_in_a_sentence_is_found() -> None:
    assert planted(loose_words, 'log.info(f"sent to {name}")') == ["line 1 says no fixed sentence"]
    assert planted(loose_words, 'log.info("sent to %s", name)') == ["line 1 says no fixed sentence"]
    assert planted(loose_words, 'log.info("sent", to=name, count=1)') == ["line 1 tells to"]
    assert planted(loose_words, 'log.info("sent", **all)') == ["line 1 tells **"]
