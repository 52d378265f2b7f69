"""What can this interface do? The CapabilityStatement, made of the table that answers."""

from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.urls import reverse

from .element import Resource, concept
from .interface import KINDS, parameters
from .paper import BASE

#: The day on which what stands here last changed.
SINCE: Final = "2026-11-25"
_SMART: Final = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_TYPES: Final = {
    "date": ("_lastUpdated", "birthdate", "modified"),
    "token": ("_id", "identifier"),
    "reference": ("patient", "subject"),
    "string": ("family", "given", "name"),
}


def statement() -> Resource:
    """The CapabilityStatement of this server (R4, 4.0.1)."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": SINCE,
        "kind": "instance",
        "software": {"name": settings.SITE_NAME},
        "implementation": {
            "description": settings.SITE_NAME,
            "url": f"{settings.SITE_URL}{BASE}",
        },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "service": [
                        concept(
                            "OAuth 2 client credentials", (_SMART, "SMART-on-FHIR", "SMART-on-FHIR")
                        )
                    ],
                    "description": "A token with system scopes; see .well-known/smart-configuration.",
                },
                "resource": [_offered(kind) for kind in KINDS],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _token() -> str:
    return f"{settings.SITE_URL}{reverse('system_token')}"


def _offered(kind: str) -> Resource:
    told: Resource = {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "readHistory": False,
        "searchParam": [{"name": name, "type": _type(kind, name)} for name in parameters(kind)],
    }
    if kind == "Patient":
        everything = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
        told["operation"] = [{"name": "everything", "definition": everything}]
    return told


def _type(kind: str, name: str) -> str:
    rule = KINDS[kind]
    if name in rule.dates:
        return "date"
    if name in rule.statuses:
        return "token"
    return next(said for said, names in _TYPES.items() if name in names)


def smart(scopes: Iterable[str]) -> Resource:
    """How a system signs in, in the words of SMART App Launch 2.2."""
    return {
        "token_endpoint": _token(),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": list(scopes),
        "capabilities": ["permission-v1"],
    }
