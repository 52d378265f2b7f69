"""Is an evaluation written with nothing typed twice, signed once, and amended without losing a word?"""

from datetime import date, datetime, timedelta

import pytest

from referrals.act import Duty
from referrals.actions.closing import cancel_referral
from referrals.actions.evaluation import (
    amend_evaluation,
    cut_short_evaluation,
    draft_evaluation,
    sign_evaluation,
    tell_profile,
)
from referrals.clinical.findings import missing
from referrals.models import Evaluation, FamilyProfile, Referral, Task, User
from referrals.models.record import new_id
from referrals.pathway import State
from tests.actions.outcome import kinds, outrun, owed, refused, told
from tests.conftest import Cast
from tests.stages import evaluation_content

PROFILE = {
    "wants": "She wants to put on her own boots.", "supports": "Singing.", "barriers": "Hurry.",
    "routines": "Breakfast at six.", "priorities": "A calm start.",
}  # fmt: skip


def read(evaluation: Evaluation) -> Evaluation:
    return Evaluation.objects.get(pk=evaluation.pk)


def open_duties(referral: Referral) -> list[str]:
    """What is owed now; that the order ends in a year is nobody's duty yet."""
    near = referral.tasks.filter(is_open=True).exclude(duty__endswith="prescription")
    return list(near.values_list("duty", flat=True))


# --- The family's part ---


def test_setting_the_visit_asks_the_family_for_its_part_until_that_day(
    scheduled: Referral, now: datetime
):
    task = scheduled.tasks.get(duty=Duty.TELL_PROFILE)

    assert (task.party, task.due_on, task.is_open) == ("family", date(2026, 3, 9), True)


def test_what_the_family_tells_is_kept_and_pulled_into_the_evaluation(
    cast: Cast, scheduled: Referral, now: datetime, later: datetime
):
    tell_profile(referral=scheduled, by=cast.family, at=now + timedelta(hours=5), **PROFILE)

    assert open_duties(scheduled) == []
    assert kinds(scheduled.pk)[-1] == "evaluation_profile_told"
    assert told("evaluation_profile_told") == ["Thea"]
    begun = draft_evaluation(id=new_id(), referral=scheduled, by=cast.therapist, at=later)
    assert {name: getattr(begun, name) for name in PROFILE} == PROFILE


def test_a_second_telling_brings_it_up_to_date_and_the_same_one_twice_is_one(
    cast: Cast, scheduled: Referral, now: datetime
):
    first = tell_profile(referral=scheduled, by=cast.family, at=now, **PROFILE)
    tell_profile(referral=scheduled, edition=1, by=cast.family, at=now, **PROFILE)
    changed = PROFILE | {"wants": "Boots and hat."}
    again = tell_profile(referral=scheduled, edition=1, by=cast.family, at=now, **changed)

    assert (again.pk, again.edition, again.wants) == (first.pk, 2, "Boots and hat.")
    assert kinds(scheduled.pk).count("evaluation_profile_told") == 2


def test_two_adults_who_tell_at_once_are_told_of_each_other(
    cast: Cast, scheduled: Referral, now: datetime
):
    tell_profile(referral=scheduled, by=cast.family, at=now, **PROFILE)
    other = PROFILE | {"wants": "To swim."}
    tell_profile(referral=scheduled, edition=1, by=cast.family, at=now, **other)

    with outrun("Another adult"):
        tell_profile(
            referral=scheduled, edition=1, by=cast.family, at=now, **PROFILE | {"wants": "To sing."}
        )
    assert FamilyProfile.objects.get().wants == "To swim."


def test_an_empty_part_is_refused(cast: Cast, scheduled: Referral, now: datetime):
    with refused("wants", "Write a few words"):
        tell_profile(referral=scheduled, by=cast.family, at=now, **dict.fromkeys(PROFILE, " "))


def test_only_the_family_tells_its_part(cast: Cast, scheduled: Referral, now: datetime):
    with refused(None, "Only the family"):
        tell_profile(referral=scheduled, by=cast.therapist, at=now, **PROFILE)


# --- Writing ---


def test_a_first_draft_begins_with_what_is_known(cast: Cast, scheduled: Referral, later: datetime):
    evaluation = draft_evaluation(id=new_id(), referral=scheduled, by=cast.therapist, at=later)

    assert evaluation.evaluated_on == date(2026, 3, 9)
    assert evaluation.language == cast.child.language_spoken
    assert "Does she need help with dressing and with textures?" in evaluation.history
    assert evaluation.appointment == scheduled.appointments.get(status="booked")
    assert kinds(scheduled.pk)[-1] == "evaluation_drafted"


def test_the_same_form_twice_keeps_one_draft(cast: Cast, scheduled: Referral, later: datetime):
    key = new_id()
    for _ in range(2):
        draft_evaluation(
            id=key, referral=scheduled, by=cast.therapist, at=later, strengths="Brave."
        )

    assert Evaluation.objects.count() == 1
    assert kinds(scheduled.pk).count("evaluation_drafted") == 1
    assert "evaluation_draft_saved" not in kinds(scheduled.pk)


def test_two_therapists_on_one_evaluation_are_told_and_neither_is_overwritten(
    cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime
):
    draft_evaluation(
        id=drafted.pk, referral=scheduled, edition=1, by=cast.colleague, at=later,
        strengths="Sings.",
    )  # fmt: skip

    with outrun("Somebody changed this"):
        draft_evaluation(
            id=drafted.pk, referral=scheduled, edition=1, by=cast.therapist, at=later,
            strengths="Runs.",
        )  # fmt: skip
    with outrun("Somebody changed this"):
        draft_evaluation(id=new_id(), referral=scheduled, by=cast.therapist, at=later)
    assert read(drafted).strengths == "Sings."


@pytest.mark.parametrize(
    ("content", "field", "sentence"),
    [
        ({"evaluated_on": date(2027, 1, 1)}, "evaluated_on", "future"),
        ({"evaluated_on": date(2001, 1, 1)}, "evaluated_on", "before the child was born"),
        ({"evaluated_on": date(2026, 3, 1)}, "evaluated_on", "before the referral of 2 Mar 2026"),
        ({"findings": [{"area": "hair", "method": "observation", "level": "expected", "words": "x"}]}, "findings", "Finding 1: choose from the lists."),
        ({"scores": [{"instrument": "pdms_3", "scale": "subtest", "score": "400"}]}, "scores", "Score 1: This scale goes from 0 to 28."),
        ({"scores": [{"instrument": "pdms_3", "scale": "elbow", "score": "10"}]}, "scores", "Choose a scale"),
        ({"scores": [{"instrument": "pdms_3", "scale": "subtest", "score": "10", "age_used": "adjusted"}]}, "scores", "no adjusted age"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(
    content, field, sentence, cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime
):
    with refused(field, sentence):
        draft_evaluation(id=drafted.pk, referral=scheduled, by=cast.therapist, at=later, **content)


def test_a_score_keeps_its_own_metric(
    cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime
):
    typed = [
        {"instrument": "real", "scale": "total", "score": "80"},
        {"instrument": "bot_2", "scale": "composite", "score": "39", "percentile": "14"},
    ]
    draft_evaluation(id=drafted.pk, referral=scheduled, by=cast.therapist, at=later, scores=typed)

    real, bot = read(drafted).scores
    assert (real["mean"], real["sd"], real["score"], real["age_used"]) == (
        100, 10, 80, "chronological",
    )  # fmt: skip
    assert (bot["score_type"], bot["percentile"], bot["scale_name"]) == ("t", "14", "Composite")


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "family", "stranger", "admin"])
def test_only_the_therapists_of_the_clinic_write(
    who: str, cast: Cast, scheduled: Referral, later: datetime
):
    with refused(None, "Only the therapist"):
        draft_evaluation(
            id=new_id(), referral=scheduled, by=getattr(cast, who), at=later, strengths="x"
        )


# --- Signing ---


def test_signing_moves_the_referral_on_and_owes_the_plan(
    cast: Cast, drafted: Evaluation, evaluated: Referral, later: datetime
):
    signed = read(drafted)

    assert evaluated.state == State.EVALUATED
    assert owed(evaluated) == ("explain_plan", "Thea", date(2026, 4, 8))
    assert (signed.status, signed.signed_by, signed.signature) == (
        "final", cast.therapist, "Thea Marsh, OTR/L",
    )  # fmt: skip
    assert evaluated.appointments.get().status == "fulfilled"
    assert sorted(evaluated.loop) == ["1", "2", "3", "4", "5"]
    assert told("evaluation_signed") == ["Ada", "Rosa"]
    assert open_duties(evaluated) == []


def test_a_signed_evaluation_never_changes(
    cast: Cast, drafted: Evaluation, evaluated: Referral, later: datetime
):
    with outrun():
        draft_evaluation(
            id=drafted.pk, referral=evaluated, by=cast.therapist, at=later, strengths="x"
        )
    with outrun():
        sign_evaluation(referral=evaluated, by=cast.therapist, at=later)
    assert read(drafted).strengths == "She does not give up."


def test_what_is_missing_is_named_before_it_can_be_signed(
    cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime
):
    draft_evaluation(
        id=drafted.pk, referral=scheduled, by=cast.therapist, at=later, strengths="",
        recommendation="other",
    )  # fmt: skip

    with refused(
        None,
        "This is still missing: Name the child’s strengths. Say which other service. "
        "Write what the other service should know.",
    ):
        sign_evaluation(referral=scheduled, by=cast.therapist, at=later)


def test_nobody_signs_what_changed_under_their_eyes(
    cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime
):
    draft_evaluation(
        id=drafted.pk, referral=scheduled, by=cast.colleague, at=later, strengths="Other."
    )

    with outrun("Somebody changed this"):
        sign_evaluation(referral=scheduled, edition=1, by=cast.therapist, at=later)
    assert read(drafted).status == "draft"


def test_nobody_signs_without_credentials(
    cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime
):
    User.objects.filter(pk=cast.therapist.pk).update(credentials="")
    bare = User.objects.get(pk=cast.therapist.pk)

    with refused(None, "You cannot sign"):
        sign_evaluation(referral=scheduled, by=bare, at=later)


# --- Amending ---


def test_an_amendment_is_a_new_version_that_says_why_and_moves_nothing(
    cast: Cast, drafted: Evaluation, evaluated: Referral, later: datetime
):
    at = later + timedelta(days=1)
    amended = amend_evaluation(
        id=new_id(), referral=evaluated, reason="The hearing test came.", by=cast.colleague, at=at
    )
    draft_evaluation(
        id=amended.pk, referral=evaluated, edition=1, by=cast.colleague, at=at,
        history="Hearing is fine.",
    )  # fmt: skip
    before = owed(evaluated)
    sign_evaluation(referral=evaluated, edition=2, by=cast.colleague, at=at)

    old, new = read(drafted), read(amended)
    assert (old.status, old.history) == ("amended", "Born at term.")
    assert (new.status, new.number, new.replaces, new.reason, new.history) == (
        "final", 2, old, "The hearing test came.", "Hearing is fine.",
    )  # fmt: skip
    assert new.strengths == old.strengths
    assert owed(evaluated) == before
    assert kinds(evaluated.pk)[-1] == "evaluation_amended"


def test_an_amendment_needs_a_reason_and_there_is_one_at_a_time(
    cast: Cast, evaluated: Referral, later: datetime
):
    with refused("reason", "Say why"):
        amend_evaluation(id=new_id(), referral=evaluated, reason=" ", by=cast.therapist, at=later)
    amend_evaluation(id=new_id(), referral=evaluated, reason="Why.", by=cast.therapist, at=later)
    with outrun("begun an amendment"):
        amend_evaluation(id=new_id(), referral=evaluated, reason="x", by=cast.colleague, at=later)


def test_signing_an_amendment_that_changed_meanwhile_is_refused(
    cast: Cast, evaluated: Referral, later: datetime
):
    amended = amend_evaluation(
        id=new_id(), referral=evaluated, reason="Why.", by=cast.therapist, at=later
    )
    draft_evaluation(
        id=amended.pk, referral=evaluated, by=cast.colleague, at=later, history="Other."
    )

    with outrun("Somebody changed this"):
        sign_evaluation(referral=evaluated, edition=1, by=cast.therapist, at=later)


# --- Not as planned ---


def test_a_visit_that_was_cut_short_keeps_what_was_written_and_owes_another(
    cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime
):
    with refused("reason", "Say why"):
        cut_short_evaluation(referral=scheduled, reason="", by=cast.therapist, at=later)
    cut_short_evaluation(referral=scheduled, reason="She slept.", by=cast.therapist, at=later)

    referral = Referral.objects.get(pk=scheduled.pk)
    assert referral.state == State.CONTACTING
    assert owed(referral)[0] == "reach_family"
    assert referral.appointments.get().status == "fulfilled"
    assert read(drafted).status == "draft"
    draft_evaluation(
        id=drafted.pk, referral=referral, edition=1, by=cast.therapist, at=later, strengths="More."
    )
    assert read(drafted).strengths == "More."


def test_a_visit_that_has_not_begun_cannot_be_cut_short(
    cast: Cast, scheduled: Referral, now: datetime
):
    with refused(None, "has not begun"):
        cut_short_evaluation(
            referral=scheduled, reason="x", by=cast.therapist, at=now + timedelta(days=1)
        )


def test_closing_ends_what_was_asked_of_the_family(cast: Cast, scheduled: Referral, now: datetime):
    cancel_referral(
        referral=scheduled, reason="Moved away.", by=cast.pediatrician, at=now + timedelta(hours=6)
    )

    assert not Task.objects.filter(referral=scheduled, is_open=True).exists()


def test_content_is_complete_by_itself():
    """The helper of these tests lacks nothing."""
    assert missing(evaluation_content(evaluated_on=date(2026, 3, 9))) == []
