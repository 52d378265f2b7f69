"""Does any form break on what is typed into it? Every form of the product, and the worst there is to type."""

import inspect
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django import forms
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from referrals import admin
from referrals.actions import discharge, plan, report
from referrals.actions.caseload import take_in_caseload
from referrals.actions.leaving import left_by
from referrals.clinical.knowledge import band_for
from referrals.clinical.letters import FACTS, KINDS
from referrals.models import Child, Concern, Organization, Referral
from referrals.pathway import Party
from referrals.queries import activity, evaluation, session
from referrals.queries import plan as plans
from tests.access_caseload import ROWS
from tests.load.broken import form_body
from tests.load.known import all_forms
from tests.nasty import typed
from tests.rules import tried

DICE = st.randoms(use_true_random=False)
FORMS = [form for form in all_forms() if form.base_fields or "__init__" in vars(form)]
IN_ADMIN = [
    one
    for path in sorted(Path(admin.__path__[0]).glob("[!_]*.py"))
    for one in vars(import_module(f"referrals.admin.{path.stem}")).values()
    if isinstance(one, type) and issubclass(one, forms.BaseForm)
    and one.__module__ == f"referrals.admin.{path.stem}"
]  # fmt: skip

World = dict[str, Callable[[], Any]]


@pytest.fixture
def world(cast: Any, at_home: Referral, later: datetime) -> World:
    """What a form is made with, by the name of the parameter; a name that is not here fails."""
    child, today = cast.child, later.date()
    visit = at_home.appointments.order_by("pk").first()
    goal = at_home.goals.get()
    upload = SimpleUploadedFile("list.csv", ROWS)
    caseload = take_in_caseload(
        organization=cast.practice, upload=upload, by=cast.pediatrician, at=later
    )
    ages = child.ages(today)
    places = Organization.objects.all()
    entries = discharge.start_of(at_home, later)["outcomes"]
    kind = next(iter(KINDS.values()))
    return {
        "offered": lambda: activity.goals_to_serve(at_home),
        "referral": lambda: at_home,
        "at": lambda: later,
        "candidates": lambda: Child.objects.all(),
        "whole": lambda: False,
        "name": lambda: "Mina Fontaine",
        "places": lambda: places,
        "caseload": lambda: caseload,
        "today": lambda: today,
        "until": lambda: today,
        "born": lambda: child.date_of_birth,
        "band": lambda: band_for(ages.for_bands),
        "for_family": lambda: True,
        "initial": lambda: plan.start_of(at_home),
        "entry": lambda: entries[0],
        "entries": lambda: entries,
        "ages": lambda: ages,
        "instruments": lambda: evaluation.instruments(at_home, ()),
        "sides": lambda: set(Party),
        "others": lambda: [(str(goal.pk), "Buttons")],
        "version": lambda: goal.versions.last(),
        "offers": lambda: [("no_show:1", "No show")],
        "kind": lambda: kind,
        "facts": lambda: dict.fromkeys(FACTS, "Mina"),
        "choices": list,
        "payers": lambda: plans.payer_choices(at_home),
        "silent": list,
        "concerns": lambda: Concern.objects.all(),
        "draft": lambda: False,
        "ways": lambda: [("each", "At once")],
        "usual": lambda: "America/New_York",
        "goals": lambda: report.start_of(at_home, later)["goals"],
        "locked": lambda: False,
        "to_partner": lambda: True,
        "sheets": lambda: session.worksheet(visit),
        "side": lambda: "clinic",
        "left": lambda: [here for here in left_by(cast.therapist, later) if here.any],
        "pair": lambda: (child, cast.other_child),
    }


def needed(form: type[forms.BaseForm]) -> set[str]:
    """The named parameters with which the form, or one it is made of, wants to be called."""
    kinds = [kind for kind in form.__mro__ if kind.__module__.startswith("referrals.")]
    own = [vars(kind)["__init__"] for kind in kinds if "__init__" in vars(kind)]
    parameters = [one for maker in own for one in inspect.signature(maker).parameters.values()]
    return {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}


def made(
    form: type[forms.BaseForm], world: World, data: Any = None, files: Any = None
) -> forms.BaseForm:
    told: Mapping[str, Any] = {name: world[name]() for name in needed(form)}
    if form.__name__ == "StatisticsForm":  # it reads an address
        return form(data if data is not None else {}, **told)
    return form(data, files=files, **told) if files else form(data, **told)


def sent(form: forms.BaseForm, dice: Random) -> tuple[QueryDict, MultiValueDict[str, Any]]:
    """What comes in for the form and for the rows in it, as Django would read it."""
    rows = [row for name in ("rows", "findings", "scores") for row in _rows(form, name)]
    fields = {
        one.add_prefix(name): field for one in (form, *rows) for name, field in one.fields.items()
    }
    pairs = typed(fields, dice)
    files: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in pairs:
        if not isinstance(value, str):
            files.appendlist(name, value)
    return QueryDict(form_body(pairs)), files


def _rows(form: forms.BaseForm, name: str) -> list[forms.BaseForm]:
    found = getattr(form, name, ())
    return [row for row in found if isinstance(row, forms.BaseForm)] if not callable(found) else []


# --- The product's own --------------------------------------------------------------------------


def test_a_form_takes_what_is_typed_or_says_what_is_wrong(world: World) -> None:
    for form in FORMS:
        take_whatever_is_typed(lambda *sent, form=form: made(form, world, *sent))


def take_whatever_is_typed(make: Callable[..., forms.BaseForm]) -> None:
    @tried(3)
    @given(dice=DICE)
    def whatever_is_typed(dice: Random) -> None:
        filled = make(*sent(make(), dice))
        if filled.is_valid():
            assert not filled.errors
        for field in filled:
            str(field)  # what was typed is shown again

    whatever_is_typed()


# --- Those of the administration ----------------------------------------------------------------


def of_rooms(cast: Any) -> list[Callable[..., forms.BaseForm]]:
    """The forms with which a row is added, and with which the first one there is is changed."""
    request = RequestFactory().get("/")
    request.user = cast.admin
    found: list[Callable[..., forms.BaseForm]] = []
    for model, room in site._registry.items():
        if room.has_add_permission(request):
            found.append(room.get_form(request))
        row = model._default_manager.first()
        if row is not None and room.has_change_permission(request, row):
            form = room.get_form(request, row, change=True)
            found.append(lambda *sent, form=form, row=row: form(*sent, instance=row))
        inlines = room.get_inline_instances(request, row)
        found += [inline.get_formset(request, row).form for inline in inlines]
    return found


def test_so_does_a_form_of_the_administration(cast: Any, world: World) -> None:
    for form in IN_ADMIN:
        if not issubclass(form, forms.ModelForm):
            take_whatever_is_typed(lambda *sent, form=form: made(form, world, *sent))
    for make in of_rooms(cast):
        take_whatever_is_typed(make)


def test_no_form_of_the_administration_is_left_out(cast: Any) -> None:
    rooms = [type(make()) for make in of_rooms(cast)]
    left_out = [
        form.__name__
        for form in IN_ADMIN
        if issubclass(form, forms.ModelForm) and not any(issubclass(one, form) for one in rooms)
    ]
    assert left_out == []
