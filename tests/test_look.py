"""Does a page wait for one small style sheet alone, and is all in it that pages use?"""

import gzip
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from ot_coord import look
from referrals.forms.base import CareForm
from tests.architecture.source import ROOT, TEMPLATES
from tests.conftest import Cast

#: Bytes of the sheet as it travels, packed the poorer of both ways. In a slow network a phone gets
#: 200 of them in a millisecond.
MOST = 16_500
#: Where a class may stand in a template: what a tag puts in is looked for apart.
IN_CLASS = re.compile(r"class=\"((?:{%.*?%}|{{.*?}}|[^\"])*)\"", re.S)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.S)


# --- How it is made -----------------------------------------------------------------------------


def test_a_rule_is_read_with_all_that_is_in_it() -> None:
    css = '@charset "x";a{b:"}"}@media print{c{d:e}f{g:h}}i{j:url(data:k;l)}'
    assert list(look.rules(css)) == [
        ("a", 'b:"}"'), ("@media print", "c{d:e}f{g:h}"), ("i", "j:url(data:k;l)"),
    ]  # fmt: skip


def test_of_a_rule_stays_what_a_page_may_have() -> None:
    css = (
        "p{a:b}.btn,.card .btn,.btn:is(.x,.y){c:d}.card{e:f}.btn:not(.card){g:h}.m-3{i:j}.m-4{k:l}"
        "@media print{.card{m:n}}@media screen{.btn{o:p}}@keyframes turn{to{q:r}}.mx-1{s:t}"
    )
    assert look.kept(css, {"btn", "m-3"}, ("mx-",)) == (
        "p{a:b}.btn{c:d}.btn:not(.card){g:h}.m-3{i:j}"
        "@media screen{.btn{o:p}}@keyframes turn{to{q:r}}.mx-1{s:t}"
    )


def test_a_variable_stays_that_something_reads() -> None:
    css = (
        "a{--bs-one:1;--bs-two:var(--bs-three);--bs-three:url('a;b');--bs-four:4}b{c:var(--bs-one)}"
    )
    assert look.named(css, "") == "a{--bs-one:1;}b{c:var(--bs-one)}"
    assert look.named(css, "d{e:var( --bs-four )}") == "a{--bs-one:1;--bs-four:4}b{c:var(--bs-one)}"


def test_dark_is_also_what_the_system_says_and_a_choice_is_stronger() -> None:
    assert look.by_system('a{b:c}[data-bs-theme="dark"] d,e{f:g}@media print{[data-bs-theme=dark]{h:i}}') == (
        'a{b:c}[data-bs-theme="dark"] d,e{f:g}'
        "@media (prefers-color-scheme:dark){:root:where(:not([data-bs-theme])) d{f:g}}"
        "@media print{[data-bs-theme=dark]{h:i}"
        "@media (prefers-color-scheme:dark){:root:where(:not([data-bs-theme])){h:i}}}"
    )  # fmt: skip


# --- What is in it ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sheet() -> str:
    return look.made()


def styled(css: str) -> set[str]:
    """The classes that a sheet has rules for, rules within others too."""
    found: set[str] = set()
    for head, body in look.rules(css):
        found |= styled(body) if head.startswith("@media") else look.classes(head)
    return found


def missed(sheet: str, used: set[str]) -> list[str]:
    """Of what is used what Bootstrap knows and the sheet does not."""
    bootstrap = re.sub(r"/\*.*?\*/", "", look.bootstrap(), flags=re.S)
    return sorted(used & styled(bootstrap) - styled(sheet.partition("*/")[2]))


def test_every_class_of_a_template_is_in_the_sheet(sheet: str) -> None:
    used: set[str] = set()
    for file in TEMPLATES.rglob("*.html"):
        for said in IN_CLASS.findall(file.read_text()):
            used |= set(TAG.sub(" ", said).split())
            used |= set(re.findall(r"[\w-]+", " ".join(re.findall(r"[\"']([^\"']+)[\"']", said))))
    assert {"btn", "btn-primary", "visually-hidden", "container-xl", "form-control"} <= used
    assert missed(sheet, used) == []


def test_every_class_that_python_or_a_script_writes_is_in_the_sheet(sheet: str) -> None:
    files = [*(ROOT / "referrals").rglob("*.py"), *(ROOT / "referrals").rglob("*.js")]
    used: set[str] = set()
    for file in files:
        for said in re.findall(
            r"class(?:Name)?[\"']?\s*[=:]\s*[\"']([^\"']+)[\"']", file.read_text()
        ):
            used |= set(said.split())
    assert {"btn", "form-control"} <= used
    assert missed(sheet, used) == []


class Classes(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= set((dict(attrs).get("class") or "").split())


class Everything(CareForm):
    """A field of each kind, none of them filled in."""

    from django import forms as f

    words = f.CharField(help_text="Few")
    text = f.CharField(widget=f.Textarea)
    choice = f.ChoiceField(choices=[("a", "A")])
    one = f.ChoiceField(choices=[("a", "A")], widget=f.RadioSelect)
    several = f.MultipleChoiceField(choices=[("a", "A")], widget=f.CheckboxSelectMultiple)
    tick = f.BooleanField()
    day = f.DateField()
    file = f.FileField()
    hidden = f.CharField(widget=f.HiddenInput)


@pytest.mark.parametrize("data", [None, {}])
def test_whatever_a_form_is_drawn_with_is_in_the_sheet(data: Any, sheet: str) -> None:
    drawn = Template(
        "{% load crispy_forms_tags %}{{ form|crispy }}{% for one in form %}{{ one|as_crispy_field }}{% endfor %}"
    )
    used = Classes(drawn.render(Context({"form": Everything(data)}))).found
    assert {"form-control", "form-select", "form-check-input", "form-text"} <= used
    assert ("invalid-feedback" in used) == (data is not None)
    assert missed(sheet, used) == []


def test_a_class_that_is_left_out_is_found(sheet: str) -> None:
    assert missed(sheet, {"btn", "carousel", "ours"}) == ["carousel"]


def test_all_of_ours_is_in_it_and_of_bootstrap_its_licence(sheet: str) -> None:
    assert sheet.startswith("/*!")
    assert "Licensed under MIT" in sheet
    for name in look.OURS:
        ours = (ROOT / "referrals" / "static" / "referrals" / name).read_text()
        assert styled(re.sub(r"/\*.*?\*/", "", ours, flags=re.S)) <= styled(
            sheet.partition("*/")[2]
        )


# --- How it comes to the phone ------------------------------------------------------------------


def test_it_is_small_on_its_way(sheet: str) -> None:
    assert len(gzip.compress(sheet.encode(), 9)) < MOST


def test_it_is_found_and_collected(tmp_path: Path, settings: Any, sheet: str) -> None:
    assert Path(str(finders.find(look.NAME))).read_text() == sheet
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
    assert (tmp_path / look.NAME).read_text() == sheet
    assert not (tmp_path / "bootstrap").exists()


class Head(HTMLParser):
    """What has to come before anything is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.waits: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "html":
            self.root = said
        if tag == "link" and said.get("rel") == "stylesheet":
            self.waits.append(said["href"] or "")
        if tag == "script" and not {"defer", "async"} & said.keys():
            self.waits.append(said.get("src") or "a script of the page")


def test_a_page_waits_for_the_sheet_alone_and_a_familys_for_its_own_too(
    cast: Cast, client_of: Any
) -> None:
    def waits(client: Client, path: str) -> list[str]:
        return Head(client.get(path).content.decode()).waits

    assert waits(Client(), reverse("account_login")) == ["/static/referrals/look.css"]
    for user in (cast.pediatrician, cast.therapist, cast.coordinator):
        assert waits(client_of(user), "/") == ["/static/referrals/look.css"]
    child = reverse("child_detail", args=[cast.child.pk])
    assert waits(client_of(cast.pediatrician), child) == ["/static/referrals/look.css"]
    assert waits(client_of(cast.family), "/") == [
        "/static/referrals/look.css", "/static/referrals/phone.css",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kept", "drawn"), [("dark", "dark"), ("light", "light"), ('"><script>', None), (None, None)]
)
def test_a_choice_of_colours_is_drawn_by_the_server(kept: str | None, drawn: str | None) -> None:
    client = Client()
    if kept:
        client.cookies["theme"] = kept
    page = client.get(reverse("account_login")).content.decode()
    assert Head(page).root.get("data-bs-theme") == drawn
