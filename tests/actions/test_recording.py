"""Does every action leave exactly one event, and every look one line?"""

from referrals.actions.recording import record, record_view
from referrals.models import Event, RecordView


def test_an_event_carries_child_custodian_actor_and_time(child, practice, therapist, now):
    event = record("child_changed", child=child, about=child.pk, by=therapist, at=now, fields=["x"])
    assert Event.objects.get(pk=event.pk) == event
    assert (event.child, event.organization, event.about, event.by, event.at, event.data) == (
        child, practice, child.pk, therapist, now, {"fields": ["x"]},
    )  # fmt: skip


def test_a_look_is_a_line_of_its_own_and_no_event(child, therapist, now):
    before = Event.objects.count()
    record_view(child=child, by=therapist, at=now, role="therapist", page="child_detail")
    view = RecordView.objects.get()
    assert (view.child, view.user, view.role, view.page, view.at) == (
        child, therapist, "therapist", "child_detail", now,
    )  # fmt: skip
    assert Event.objects.count() == before


def test_a_whole_referral_leaves_one_event_a_step(scheduled):
    kinds = list(
        Event.objects.filter(about=scheduled.pk).order_by("at", "id").values_list("kind", flat=True)
    )
    assert kinds == [
        "referral_drafted", "referral_sent", "referral_received", "referral_accepted",
        "referral_contacted", "appointment_booked",
    ]  # fmt: skip
