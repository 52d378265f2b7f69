"""How do home activities come into the tests? Through the actions; entries as the phone left them."""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from referrals.actions.activity import give_activity
from referrals.models import Activity, Referral, User
from referrals.models.record import new_id


def an_activity(**changes: Any) -> dict[str, Any]:
    """All a home activity must say."""
    return {
        "title": "One button on the way out", "why": "A button a day is easy to keep up.",
        "steps": "Close all but one.\nMina closes that one.", "minutes": 5, "times_a_week": 5,
        "routine": "morning", "materials": "Her blue coat",
        "good_looks_like": "She closes it alone.", "stop_when": "It takes three tries.",
    } | changes  # fmt: skip


def given(referral: Referral, *, by: User, at: datetime, **changes: Any) -> Activity:
    """Given for all goals at work, unless `goals` says for which."""
    said = {"id": new_id(), "goals": list(referral.goals.all()), **an_activity(), **changes}
    return give_activity(referral=referral, by=by, at=at, **said)


def picture(
    name: str = "coat.jpg", size: tuple[int, int] = (60, 40), kind: str = "JPEG", mode: str = "RGB",
    colour: Any = "teal", **saving: Any,
) -> SimpleUploadedFile:  # fmt: skip
    """A picture of one colour, as a phone would send it."""
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **saving)
    return SimpleUploadedFile(name, out.getvalue())
