"""Which rooms does the administration have? Asked of each once for all who may do everything in it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.translation import get_language

Rooms = list[Any]

_of_anybody = admin.site.get_app_list
_of_all: dict[object, Rooms] = {}


def rooms(request: HttpRequest, app_label: str | None = None) -> Rooms:
    """As Django lists them; whoever may do everything is offered the same rooms on each page."""
    user: Any = request.user
    if app_label is not None or not (user.is_active and user.is_superuser):
        return _of_anybody(request, app_label)
    key = get_language(), get_script_prefix()
    if key not in _of_all:
        _of_all[key] = _of_anybody(request)
    return _of_all[key]
