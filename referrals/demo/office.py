"""What does the office of the story do: somebody leaves, and a child was registered twice?"""

from referrals.actions.child import register_child
from referrals.actions.leaving import close_account
from referrals.actions.merge import merge_children, undo_merge
from referrals.models import Child
from referrals.models.record import new_id

from .stage import Stage


def office(stage: Stage) -> None:
    """A pediatrician registered a child anew and left; the two records are made one at the second try."""
    by, left = stage.people["admin"], stage.people["former.pediatrician"]
    child = Child.objects.select_related("practice").get(given_name="Poppy")
    twice = register_child(
        id=new_id(), practice=child.practice, given_name=child.given_name,
        family_name=f"{child.family_name}e", date_of_birth=child.date_of_birth, by=left,
        at=stage.when({"day": -25, "at": "09:10"}),
    )  # fmt: skip
    close_account(
        person=left, takers={child.practice_id: stage.people["pediatrician"]}, reason="Retires.",
        by=by, at=stage.when({"day": -20, "at": "16:30"}),
    )  # fmt: skip
    merge = merge_children(
        id=new_id(), kept=child, lost=twice, reason="Same name but for a letter.", by=by,
        at=stage.when({"day": -6, "at": "11:00"}),
    )  # fmt: skip
    undo_merge(merge=merge, by=by, at=stage.when({"day": -6, "at": "11:20"}))
    merge_children(
        id=new_id(), kept=child, lost=twice, reason="Same birth certificate, seen by the practice.",
        by=by, at=stage.when({"day": -5, "at": "10:00"}),
    )  # fmt: skip
