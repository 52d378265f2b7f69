"""What does a person type into each form?"""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from referrals.models import Organization, Referral, User
from referrals.models.record import new_id

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def pdf(name: str = "letter.pdf", mark: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + mark.encode())


def local(at: datetime) -> str:
    """A moment as the browser's own input writes it, on the clocks of the cast's places."""
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def soon(days: int = 7, hour: int = 10) -> datetime:
    """A time to come, on the hour."""
    at = timezone.localtime() + timedelta(days=days)
    return at.replace(hour=hour, minute=0, second=0, microsecond=0)


def a_child(**changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "given_name": "Ida", "family_name": "Berg", "date_of_birth": "2024-02-03",
        "language_spoken": "English", "language_written": "English",
        "guardian_given_name": "Eva", "guardian_family_name": "Berg",
        "guardian_relationship": "mother", "guardian_phone": "555-010-4477",
    } | changes  # fmt: skip


def an_adult(**changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "given_name": "Luc", "family_name": "Fontaine", "relationship": "father",
        "phone": "555-010-4478",
    } | changes  # fmt: skip


def a_referral(to: Organization, /, **changes: Any) -> dict[str, Any]:
    """The whole form, signed and sent."""
    return {
        "id": new_id(), "version": "", "source": "well_child_visit",
        "identified_on": timezone.localdate().isoformat(),
        "signs": ["tod.sensory"], "question": "Does she need help with dressing?",
        "intent": "habilitation", "urgency": "routine", "service": "evaluate_and_treat",
        "clinic": to.pk, "precautions": "", "screening": "", "diagnoses": "", "do": "send",
    } | changes  # fmt: skip


def a_visit(referral: Referral, therapist: User, **changes: Any) -> dict[str, Any]:
    return {
        "version": referral.version, "therapist": therapist.pk, "minutes": 60, "place": "clinic",
        "address": "", "starts_at": local(soon()),
    } | changes  # fmt: skip


def an_offer(referral: Referral, therapist: User, **changes: Any) -> dict[str, Any]:
    visit = a_visit(referral, therapist)
    del visit["starts_at"]
    return visit | {"time_1": local(soon()), "time_2": local(soon(8))} | changes


def an_attempt(referral: Referral, **changes: Any) -> dict[str, Any]:
    return {
        "version": referral.version, "attempted_at": local(timezone.now()),
        "channel": "phone", "whom": "Rosa Fontaine", "result": "no_answer", "note": "",
    } | changes  # fmt: skip
