"""How is a document drafted, signed and amended, so that nothing signed ever changes?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from referrals.models import Membership, Organization, Role, User
from referrals.models.signing import Signed

from .refusal import Outrun, Refused, is_again

D = TypeVar("D", bound=Signed)


def check_credentials(by: User) -> str:
    """The signature of who may sign; raises Refused for somebody without credentials."""
    if not by.credentials.strip():
        raise Refused(
            "You cannot sign: your credentials are not in your profile. "
            "Ask an administrator to enter them. What you wrote is kept."
        )
    return signature_of(by)


def signature_of(by: User) -> str:
    """The person as they are today, kept as text with the document: that stays readable.

    Somebody without credentials signs with the name alone, where that is enough.
    """
    numbers = []
    if by.npi:
        numbers.append(f"NPI {by.npi}")
    if by.licence_number:
        numbers.append(f"licence {by.licence_number} {by.licence_region}".strip())
    return ", ".join([by.signature, *numbers])


#: Said to a signer, whose page shows the draft as it stands and nothing of their own.
CHANGED_UNDER_THE_SIGNER: Final = (
    "Somebody changed this after you opened it. It is shown below as it stands now: "
    "read it again before you sign."
)


def is_assistant(by: User, organization: Organization | None, at: datetime) -> bool:
    """Whether this person treats children there under a therapist's supervision."""
    works = Membership.objects.live(at).filter(
        user=by, organization=organization, role=Role.THERAPIST
    )
    return list(works.values_list("is_assistant", flat=True).distinct().order_by()) == [True]


def check_signs_alone(by: User, organization: Organization | None, at: datetime) -> None:
    """Refuse an assistant's signature where a therapist has to answer for what is said."""
    if is_assistant(by, organization, at):
        raise Refused(
            "A therapist signs this: an assistant works under supervision. "
            "What you wrote is kept."
        )  # fmt: skip


def check_edition(document: Signed, edition: int | None, sentence: str = "") -> None:
    """Refuse to go on from an edition that somebody has changed meanwhile, or that was signed."""
    if not document.is_draft:
        raise Outrun("This was signed meanwhile and can no longer change. You can amend it.")
    if edition is not None and edition != document.edition:
        raise Outrun(sentence or changed_sentence(document))


def changed_sentence(document: Signed) -> str:
    return (
        "Somebody changed this after you opened it. Nothing of theirs or yours is lost: "
        "compare both below, and save again what should stand."
    )


def check_content(kind: type[Signed], content: Mapping[str, Any]) -> None:
    """Who drafts fills in what the author writes, and not who signed, sent or counted what."""
    strange = sorted(set(content) - set(kind.CONTENT))
    if strange:
        raise TypeError(f"{kind.__name__} is drafted without {', '.join(strange)}")


def keep(document: D, *, edition: int | None, at: datetime, **content: Any) -> bool:
    """Save a draft if nobody saved since; False where nothing differs. Raises Outrun when outrun.

    The same words once more (`is_again`) are the same saving.
    """
    check_content(type(document), content)
    changed = {k: v for k, v in content.items() if getattr(document, k) != v}
    again = is_again(not changed, edition, document.edition)
    check_edition(document, None if again else edition)
    if not changed:
        return False
    _write(document, at=at, **changed)
    return True


def sign(document: D, *, edition: int | None, by: User, at: datetime) -> D:
    """Sign a draft: it stands from now on, and what it replaces no longer does."""
    signature = check_credentials(by)
    check_edition(document, edition, CHANGED_UNDER_THE_SIGNER)
    kind = type(document)
    before = document.replaces
    if before is not None:
        kind._default_manager.filter(pk=before.pk).update(status=Signed.Status.AMENDED)
    _write(
        document, at=at, status=Signed.Status.FINAL, signed_by=by, signed_at=at,
        signature=signature,
    )  # fmt: skip
    return document


def _write(document: Signed, *, at: datetime, **columns: Any) -> None:
    columns["saved_at"] = at
    written = (
        type(document)
        ._default_manager.filter(
            pk=document.pk, edition=document.edition, status=Signed.Status.DRAFT
        )
        .update(**columns, edition=document.edition + 1)
    )
    if not written:
        raise Outrun(changed_sentence(document))
    for name, value in columns.items():
        setattr(document, name, value)
    document.edition += 1


def standing(documents: Any) -> Any:
    """Of a referral's `evaluations`, `plans` or `prescriptions`: the signed one that stands, or None."""
    return documents.filter(status=Signed.Status.FINAL).first()


def drafted(documents: Any) -> Any:
    """The one that is being written, or None."""
    return documents.select_related("author").filter(status=Signed.Status.DRAFT).first()


def next_number(documents: Any) -> int:
    last = documents.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1
