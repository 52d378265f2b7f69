"""Which rows are under the seal, and what does a seal say of a row?

Every event, every look, every signed paper, what happened to an account and each opening in an
emergency gets a seal: a digest of what was said and by whom, linked to the seal before it. Nobody waits for it: rows are written as ever, and the worker seals
them in order a little later.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models

from .event import AppendOnlyRecord
from .merge import every_row
from .record import plain

#: Rows are committed in another order than they were made, and servers' clocks differ: so far
#: behind the last sealed row, and ahead of now, the sealer looks. What lies further back is no
#: longer sealed, which is how a row that somebody put between shows.
WINDOW: Final = timedelta(hours=6)
#: What the first seal is linked to.
BEGINNING: Final = "0" * 64


class Seal(AppendOnlyRecord):
    """The place of one row in the chain. Numbers have no gaps; two of one number cannot be.

    `whose` is the child under whom the row was sealed: a merge moves the row, and is under the
    seal itself. `key` names the key that the link was made with, empty where there was none.
    """

    id = None  # type: ignore[assignment]  # its number is enough
    number = models.PositiveBigIntegerField(primary_key=True)
    sort = models.CharField(max_length=20)
    row = models.UUIDField()
    whose = models.UUIDField(null=True, blank=True)
    #: The moment that the row tells, kept so that one that is gone can still be named by it.
    at = models.DateTimeField()
    form = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    key = models.CharField(max_length=8, blank=True)
    link = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["sort", "-number"], name="seal_last_of_sort")]
        constraints = [models.UniqueConstraint(fields=["sort", "row"], name="a_row_is_sealed_once")]

    def __str__(self) -> str:
        return f"Seal {self.number}"

    @property
    def head(self) -> str:
        """What somebody notes elsewhere to find later that the chain still leads here."""
        return f"{self.number}:{self.link}"

    def linked(self, before: str) -> str | None:
        """The link that this seal should have behind that one; None where its key is not here."""
        secret = secrets().get(self.key)
        if secret is None:
            return None
        said = [
            before, self.number, self.sort, self.row, self.whose, self.at, self.form, self.digest,
            self.sealed_at, self.key,
        ]  # fmt: skip
        return _hashed(secret, said)


def secrets() -> dict[str, str]:
    """Every key that may have made a link, the one of today first, by a name that betrays nothing."""
    found = [settings.SEAL_KEY, *settings.SEAL_KEY_FALLBACKS]
    return {_name(secret): secret for secret in found if secret} | {"": ""}


def _name(secret: str) -> str:
    return hashlib.sha256(b"the name of the key " + secret.encode()).hexdigest()[:8]


def _hashed(secret: str, said: list[Any]) -> str:
    text = json.dumps([plain(one) for one in said], sort_keys=True, separators=(",", ":")).encode()
    if secret:
        return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return hashlib.sha256(text).hexdigest()


# --- What is sealed of which row ------------------------------------------------------------------


class Sealed(NamedTuple):
    """What a seal says of a row, as the row stands now."""

    row: UUID
    at: datetime
    whose: UUID | None
    digest: str


@dataclass(frozen=True, slots=True)
class Sort:
    """Rows of one table that stand as they are from a moment on, and which columns are sealed.

    A column that is sealed from now on makes the next of the `forms`; those before stay, for the
    rows sealed in them. So the columns are told here one by one, and none is ever taken out.
    """

    table: str
    #: The column of the moment from which on the row does not change; empty until then.
    moment: str
    forms: tuple[tuple[str, ...], ...]
    #: How its child is found, and by which column it hangs on that child or on its referral.
    whose: str = ""
    hangs: str = ""
    #: Columns that lawfully change later, or say nothing that anybody said.
    free: tuple[str, ...] = ()
    #: The kind of event that tells of it, where the sort came under the seal later than that table
    #: was written to: by it those are found that nobody sealed with their event.
    told: str = ""

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model("referrals", self.table)

    @property
    def is_log(self) -> bool:
        """Whether a row stands from its first moment on, so that its id says when it was made."""
        return self.moment == "at"

    def rows(self) -> "models.QuerySet[Any]":
        """The rows that stand, as the database has them."""
        return every_row(self.model).filter(**{f"{self.moment}__isnull": False})

    def sealed(self, rows: "models.QuerySet[Any]", form: int = 0) -> Iterator[Sealed]:
        """What a seal would say of these rows; in the newest form where none is named."""
        columns = self.forms[(form or len(self.forms)) - 1]
        paths = [self.whose] if self.whose else []
        for pk, at, *values in rows.values_list("pk", self.moment, *paths, *columns):
            whose = values.pop(0) if paths else None
            yield Sealed(pk, at, whose, _hashed("", [self.table, pk, *values]))


_PAPER: Final = (
    "referral_id", "number", "replaces_id", "reason", "author_id", "created_at", "signed_by_id",
    "signed_at", "signature",
)  # fmt: skip
_TIMING: Final = ("visits", "per", "minutes", "weeks")
#: Of a signed paper: whether it still stands, and how often its draft was saved.
_LATER: Final = ("status", "edition", "saved_at")


def _paper(table: str, *content: str, free: tuple[str, ...] = ()) -> Sort:
    return Sort(
        table, "signed_at", ((*_PAPER, *content),), "referral__child_id", "referral_id",
        (*_LATER, *free),
    )  # fmt: skip


def _answer(table: str, *columns: str) -> Sort:
    """What was signed or said of a paper later; the first column is its moment."""
    return Sort(table, columns[0], (columns,), "referral__child_id", "referral_id")


#: By the word that a seal keeps. What each paper's later columns say is told by events.
SORTS: Final[dict[str, Sort]] = {
    "event": Sort(
        "Event", "at", (("organization_id", "about", "kind", "at", "by_id", "data"),), "child_id",
        free=("child_id",),
    ),
    "record_view": Sort(
        "RecordView", "at", (("user_id", "role", "page", "at"),), "child_id", free=("child_id",)
    ),
    "arrival_view": Sort("ArrivalView", "at", (("arrival_id", "user_id", "at"),)),
    "reading": Sort(
        "Reading", "at", (("thread_id", "user_id", "role", "number", "at"),), "thread__child_id"
    ),
    "export": Sort("Export", "at", (("user_id", "list_name", "form", "row_count", "at"),)),
    "account_change": Sort("AccountChange", "at", (("person_id", "kind", "at", "by_id"),)),
    "emergency": Sort(
        "Emergency", "opened_at",
        (("organization_id", "user_id", "reason", "opened_at", "until", "owner_id", "due_on"),),
        "child_id", "child_id", ("child_id", "is_open", "risen_on"), "emergency_opened",
    ),
    "emergency_reviewed": Sort(
        "Emergency", "reviewed_at", (("was_right", "review", "reviewed_by_id", "reviewed_at"),),
        "child_id", "child_id", told="emergency_reviewed",
    ),
    "merge": Sort(
        "Merge", "merged_at",
        (("kept_id", "lost_id", "reason", "moved", "ended", "merged_by_id", "merged_at"),),
        free=("undone_by_id", "undone_at"),
    ),
    "consent": Sort(
        "Consent", "given_at",
        ((
            "organization_id", "guardian_id", "given_by_id", "given_at", "signed_name", "scopes",
            "purpose", "since", "until",
        ),),
        "child_id", "child_id", ("child_id", "revoked_by_id", "revoked_at"),
    ),
    "programme_letter": Sort(
        "Programme", "letter_at", (("place_id", "kind", "letter", "letter_by_id", "letter_at"),),
        "child_id", "child_id",
    ),
    "evaluation": _paper(
        "Evaluation", "appointment_id", "evaluated_on", "language", "interpreter", "informants",
        "wants", "supports", "barriers", "routines", "priorities", "history", "other_services",
        "findings", "conditions", "scores", "strengths", "interpretation", "recommendation",
        *_TIMING, "other_service", "hand_over", "not_done",
    ),
    "plan": _paper(
        "Plan", "evaluation_id", "therapy", *_TIMING, "starts_on", "setting", "approaches",
        "precautions", "equipment", "accommodations", "home_programme", "discharge_plan",
        "review_on", "payer", free=("sent_at", "sent_by_id", "answer_due_on"),
    ),
    "plan_explained": _answer(
        "Plan", "explained_at", "explained_by_id", "explained_to", "explained_language",
        "interpreter", "teach_back",
    ),
    "plan_returned": _answer("Plan", "returned_at", "returned_by_id", "changes_wanted"),
    "plan_certified": _answer(
        "Plan", "certified_at", "certified_by_id", "certified_signature", "valid_from",
        "valid_until",
    ),
    "prescription": _paper(
        "Prescription", "service", *_TIMING, "valid_from", "valid_until", "precautions", "note"
    ),
    "session": _paper(
        "Session", "appointment_id", "plan_id", "worked_on", "done", "child_was", "practise",
        "needs_cosign",
    ),
    "session_cosigned": _answer("Session", "cosigned_at", "cosigned_by_id", "cosignature"),
    "report": _paper(
        "Report", "from_on", "until_on", "interim", "goals", "figures", "summary", "family_view",
        "recommendation", "what_next", free=("sent_at", "sent_by_id"),
    ),
    "report_read": _answer("Report", "acknowledged_at", "acknowledged_by_id", "answer"),
    "discharge": _paper(
        "Discharge", "why", "ended_on", "summary", "outcomes", "figures", "equipment",
        "home_programme", "recommendations", "return_signs", "return_until", "told",
        free=("family_noted_at", "family_noted_by_id"),
    ),
    "letter": Sort(
        "Letter", "written_at",
        ((
            "referral_id", "kind", "language", "to_guardian_id", "to_organization_id", "addressee",
            "subject", "body", "template_version", "organization_id", "written_by_id", "written_at",
            "signature",
        ),),
        "referral__child_id", "referral_id", ("error_by_id", "error_at", "error_reason"),
    ),
}  # fmt: skip
LOGS: Final = {code: sort for code, sort in SORTS.items() if sort.is_log}
PAPERS: Final = {code: sort for code, sort in SORTS.items() if not sort.is_log}


def unsealed(code: str) -> "models.QuerySet[Any]":
    """The rows of this sort that stand and are not sealed yet."""
    made = Seal.objects.filter(sort=code, row=models.OuterRef("pk"))
    return SORTS[code].rows().filter(~models.Exists(made))


def begins(code: str) -> bool:
    """Whether no row of this sort was ever sealed: then what was written before may wait for it."""
    return not Seal.objects.filter(sort=code).exists()


def reach(sealed: datetime | None, at: datetime) -> tuple[datetime | None, datetime]:
    """From when until when the sealer looks for rows, where the last one sealed was made then.

    A clock that was set back left the last row ahead of it: then what is made now is looked for as
    well as what was made then. So no row waits until the old time has come again.
    """
    if sealed is None:
        return None, at + WINDOW
    return min(sealed, at) - WINDOW, max(sealed, at) + WINDOW
