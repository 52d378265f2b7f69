"""How does a list of the administration look? As Django draws it, but what repeats is looked up once.

Of Django's own page most of the time goes into the templates, addresses and fields that it looks up
anew for each cell, and into a list of all rooms that is the same on every page.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import (
    display_for_field,
    display_for_value,
    lookup_field,
    quote,
)
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BooleanField, DateField, Field, ForeignKey, TimeField
from django.template.defaultfilters import capfirst
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

register = template.Library()

#: Draws one cell of a row.
Cell = Callable[[Any], str]
#: Stands in an address where the key of a row will.
_KEY: Final = "0123456789-key-9876543210"
#: So many pictures of the rooms are kept: of each language the one of each room, and to spare.
_MOST: Final = 500


# --- Rows -------------------------------------------------------------------------------------


@register.simple_tag
def listed_rows(cl: Any) -> SafeString:
    """The table of a list: Django's `result_list`, without a field that is edited in the list itself."""
    rows = list(cl.result_list)
    if not rows:
        return SafeString("")
    cells = [_cell(cl, at, name) for at, name in enumerate(cl.list_display)]
    lines = "".join(f"<tr>{''.join([draw(row) for draw in cells])}</tr>\n" for row in rows)
    # Safe: every cell is escaped where it is drawn.
    return mark_safe(  # nosec B308 B703
        f'<div class="results">\n<table id="result_list">\n<thead>\n<tr>{_heads(cl)}</tr>\n</thead>\n'
        f"<tbody>\n{lines}</tbody>\n</table>\n</div>\n"
    )


def _heads(cl: Any) -> str:
    heads = list(result_headers(cl))
    several = sum(1 for head in heads if head["sortable"] and head["sorted"]) > 1
    return "".join(_head(head, several) for head in heads)


def _head(head: Mapping[str, Any], several: bool) -> str:
    said, order = conditional_escape(capfirst(head["text"])), ""
    if not head["sortable"]:
        text = f"<span>{said}</span>"
    else:
        text = f'<a href="{escape(head["url_primary"])}">{said}</a>'
        if head["sort_priority"] > 0:
            order = _order(head, several)
    return (
        f'<th scope="col"{head["class_attrib"]}>{order}<div class="text">{text}</div>'
        '<div class="clear"></div></th>'
    )


def _order(head: Mapping[str, Any], several: bool) -> str:
    """Where one turns the order of a column round, or takes it off."""
    way, first = "ascending" if head["ascending"] else "descending", ""
    if several:
        said = gettext("Sorting priority: %(priority_number)s")
        said %= {"priority_number": head["sort_priority"]}
        first = (
            f'<span class="sortpriority" title="{escape(said)}">{int(head["sort_priority"])}</span>'
        )
    return (
        f'<div class="sortoptions"><a class="sortremove" href="{escape(head["url_remove"])}" '
        f'title="{gettext("Remove from sorting")}"></a>{first}<a href="{escape(head["url_toggle"])}" '
        f'class="toggle {way}" title="{gettext("Toggle sorting")}"></a></div>'
    )


def _cell(cl: Any, at: int, name: Any) -> Cell:
    """What draws a column: where it is found, its classes and its link are looked up once."""
    said = name if isinstance(name, str) else name.__name__
    field = next((one for one in cl.lookup_opts.concrete_fields if one.name == name), None)
    linked = _is_linked(cl, name)
    if field is None or field.auto_created:
        draw = _computed(cl, name, said)
    else:
        draw = _stored(cl, field, said, avoid_link=linked)
    if not linked:
        return lambda row: "<td{}>{}</td>".format(*draw(row))
    tag = "th" if name == next(one for one in cl.list_display if _is_linked(cl, one)) else "td"
    before, after = _address(cl).split(_KEY)
    key = str(cl.to_field or cl.lookup_opts.pk.attname)

    def link(row: Any) -> str:
        css, text = draw(row)
        where = f"{before}{escape(quote(row.pk))}{after}"
        opener = (
            f' data-popup-opener="{escape(row.serializable_value(key))}"' if cl.is_popup else ""
        )
        return f'<{tag}{css}><a href="{where}"{opener}>{text}</a></{tag}>'

    return link


def _is_linked(cl: Any, name: Any) -> bool:
    if cl.list_display_links is None:
        return False
    if not cl.list_display_links:
        return bool(name == cl.list_display[0])
    return name in cl.list_display_links


def _address(cl: Any) -> str:
    """Of a row's own page, which leads back to this search; `_KEY` stands where its key will."""
    name = f"admin:{cl.opts.app_label}_{cl.opts.model_name}_change"
    url = reverse(name, args=[_KEY], current_app=cl.model_admin.admin_site.name)
    told = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    return escape(add_preserved_filters(told, url))


def _computed(cl: Any, name: Any, said: str) -> Callable[[Any], tuple[str, str]]:
    """What a room or a row works out, as Django looks it up."""
    css = "action-checkbox" if name == "action_checkbox" else f"field-{said}"
    nothing = cl.model_admin.get_empty_value_display()

    def draw(row: Any) -> tuple[str, str]:
        try:
            _, attr, value = lookup_field(name, row, cl.model_admin)
        except ObjectDoesNotExist:
            return f' class="{css}"', conditional_escape(nothing)
        if isinstance(value, str) and not value.strip():
            value = ""
        of = getattr(attr, "fget", attr)  # a property's own words stand on its function
        empty = getattr(attr, "empty_value_display", nothing)
        text = display_for_value(value, empty, getattr(of, "boolean", False))
        wide = " nowrap" if hasattr(value, "isoformat") else ""
        return f' class="{css}{wide}"', conditional_escape(text)

    return draw


def _stored(
    cl: Any, field: "Field[Any, Any]", said: str, avoid_link: bool
) -> Callable[[Any], tuple[str, str]]:
    """A column of the table."""
    nothing = cl.model_admin.get_empty_value_display()
    is_wide = isinstance(field, DateField | TimeField | ForeignKey)
    css = f' class="field-{said}{" nowrap" if is_wide else ""}"'

    def text(row: Any) -> str:
        if isinstance(field, ForeignKey):
            other = getattr(row, field.name)
            return conditional_escape(nothing if other is None else other)
        value = getattr(row, field.attname)
        if isinstance(value, str) and not value.strip():
            value = ""
        return conditional_escape(display_for_field(value, field, nothing, avoid_link=avoid_link))

    # What stands in many rows is drawn once.
    few = isinstance(field, BooleanField | ForeignKey) or bool(getattr(field, "flatchoices", None))
    drawn: dict[Any, str] = {}

    def draw(row: Any) -> tuple[str, str]:
        if not few:
            return css, text(row)
        value = getattr(row, field.attname)
        if value not in drawn:
            drawn[value] = text(row)
        return css, drawn[value]

    return draw


# --- Filters ----------------------------------------------------------------------------------


@register.simple_tag
def listed_filters(cl: Any) -> SafeString:
    """Every filter of a list with its choices: Django's `admin_list_filter`, for all of them."""
    # Safe: every word is escaped where it is drawn.
    return mark_safe("".join(_filters(cl)))  # nosec B308 B703


def _filters(cl: Any) -> Iterator[str]:
    by = gettext(" By %(filter_title)s ")
    for one in cl.filter_specs:
        title = escape(one.title)
        yield (
            f'<details data-filter-title="{title}" open>\n<summary>\n'
            f"{by % {'filter_title': title}}\n</summary>\n<ul>\n"
        )
        for choice in one.choices(cl):
            chosen = ' class="selected"' if choice["selected"] else ""
            where = escape(iri_to_uri(choice["query_string"]))
            yield f'<li{chosen}>\n<a href="{where}">{conditional_escape(choice["display"])}</a></li>\n'
        yield "</ul>\n</details>\n"


# --- Rooms ------------------------------------------------------------------------------------

_drawn: dict[object, SafeString] = {}


@register.simple_tag(takes_context=True)
def all_rooms(context: Any) -> SafeString:
    """The list of rooms beside every page: Django's own, drawn once for each room that one stands in."""
    path, rooms = context["request"].path, context["available_apps"]
    pages = [app["app_url"] for app in rooms]
    for app in rooms:
        for room in app["models"]:
            pages += (room["admin_url"], room["add_url"])
    # What is drawn depends on nothing else: who may open what shows in the addresses.
    here = tuple(page for page in pages if page and page in path)
    shown = (get_language(), here, tuple(pages))
    if shown not in _drawn:
        if len(_drawn) >= _MOST:
            _drawn.clear()
        told = {"available_apps": rooms, "request": context["request"]}
        _drawn[shown] = mark_safe(render_to_string("admin/nav_sidebar.html", told))  # nosec B308 B703
    return _drawn[shown]
