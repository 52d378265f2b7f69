"""Which ICD-10-CM codes does somebody mean who typed this?"""

from django.db.models import Case, IntegerField, Q, Value, When

from referrals.models import Diagnosis
from referrals.models.child import tokens


def find_diagnoses(text: str, most: int = 20) -> list[Diagnosis]:
    """Codes that begin with the text, then titles that hold every word of it."""
    words = sorted(tokens(text), key=len, reverse=True)[:5]
    code = "".join(c for c in text.upper() if c.isalnum())
    if not words or len(max(words, key=len)) < 2:
        return []
    by_code = Q(code__startswith=_dotted(code))
    by_words = Q()
    for word in words:
        by_words &= Q(search__contains=word)
    rank = Case(
        When(by_code, then=Value(0)),
        When(search__contains=f" {words[0]}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(
        Diagnosis.objects.filter(by_code | by_words).annotate(rank=rank)
        .order_by("rank", "-is_billable", "code")[:most]
    )  # fmt: skip


def _dotted(code: str) -> str:
    """ICD-10-CM writes a dot behind the third character."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"
