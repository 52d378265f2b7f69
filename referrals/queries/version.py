"""What stands in one version of a goal, and what did the next one change?"""

from typing import Any, Final

from django.utils.translation import gettext

from referrals.clinical.gas import LEVELS
from referrals.clinical.ladder import signed
from referrals.models import GoalVersion
from referrals.wording import day, like, typed_by

_NAMES: Final = {f.name: f.verbose_name for f in GoalVersion._meta.fields}


def fields_of(version: GoalVersion, *, for_family: bool) -> list[tuple[str, Any]]:
    """What stands beside the statement."""
    found = [
        (gettext("Today"), typed_by(version.baseline, version)),
        (gettext("What is counted"), typed_by(version.measure, version)),
        (gettext("By when"), day(version.target_on)),
    ]
    if for_family:
        return found
    return [
        *found,
        (gettext("Importance"), version.get_importance_display()),
        (gettext("Difficulty"), version.get_difficulty_display()),
    ]


def differences(before: GoalVersion, after: GoalVersion) -> list[tuple[str, str, str]]:
    """What changed from one version to the next: (what, before, after), each as people read it.

    A statement that is made of the parts changes with them, and says nothing more.
    """
    return [
        (gettext(str(_NAMES[name])).capitalize(), _said(before, name),
         _said(after, name))
        for name in GoalVersion.CONTENT
        if _said(before, name) != _said(after, name)
        and (name != "statement" or before.own_statement or after.own_statement)
    ]  # fmt: skip


def _said(version: GoalVersion, name: str) -> str:
    value = getattr(version, name)
    if name == "levels":
        steps = zip(LEVELS, value, strict=True)
        words = [(level, typed_by(step["words"], version)) for level, step in steps]
        said = "\n".join(f"{signed(level)}: {text}" for level, text in words)
        return like(words[0][1], said)
    if name == "target_on":
        return day(value)
    shown = getattr(version, f"get_{name}_display", None)
    return str(shown()) if shown else typed_by(str(value), version)
