"""What does the office of the story do: somebody leaves, a child was registered twice, a record was opened?"""

from referrals.actions.child import register_child
from referrals.actions.emergency import open_emergency, review_emergency
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


def emergencies(stage: Stage) -> None:
    """Twice a therapist opened a record that was not theirs any more; of one the coordinator has yet to say."""
    child = Child.objects.select_related("practice").get(given_name="Jamal")
    first = open_emergency(
        id=new_id(), child=child, by=stage.people["second.therapist"],
        reason="The school called: he had a seizure, and they believe that he comes to us.",
        at=stage.when({"day": -4, "at": "11:05"}),
    )  # fmt: skip
    review_emergency(
        emergency=first, was_right=True, review="The school needed his precautions.",
        by=stage.people["coordinator"], at=stage.when({"day": -3, "at": "09:15"}),
    )  # fmt: skip
    open_emergency(
        id=new_id(), child=child, by=stage.people["therapist"],
        reason="The emergency room asks which medicines he takes; his mother cannot be reached.",
        at=stage.when({"day": -1, "at": "15:50"}),
    )  # fmt: skip
