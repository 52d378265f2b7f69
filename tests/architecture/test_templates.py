"""Is every template used, given only what it needs, and free of anything the page's policy forbids?"""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import allauth
import crispy_bootstrap5
import django

from .source import ROOT, TEMPLATES, parse, python

#: Template names built from a word: the words are roles, and kinds of e-mail.
BUILT = {
    "home/{}.html": ("pediatrician", "therapist", "coordinator", "partner", "family"),
    "email/{}.txt": ("notice", "invitation", "digest", "emergency", "account"),
    "email/{}_subject.txt": ("notice", "invitation", "digest", "emergency", "account"),
}
INCLUDE = re.compile(r"{%\s*include\s+(.*?)%}", re.S)
USES = re.compile(r"{%\s*(?:include|extends)\s+\"([^\"]+)\"")
#: Includes that need the whole page (none so far).
WITHOUT_ONLY: frozenset[str] = frozenset()
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script(?![^>]*\bsrc\s*=)[^>]*>", re.I),
    "handler attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.I),
    "javascript: address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.I),
    "unescaped text": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off", re.I),
}


def ours() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in {".html", ".txt"}
    }


def named_in_code(trees: Iterable[ast.Module]) -> set[str]:
    """The template names that stand in the code as strings; `{}` where a word is put in."""
    found = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
                found.add("".join(str(part) for part in parts))
    return found


def overrides(name: str) -> bool:
    """Whether a package of ours asks for a template of this name."""
    packages = (allauth, crispy_bootstrap5, django)
    return any(
        next(Path(str(package.__file__)).parent.rglob(f"templates/{name}"), None)
        for package in packages
    ) or any(next(Path(str(django.__file__)).parent.glob(f"contrib/*/templates/{name}"), []))


def unused(templates: dict[str, str], code: set[str]) -> list[str]:
    used = set(code)
    for pattern, words in BUILT.items():
        if pattern in code:
            used |= {pattern.format(word) for word in words}
    for text in templates.values():
        used |= set(USES.findall(text))
    return [name for name in templates if name not in used and not overrides(name)]


def missing(templates: dict[str, str], code: set[str]) -> list[str]:
    """Templates that are named and not there."""
    named = {n for n in code if re.fullmatch(r"[\w/]+\.(?:html|txt)", n) and "/" in n}
    named |= {p.format(w) for p, words in BUILT.items() if p in code for w in words}
    for text in templates.values():
        named |= set(USES.findall(text))
    return sorted(name for name in named if name not in templates and not overrides(name))


def code() -> set[str]:
    return named_in_code(parse(path) for path in python())


def test_every_template_is_used() -> None:
    assert unused(ours(), code()) == []


def test_every_template_that_is_named_is_there() -> None:
    assert missing(ours(), code()) == []


def test_an_unused_and_a_missing_template_are_found() -> None:
    templates = {"a.html": '{% include "b.html" only %}', "old.html": "", "account/login.html": ""}
    assert unused(templates, {"a.html"}) == ["old.html"]
    assert missing(templates, {"a.html", "x/gone.html"}) == ["b.html", "x/gone.html"]


def open_includes(templates: dict[str, str]) -> list[str]:
    return [
        f"{name}: {tag.strip()}"
        for name, text in templates.items()
        if name not in WITHOUT_ONLY
        for tag in INCLUDE.findall(text)
        if not tag.rstrip().endswith(" only")
    ]


def test_an_include_gets_only_what_it_is_given() -> None:
    assert open_includes(ours()) == []


def test_an_include_of_everything_is_found() -> None:
    assert open_includes({"a.html": '{% include "b.html" with x=1 %}'}) == [
        'a.html: "b.html" with x=1'
    ]


def forbidden(templates: dict[str, str]) -> list[str]:
    return [
        f"{name}: {what}"
        for name, text in templates.items()
        for what, pattern in FORBIDDEN.items()
        if name.endswith(".html") and pattern.search(_without_tags(text))
    ]


def _without_tags(text: str) -> str:
    # A `>` inside a template tag would end the HTML tag too soon; what a filter does is looked at.
    text = re.sub(r"{#.*?#}", "", text)
    return re.sub(r"{%(?!\s*autoescape).*?%}", "", text, flags=re.S)


def test_no_template_holds_what_the_pages_policy_forbids() -> None:
    assert forbidden(ours()) == []


def test_what_the_policy_forbids_is_found() -> None:
    planted = {
        "1.html": '<p class="a" style="color: red">',
        "2.html": "<script>alert(1)</script>",
        "3.html": '<button onclick="go()">',
        "4.html": "{{ note|safe }}",
        "5.html": '<a href="javascript:go()">',
        "6.html": "<style>p {}</style>",
        "7.html": '<button hx-on:click="go()">',
        "8.html": '<p{% if a > b %} style="x"{% endif %}>',
        "fine.html": '<script src="a.js" defer></script><p data-style="x">{{ name }}</p>',
    }
    assert forbidden(planted) == [
        "1.html: style attribute",
        "2.html: inline script",
        "3.html: handler attribute",
        "4.html: unescaped text",
        "5.html: javascript: address",
        "6.html: style element",
        "7.html: handler attribute",
        "8.html: style attribute",
    ]


GETS = re.compile(r"hx-(?:delete|put|patch)|method\s*=\s*[\"']?get", re.I)


def forms_without_token(templates: dict[str, str]) -> list[str]:
    """Forms that post without a CSRF token."""
    found = []
    for name, text in templates.items():
        for form in re.findall(r"<form\b.*?</form>", text, flags=re.S):
            opening = form.split(">", 1)[0]
            if "post" in opening.lower() and "{% csrf_token %}" not in form:
                found.append(name)
    return found


def test_every_form_that_posts_carries_its_token() -> None:
    assert forms_without_token(ours()) == []
    assert forms_without_token({"a.html": '<form method="post"><input></form>'}) == ["a.html"]


def test_search_goes_by_post() -> None:
    """A child's name in an address ends in histories and logs."""
    assert [name for name, text in ours().items() if GETS.search(text)] == []


def test_the_root_is_where_it_should_be() -> None:
    assert (ROOT / "manage.py").exists()
