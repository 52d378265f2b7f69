"""Does the phone's queue answer as it is described, whatever schemathesis makes of the description?"""

from typing import Any

import schemathesis
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from referrals.models import Activity, Practice
from tests.nasty import KEYS, MOMENTS, NUMBERS
from tests.rules import tried
from tests.wsgi import whole_site  # noqa: F401  # a fixture

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
TEXT = {"type": "string"}


def answered(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def description(person: str, activity: str) -> dict[str, Any]:
    """OpenAPI 3.1: who is signed in, and what waited on their phone."""
    key = {"type": "string", "format": "uuid"}
    moment = {"anyOf": [{"type": "string", "format": "date-time"}, {"enum": list(MOMENTS)}]}
    number = {"anyOf": [{"type": "integer"}, {"type": "null"}, {"enum": list(NUMBERS)}]}
    entry = {
        "id": {"anyOf": [key, {"enum": list(KEYS)}]}, "activity": {"enum": [activity, *KEYS]},
        "result": {"anyOf": [{"enum": ["did", "tried", "not"]}, TEXT]}, "days_ago": number,
        "minutes": number, "word": TEXT, "tapped_at": moment,
    }  # fmt: skip
    entries = {
        "type": "array", "maxItems": 4,
        "items": {"type": "object", "required": list(entry), "properties": entry},
    }  # fmt: skip
    sent = {"user": {"enum": [person, *KEYS]}, "phone_now": moment, "entries": entries}
    body = {"type": "object", "required": list(sent), "properties": sent}
    told = {"type": "object", "required": ["id", "status", "sentence"], "properties": {
        "id": TEXT, "status": {"enum": ["saved", "already", "refused"]}, "sentence": TEXT,
    }}  # fmt: skip
    post = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": answered(user=TEXT, answers={"type": "array", "items": told}),
            **{refusal: answered(error=TEXT) for refusal in ("400", "409")},
        },
    }
    get = {"responses": {"200": answered(user=TEXT, token=TEXT)}}
    paths = {reverse("practice_queue"): {"get": get, "post": post}}
    return {"openapi": "3.1.0", "info": {"title": "Queue", "version": "1"}, "paths": paths}


def test_every_answer_is_one_of_those_described(
    cast: Any, activity: Activity, whole_site: Any
) -> None:
    door = Client()
    door.force_login(cast.family)
    token = door.get(reverse("practice_queue")).json()["token"]
    held = {name: door.cookies[name].value for name in ("csrftoken", settings.SESSION_COOKIE_NAME)}
    own = {"headers": {"X-CSRFToken": token}, "cookies": held}
    schema = schemathesis.openapi.from_dict(description(str(cast.family.pk), str(activity.pk)))
    schema.app = whole_site
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            if mode is GenerationMode.NEGATIVE and operation.method == "get":
                continue  # nothing is asked in it that could be wrong

            @tried(25)
            @given(case=operation.as_strategy(generation_mode=mode))
            def as_described(case: Case) -> None:
                case.validate_response(case.call(**own), checks=CHECKS)

            as_described()
    assert set(Practice.objects.values_list("activity", flat=True)) <= {activity.pk}
