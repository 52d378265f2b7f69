"""What do places of the tests keep of their own?"""

from typing import Any

from referrals.models import Organization, OwnActivity, OwnGoal, OwnPayer

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


def own_payer(place: Organization, **said: Any) -> OwnPayer:
    made = OwnPayer(organization=place, **COUNTY | said)
    made.full_clean()
    made.save()
    return made
