"""What does the interface promise? An OpenAPI description made of the product's own tables."""

from typing import Any, Final

from referrals.fhir.capability import statement
from referrals.fhir.interface import KINDS
from tests.nasty import NASTY

ROOT: Final = "/fhir/R4"
#: What a parameter of each sort may look like; what is none is sent as well.
SORTS: Final[dict[str, dict[str, Any]]] = {
    "date": {
        "type": "string",
        "pattern": r"^(eq|ne|gt|ge|lt|le|sa|eb|ap)?\d{4}(-\d{2}(-\d{2})?)?$",
    },
    "token": {"type": "string", "pattern": r"^([a-z:/.]{0,30}\|)?[a-z-]{0,20}$"},
    "reference": {"type": "string", "pattern": r"^(Patient/)?[0-9a-f-]{36}$"},
    "string": {"type": "string", "maxLength": 60},
}
_OUTCOME: Final = {
    "type": "object", "required": ["resourceType", "issue"],
    "properties": {
        "resourceType": {"const": "OperationOutcome"}, "issue": {"type": "array", "minItems": 1},
    },
}  # fmt: skip
_SHAPING: Final = [
    {"name": "_count", "in": "query", "schema": {"type": "integer"}},
    {"name": "_summary", "in": "query", "schema": {"enum": ["count", "false"]}},
    {"name": "_format", "in": "query", "schema": {"enum": ["json", "application/fhir+json"]}},
    {"name": "_page", "in": "query", "schema": {"type": "string"}},
]
#: No half letters: no schema can be written with them.
_WRONG: Final = [one for one in NASTY if one == one.encode(errors="replace").decode()]
REFUSALS: Final = ("400", "403", "404", "405", "406", "413", "415", "422")


def description(known: list[str]) -> dict[str, Any]:
    """OpenAPI 3.1; among the ids that are asked for are those that are `known`."""
    offered: list[Any] = statement()["rest"][0]["resource"]
    paths: dict[str, Any] = {ROOT: {"post": _operation([], "Bundle", ("201", "202"), _bundle())}}
    for one in offered:
        kind, said = one["type"], [_parameter(told) for told in one["searchParam"]]
        form = {told["name"]: told["schema"] for told in [*said, *_SHAPING]}
        paths[f"{ROOT}/{kind}"] = {"get": _operation([*said, *_SHAPING], "Bundle")}
        paths[f"{ROOT}/{kind}/_search"] = {
            "post": _operation(
                [], "Bundle", ("200",), _body(form, "application/x-www-form-urlencoded")
            )
        }
        paths[f"{ROOT}/{kind}/{{id}}"] = {"get": _operation([_id(known)], kind)}
    every = [{"name": "_type", "in": "query", "schema": {"enum": [*KINDS, "Nothing"]}}, *_SHAPING]
    paths[f"{ROOT}/Patient/{{id}}/$everything"] = {
        "get": _operation([_id(known), *every], "Bundle")
    }
    paths[f"{ROOT}/metadata"] = {"get": _operation([], "CapabilityStatement")}
    return {"openapi": "3.1.0", "info": {"title": "FHIR", "version": "4.0.1"}, "paths": paths}


def _parameter(told: dict[str, str]) -> dict[str, Any]:
    either = {"anyOf": [SORTS[told["type"]], {"enum": _WRONG}]}
    return {"name": told["name"], "in": "query", "schema": either}


def _id(known: list[str]) -> dict[str, Any]:
    schema = {"anyOf": [{"enum": known}, {"type": "string", "minLength": 1}]}
    return {"name": "id", "in": "path", "required": True, "schema": schema}


def _operation(
    parameters: list[Any], kind: str, well: tuple[str, ...] = ("200",), body: Any = None
) -> dict[str, Any]:
    told = {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"const": kind}},
    }
    answers = {
        **{status: _answer(told) for status in well},
        **{status: _answer(_OUTCOME) for status in REFUSALS},
    }
    return {
        "parameters": parameters,
        "responses": answers,
        **({"requestBody": body} if body else {}),
    }


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "", "content": {"application/fhir+json": {"schema": schema}}}


def _body(properties: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"content": {kind: {"schema": {"type": "object", "properties": properties}}}}


def _bundle() -> dict[str, Any]:
    resource = {
        "type": "object", "required": ["resourceType"],
        "properties": {"resourceType": {"enum": [*KINDS, "MessageHeader"]}},
    }  # fmt: skip
    entry = {"type": "object", "properties": {"resource": resource, "fullUrl": {"type": "string"}}}
    told = {
        "resourceType": {"const": "Bundle"}, "type": {"enum": ["transaction", "message", "batch"]},
        "entry": {"type": "array", "maxItems": 3, "items": entry},
    }  # fmt: skip
    return _body(told, "application/fhir+json")
