"""What do places of the tests keep of their own?"""

from typing import Any

from referrals.models import (
    Organization,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    OwnScale,
)

#: As an administrator types it: read by a family with ease.
LADDER: dict[str, Any] = {
    "code": "h_ladder", "domain": "self_care", "bands": ["toddler", "preschooler"],
    "title": "The sock ladder", "why": "Each sock makes the next one easy.",
    "steps": "Sit on the low step.\nPull the sock over the toes.\nLet Mina pull the rest.",
    "minutes": 4, "times_a_week": 5, "routine": "morning", "materials": "Wide socks",
    "good_looks_like": "She pulls with both hands.", "stop_when": "She cries or turns away.",
    "source": "Harbor Therapy, 2026",
}  # fmt: skip
IN_SPANISH: dict[str, str] = {
    "title_es": "La escalera de calcetines", "why_es": "Cada calcetín hace fácil el siguiente.",
    "steps_es": "Siéntense en el escalón.\nPase el calcetín por los dedos.\nDeje que jale el resto.",
    "materials_es": "Calcetines anchos", "good_looks_like_es": "Jala con las dos manos.",
    "stop_when_es": "Llora o se voltea.",
}  # fmt: skip
#: A goal to start from, as an administrator types it.
ZIP: dict[str, Any] = {
    "code": "g_zip", "domain": "self_care", "bands": ["toddler", "preschooler"],
    "title": "Zips a coat", "does_what": "zip the blue coat",
    "conditions": "standing by the hooks", "how_well": "4 of 6 times",
    "measure": "times zipped out of 6", "amounts": "1, 2, 4, 5, 6",
    "step": "Zips it {amount} of 6 times", "source": "Harbor Therapy, 2026",
}  # fmt: skip
ZIP_IN_SPANISH: dict[str, str] = {
    "title_es": "Cierra el abrigo", "does_what_es": "subir el cierre del abrigo azul",
    "conditions_es": "de pie junto a los ganchos", "how_well_es": "4 de 6 veces",
    "measure_es": "veces que lo sube, de 6", "step_es": "Lo sube {amount} de 6 veces",
}  # fmt: skip
#: A test of the clinic's own, made for children older than Mina, and what its scores look like.
PEGS: dict[str, Any] = {
    "code": "h_pegs", "name": "Harbor Peg Check", "edition": "2026", "measures": "grip and release",
    "from_month": 36, "to_month": 83, "source": "Harbor Therapy, 2026",
}  # fmt: skip
MINUTE: dict[str, Any] = {
    "code": "minute", "label": "Pegs in a minute", "score_type": "raw",
    "direction": "higher_is_better", "minimum": 0, "maximum": 40,
}  # fmt: skip
STRAIN: dict[str, Any] = {
    "code": "strain", "label": "Strain", "score_type": "t", "direction": "higher_is_worse",
    "mean": 50, "sd": 8,
}  # fmt: skip
COUNTY: dict[str, Any] = {
    "code": "county", "name": "Harbor County Plan", "sign_within": 14, "valid_days": 60,
    "source": "Contract of 2026",
}  # fmt: skip


def own_activity(place: Organization, **said: Any) -> OwnActivity:
    """Whole and sound, in both languages; saved only as the administration would let it be."""
    made = OwnActivity(organization=place, **LADDER | IN_SPANISH | said)
    made.full_clean()
    made.save()
    return made


def own_goal(place: Organization, **said: Any) -> OwnGoal:
    """Whole and sound, in both languages; saved only as the administration would let it be."""
    made = OwnGoal(organization=place, **ZIP | ZIP_IN_SPANISH | said)
    made.full_clean()
    made.save()
    return made


def own_instrument(place: Organization, *scales: dict[str, Any], **said: Any) -> OwnInstrument:
    """With these scales, or the two above; saved only as the administration would let it be."""
    made = OwnInstrument(organization=place, **PEGS | said)
    made.full_clean()
    made.save()
    for facts in scales or (MINUTE, STRAIN):
        scale = OwnScale(instrument=made, **facts)
        scale.full_clean()
        scale.save()
    return made


def own_payer(place: Organization, **said: Any) -> OwnPayer:
    made = OwnPayer(organization=place, **COUNTY | said)
    made.full_clean()
    made.save()
    return made
