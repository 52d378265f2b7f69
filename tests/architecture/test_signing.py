"""Does every page through which something is signed ask who it is, if that was shown too long ago?"""

import ast

from django.urls import URLPattern

from referrals.urls import urlpatterns

from .source import parse, python

#: What puts a signature under something, in the actions; all else that signs does it through these.
SIGNATURES = frozenset({
    "signing.sign", "signing.signature_of", "signing.check_credentials", "letter.write_letter",
    "programme.send_letter", "consent.give_consent", "discharge.note_discharge",
})  # fmt: skip


def trees(layer: str) -> dict[str, ast.Module]:
    return {path.stem: parse(path) for path in python(layer)}


def known_as(tree: ast.Module, room: str) -> dict[str, str]:
    """What each name in this file stands for, as `room.function`: its own functions, and imports."""
    names = {f.name: f"{room}.{f.name}" for f in tree.body if isinstance(f, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            source = node.module.rpartition(".")[2]
            names |= {one.asname or one.name: f"{source}.{one.name}" for one in node.names}
    return names


def target(node: ast.AST, names: dict[str, str]) -> str:
    """The function meant by `sign_plan`, or by `actions.sign_plan`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        room = names.get(node.value.id, "").rpartition(".")[2]
        return f"{room}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def signing(layer: dict[str, ast.Module], found: frozenset[str]) -> frozenset[str]:
    """The functions of a layer that call one of these or hand it on, by however many steps."""
    reach = found
    while True:
        more = reach
        for room, tree in layer.items():
            names = known_as(tree, room)
            more |= {
                f"{room}.{f.name}"
                for f in tree.body
                if isinstance(f, ast.FunctionDef)
                and any(target(node, names) in reach for node in ast.walk(f))
            }
        if more == reach:
            return reach - found
        reach = more


#: Not by a person at a page: what another system sends was signed where it comes from.
ARRIVING = frozenset({"arrival.arrival_take", "arrival.arrival_decide"})


def test_every_page_that_signs_asks() -> None:
    through = signing(trees("actions"), SIGNATURES) | SIGNATURES
    through = frozenset(one for one in through if "._" not in one)
    pages = {one.partition(".")[2] for one in signing(trees("views"), through) - ARRIVING}
    routes = [one for one in urlpatterns if isinstance(one, URLPattern) and one.name in pages]
    assert [one.name for one in routes if not hasattr(one.callback, "signs")] == []
    assert {"session_write", "referral_write", "prescription_new"} <= {one.name for one in routes}


def test_a_page_that_signs_by_two_steps_is_found() -> None:
    actions = {"plan": ast.parse("from .signing import sign as put\ndef end(p):\n    put(p)")}
    views = {
        "plan": ast.parse(
            "from referrals.actions import plan as actions\n"
            "def _do(r):\n    page(r, actions.end)\n"
            "def plan_end(r):\n    _do(r)\n"
            "def plan_list(r):\n    pass"
        )
    }
    through = signing(actions, SIGNATURES)
    assert through == {"plan.end"}
    assert signing(views, through) == {"plan._do", "plan.plan_end"}
