"""Does everything that happens leave an event that the timeline can say?"""

import ast

from referrals.notifications import TOLD
from referrals.pathway import MOVES
from referrals.queries.timeline import GROUPS, KINDS

from .source import APP, calls, dotted, functions, parse, python

#: What makes an event: written at once, or with the one that follows it.
MAKING = ("record", "happened")
#: Where they are at home: there the kind is told by whoever calls.
HOME = "recording.py"
#: `move_referral` records the event of the move, which stands in the pathway.
FROM_PATHWAY = "rule.event"


def recorded(tree: ast.Module) -> tuple[set[str], list[str]]:
    """The kinds that a file records, and the places where a kind cannot be read off."""
    kinds: set[str] = set()
    unread: list[str] = []
    for function in functions(tree):
        names = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        said = [
            node.value.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "kind"
            and isinstance(node.value, ast.Constant)
        ]
        for call in calls(function):
            if dotted(call.func) not in MAKING or not call.args:
                continue
            kind = call.args[0]
            if isinstance(kind, ast.Constant):
                kinds.add(str(kind.value))
            elif isinstance(kind, ast.Name) and kind.id in names and said:
                kinds |= {str(one) for one in said}
            elif dotted(kind) != FROM_PATHWAY:
                unread.append(f"line {call.lineno}: {ast.unparse(kind)}")
    return kinds, unread


def test_every_kind_that_is_recorded_has_its_sentence_and_no_sentence_is_idle() -> None:
    kinds = {rule.event for rule in MOVES.values()}
    for path in python("actions"):
        here, unread = recorded(parse(path))
        assert unread == [] or path.name == HOME, path.name
        kinds |= here
    assert kinds == set(KINDS)


def test_a_kind_without_a_sentence_is_found() -> None:
    kinds, unread = recorded(ast.parse("def a():\n    record('plan_sung', child=c)"))
    assert kinds - set(KINDS) == {"plan_sung"}
    assert unread == []
    assert recorded(ast.parse("def a():\n    record(f'{x}', child=c)"))[1] == ["line 2: f'{x}'"]
    assert recorded(ast.parse("def a():\n    happened('plan_sung')"))[0] == {"plan_sung"}


def test_moves_are_recorded_by_the_pathways_word() -> None:
    moving = parse(APP / "actions" / "moving.py")
    assert FROM_PATHWAY in {dotted(arg) for call in calls(moving) for arg in call.args}


def test_nobody_is_told_of_what_is_never_recorded() -> None:
    assert set(TOLD) <= set(KINDS)


def test_every_kind_belongs_to_a_group_that_can_be_chosen() -> None:
    assert {kind.group for kind in KINDS.values()} == set(GROUPS)
