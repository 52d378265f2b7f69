"""How does a rule read the code? As trees, so that a comment or a string never breaks a rule."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "referrals"
TEMPLATES = ROOT / "templates"

Rule = Callable[[ast.Module], list[str]]


def python(*folders: str) -> Iterator[Path]:
    """Our Python files under these folders of the app (all of it when none is named)."""
    for folder in folders or ("",):
        for path in sorted((APP / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def broken(rule: Rule, *folders: str) -> list[str]:
    """What the rule finds in the real code, each with its file."""
    return [
        f"{path.relative_to(ROOT)}: {finding}"
        for path in python(*folders)
        for finding in rule(parse(path))
    ]


def planted(rule: Rule, source: str) -> list[str]:
    """What the rule finds in a few lines that break it."""
    return rule(ast.parse(source))


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or an attribute; the empty string where it is neither."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else f".{node.attr}"
    return ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of each import, the names of a `from` import with their module before them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)
