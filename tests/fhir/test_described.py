"""Does the interface answer as it is described, whatever schemathesis makes of the description?"""

from typing import Any

import schemathesis
from hypothesis import given
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from referrals.models import Referral
from tests.rules import tried
from tests.wsgi import whole_site  # noqa: F401  # a fixture

from .conftest import Caller
from .description import description

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip


def test_every_answer_is_one_of_those_described(
    record: Referral, clinic_system: Caller, whole_site: Any
) -> None:
    known = [str(record.pk), str(record.child_id)]
    schema = schemathesis.openapi.from_dict(description(known))
    schema.app = whole_site
    held = {"Authorization": f"Bearer {clinic_system.token}"}
    for found in schema.get_all_operations():
        operation = found.ok()

        @tried(2)
        @given(case=operation.as_strategy())
        def as_described(case: Case) -> None:
            answer = case.call(headers=held)
            case.validate_response(answer, checks=CHECKS, headers=held)

        as_described()
