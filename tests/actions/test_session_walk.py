"""Whatever happens to the visits: is a note owed exactly while one is missing, and is nothing counted twice?"""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.act import Duty
from referrals.actions import attendance, session
from referrals.actions.plan import signed_plan
from referrals.actions.refusal import Refused
from referrals.models import Appointment, Rating, Referral, Session, Task
from referrals.models.record import new_id
from referrals.queries.session import figures
from tests.session_stages import visits_of
from tests.stages import fresh

PEOPLE = ("therapist", "colleague", "coordinator", "family")
WHAT = ("attend", "attend", "write", "write", "sign", "sign", "cosign", "miss", "cancel", "undo", "amend")  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from(WHAT), st.integers(0, 2), st.integers(-2, 2)
    ),
    max_size=24,
)


@settings(max_examples=20)
@given(steps=STEPS)
def test_whatever_they_do_a_note_is_owed_exactly_while_one_is_missing(
    cast: Any, booked: Referral, assistant: Any, steps: list[tuple[str, str, int, int]]
) -> None:
    end = max(visit.ends_at for visit in visits_of(booked))
    for n, (who, what, number, level) in enumerate(steps):
        visit = visits_of(booked)[number]
        at = end + timedelta(minutes=n)
        try:
            step(booked, visit, getattr(cast, who), what, level, at)
        except Refused:
            pass
        else:
            assert who != "family"
        holds(booked, at)


def holds(referral: Referral, at: Any) -> None:
    visits = Appointment.objects.filter(referral=referral, purpose="therapy")
    final = Session.objects.filter(status="final")
    lacking = visits.filter(status="fulfilled").exclude(pk__in=final.values("appointment"))
    assert is_open(referral, Duty.SIGN_SESSION) == lacking.exists()
    waiting = final.filter(needs_cosign=True, cosigned_at=None)
    assert is_open(referral, Duty.COSIGN_SESSION) == waiting.exists()
    assert not final.exclude(appointment__status="fulfilled").exists()
    of = figures(referral, at)
    assert of.scheduled == of.attended + of.missed + of.cancelled_by_clinic
    assert of.share is None or 0 <= of.share <= 100
    # What stands in the notes is what was last rated, goal by goal and visit by visit; an
    # assistant's levels count from the co-signature on.
    for note in final.exclude(pk__in=waiting.values("pk")):
        rated = Rating.objects.filter(visit=note.appointment).order_by("at", "id")
        last = {str(rating.goal_id): rating.level for rating in rated}
        assert last == {entry["goal"]: entry["level"] for entry in note.worked_on}


def is_open(referral: Referral, duty: Duty) -> bool:
    return Task.objects.filter(referral=referral, duty=duty, is_open=True).exists()


def step(referral: Referral, visit: Appointment, by: Any, what: str, level: int, at: Any) -> None:
    note = visit.notes.order_by("-number").first()
    match what:
        case "attend":
            attendance.attend_session(appointment=visit, by=by, at=at)
        case "miss":
            attendance.miss_session(appointment=visit, by=by, at=at)
        case "cancel":
            attendance.cancel_session(
                appointment=visit, cancelled_by="clinic", reason="x", by=by, at=at
            )
        case "undo":
            attendance.undo_session(appointment=visit, by=by, at=at)
        case "write" | "amend":
            known = note is not None and note.is_draft
            session.draft_session(
                id=note.pk if known else new_id(), appointment=visit, by=by, at=at, done="Beads.",
                edition=note.edition if known else None, reason="x" if what == "amend" else "",
                worked_on=[{"goal": str(referral.goals.get().pk), "level": level}],
            )  # fmt: skip
        case "sign" if note is not None:
            plan = signed_plan(fresh(referral))
            session.sign_session(session=note, edition=note.edition, plan=plan.pk, by=by, at=at)  # type: ignore[union-attr]
        case "cosign" if note is not None:
            session.cosign_session(session=note, by=by, at=at)
        case _:
            raise Refused("There is no note.")
