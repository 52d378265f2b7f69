"""Does a list look as Django's own administration would draw it, though it is drawn without its templates?"""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import admin_list_filter, result_list
from django.template import RequestContext
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from referrals.models import Child, Organization, Referral, User
from referrals.templatetags.administration import all_rooms, listed_filters, listed_rows
from tests.conftest import Cast

ROOMS = list(admin.site._registry.values())


def plain(text: str) -> str:
    """What is drawn, without the lines and blanks between tags and around words."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(text.split()))


def shown(room: Any, by: User, **asked: str) -> Any:
    request = RequestFactory().get("/", asked)
    request.user = by
    found = room.get_changelist_instance(request)
    found.formset = None
    return found


def rows_of_django(cl: Any) -> str:
    return plain(render_to_string("admin/change_list_results.html", result_list(cl)))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.opts.model_name)
def test_rows_and_filters_are_those_of_django(room: Any, cast: Cast, every_room: None) -> None:
    assert not room.list_editable  # a field in the list itself is not drawn
    cl = shown(room, cast.admin)
    assert cl.result_list
    assert plain(listed_rows(cl)) == rows_of_django(cl)
    of_django = "".join(admin_list_filter(cl, one) for one in cl.filter_specs)
    assert plain(listed_filters(cl)) == plain(of_django)


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "mina"}, {"interpreter_needed__exact": "0"}, {"_popup": "1"},
        {"_popup": "1", "_to_field": "id"}, {"q": "<b>nobody</b>"},
    ],
)  # fmt: skip
def test_a_link_leads_back_to_the_search(asked: dict[str, str], cast: Cast) -> None:
    cl = shown(admin.site._registry[Child], cast.admin, **asked)
    assert bool(cl.result_list) == ("<b>" not in asked.get("q", ""))
    assert plain(listed_rows(cl)) == rows_of_django(cl)


@pytest.mark.parametrize("order", ["1", "-1", "1.-2", "-2.1"])
def test_columns_are_sorted_as_django_sorts_them(order: str, cast: Cast) -> None:
    cl = shown(admin.site._registry[Organization], cast.admin, o=order, q="a")
    drawn = plain(listed_rows(cl))
    assert "sortremove" in drawn
    assert drawn == rows_of_django(cl)


def test_what_somebody_typed_stays_text(cast: Cast) -> None:
    evil = '<script>"&'
    Child.objects.filter(pk=cast.child.pk).update(given_name=evil)
    Organization.objects.filter(pk=cast.practice.pk).update(name=evil)
    cl = shown(admin.site._registry[Child], cast.admin)
    drawn = listed_rows(cl)
    assert "<script" not in drawn
    assert drawn.count("&lt;script&gt;&quot;&amp;") >= 2
    assert plain(drawn) == rows_of_django(cl)


def sidebar(request: Any) -> tuple[str, str]:
    """Ours and Django's."""
    told = {"available_apps": admin.site.get_app_list(request), "request": request}
    ours = all_rooms(RequestContext(request, told))
    return plain(ours), plain(render_to_string("admin/nav_sidebar.html", told))


def test_the_rooms_beside_a_page_say_where_one_is(cast: Cast) -> None:
    pages = [
        reverse(f"admin:referrals_{name}_changelist") for name in ("child", "user", "referral")
    ]
    for path in (*pages, reverse("admin:index"), *pages, f"{pages[0]}{cast.child.pk}/change/"):
        request = RequestFactory().get(path)
        request.user = cast.admin
        ours, of_django = sidebar(request)
        assert ours == of_django
        assert ours.count('aria-current="page"') == (path != reverse("admin:index"))


def test_the_rooms_are_those_that_one_may_enter(cast: Cast) -> None:
    request = RequestFactory().get(reverse("admin:index"))
    request.user = cast.admin
    everything, _ = sidebar(request)
    request.user = cast.pediatrician
    nothing, of_django = sidebar(request)
    assert nothing == of_django
    assert reverse("admin:referrals_child_changelist") in everything
    assert reverse("admin:referrals_child_changelist") not in nothing


def test_the_rooms_are_said_in_the_language_of_the_page(cast: Cast) -> None:
    request = RequestFactory().get(reverse("admin:index"))
    request.user = cast.admin
    with translation.override("es"):
        spanish, of_django = sidebar(request)
        assert spanish == of_django
    assert sidebar(request)[0] not in (spanish, "")


def test_the_page_shows_what_django_would_show(site: Client, every_room: None) -> None:
    answer = site.get(reverse("admin:referrals_referral_changelist"), {"is_open__exact": "1"})
    page = answer.content.decode()
    cl = answer.context["cl"]
    assert cl.has_active_filters
    assert listed_rows(cl) in page
    assert listed_filters(cl) in page
    assert "Clear all filters" in page
    assert page.count('id="nav-sidebar"') == 1
    assert Referral.objects.filter(is_open=True).count() == len(cl.result_list)
