"""How is a letter written, read, printed and marked as a mistake?"""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from referrals import access
from referrals.access import Permission, Scope
from referrals.act import Act
from referrals.actions import letter as actions
from referrals.actions.moving import outrun_sentence
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.clinical.letters import fill
from referrals.documents import letter as documents
from referrals.documents.document import Section
from referrals.forms import letter as forms
from referrals.queries import letter as letters

from .acting import able, act_page, for_family, inner_of, is_legal
from .answer import CONFLICT, UNPROCESSABLE, refuse
from .decorators import referral_view, shared_view
from .document import as_file
from .shared import around
from .signing import signs_by, typed


@referral_view(Permission.SEE_RECORD)
def letter_list(request: HttpRequest, referral: Any) -> HttpResponse:
    """The letters of this referral: to a family those to its adults."""
    user = cast(Any, request.user)
    sides = _sides(request, referral)
    found = list(letters.letters(referral, user, for_family=for_family(request)))
    page = {
        "referral": referral, "for_family": for_family(request),
        "letters": [(one, one.error_at is None and actions.may_mark(one, sides)) for one in found],
        "may_write": able(request, referral, Act.WRITE_LETTER)[Act.WRITE_LETTER.value],
    }  # fmt: skip
    return render(request, "letter/list.html", page)


@referral_view(Act.WRITE_LETTER)
@signs_by("make")
def letter_new(request: HttpRequest, referral: Any) -> HttpResponse:
    """Choose a letter, see it as it will be, change its words, make it final."""
    if not is_legal(Act.WRITE_LETTER, referral):
        page = {"referral": referral, "form": None, "sentence": outrun_sentence(referral)}
        return render(request, "letter/new.html", page, status=CONFLICT)
    sides = _sides(request, referral)
    offers = actions.offers_of(referral, sides, timezone.now())
    words = typed(request) or QueryDict()
    chosen = next((one for one in offers if one.key == words.get("choice")), None)
    if chosen is not None and "body" in words:
        return _write(request, referral, chosen, sides)
    named = [(one.key, f"{one.kind.label}: {one.to.name}") for one in offers]
    posted = request.method == "POST"
    form = forms.ChooseForm(request.POST if posted else None, offers=named)
    if posted and form.is_valid() and chosen is not None:
        language = form.cleaned_data["language"] or chosen.to.language
        return _write(request, referral, chosen, sides, language)
    page = {"referral": referral, "form": form, "offers": offers, "sentence": ""}
    return render(request, "letter/new.html", page, status=UNPROCESSABLE if posted else 200)


def _write(
    request: HttpRequest, referral: Any, offer: Any, sides: Any, language: str = ""
) -> HttpResponse:
    """The words with the letter as it will be below them. Asked for in a language, it is begun."""
    user, now = cast(Any, request.user), timezone.now()
    begun = bool(language)
    words = typed(request) or QueryDict()
    language = language or words.get("language", "")
    language = language if language in ("en", "es") else offer.to.language
    place = actions.place_of(referral, offer.kind, sides)
    facts = documents.facts_of(
        referral, offer.kind, recipient=offer.to.name, to=offer.to.organization, place=place,
        language=language, by=user, at=now,
    )  # fmt: skip
    status = 200
    if begun:
        text = letters.wording_of(offer.kind.code, language, place)
        start: dict[str, Any] = {
            "id": new_id(), "choice": offer.key, "language": language,
            "template_version": text.version, "body": fill(text.body, facts),
            "subject": " ".join(fill(text.subject, facts).split()),
        }  # fmt: skip
        form = forms.WordsForm(None, kind=offer.kind, facts=facts, initial=start)
    else:
        form = forms.WordsForm(words, kind=offer.kind, facts=facts)
        start = {"subject": words.get("subject", ""), "body": words.get("body", "")}
        if not form.is_valid():
            status = UNPROCESSABLE
        elif "make" in request.POST:
            try:
                actions.write_letter(referral=referral, by=user, at=now, **form.arguments())
            except Refused as refused:
                status = refuse(form, refused)
            else:
                messages.success(
                    request, "Final. It stands among the letters, and its reader is told."
                )
                return redirect("letter_list", referral.pk)
    page = {
        "referral": referral, "form": form, "offer": offer, "place": place, "language": language,
        "seen": Section(start["subject"], documents.paragraphs(start["body"])),
    }  # fmt: skip
    return render(request, "letter/write.html", page, status=status)


@referral_view(Permission.SEE_RECORD)
def letter_print(request: HttpRequest, referral: Any, letter_id: UUID) -> HttpResponse:
    """The letter as a page to read and to print, in the language it is written in."""
    letter = _of(request, referral, letter_id)
    with translation.override(letter.language):
        page = {
            "document": documents.letter_of(letter), "referral": referral,
            "pdf": reverse("letter_pdf", args=[referral.pk, letter_id]),
        }  # fmt: skip
        answer = render(request, "print/document.html", page)
    answer["Content-Language"] = letter.language
    return answer


@referral_view(Permission.SEE_RECORD)
def letter_pdf(request: HttpRequest, referral: Any, letter_id: UUID) -> HttpResponse:
    return _file(request, _of(request, referral, letter_id))


@referral_view(Act.WRITE_LETTER)
def letter_error(request: HttpRequest, referral: Any, letter_id: UUID) -> HttpResponse:
    """Mark a letter as a mistake, saying why."""
    letter = _of(request, referral, letter_id)
    if not actions.may_mark(letter, _sides(request, referral)):
        raise PermissionDenied("Only the side that wrote this letter can mark it.")

    def mark(**arguments: Any) -> None:
        actions.mark_letter_error(letter=letter, **arguments)

    return act_page(
        request, referral, Act.WRITE_LETTER, forms.LetterErrorForm(request.POST or None), mark,
        title="Mark this letter as a mistake", verb="Mark it", template="letter/act.html",
        done="Marked. It stays readable.", to=("letter_list", referral.pk), letter=letter,
    )  # fmt: skip


@shared_view(Scope.RESULTS)
def shared_written_read(request: HttpRequest, child: Any, letter_id: UUID) -> HttpResponse:
    """A letter that was written to this person's own school or programme."""
    letter = _to_place(request, child, letter_id)
    page = around(request, child, "") | {
        "document": documents.letter_of(letter),
        "pdf": reverse("shared_written_pdf", args=[child.pk, letter_id]),
    }
    return render(request, "shared/document.html", page)


@shared_view(Scope.RESULTS)
def shared_written_pdf(request: HttpRequest, child: Any, letter_id: UUID) -> HttpResponse:
    return _file(request, _to_place(request, child, letter_id))


def _sides(request: HttpRequest, referral: Any) -> Any:
    team = cast(Any, request).team
    return access.acting_as(cast(Any, request.user), Act.WRITE_LETTER, referral, team)


def _of(request: HttpRequest, referral: Any, key: UUID) -> Any:
    found = letters.letters(referral, cast(Any, request.user), for_family=for_family(request))
    return inner_of(found, key)


def _to_place(request: HttpRequest, child: Any, key: UUID) -> Any:
    places = cast(Any, request).team.places_with(Scope.RESULTS)
    found = (one for one in letters.letters_to_places(child, places) if one.pk == key)
    letter = next(found, None)
    if letter is None:
        raise Http404
    return letter


def _file(request: HttpRequest, letter: Any) -> HttpResponse:
    """In its own language: the paper's own words too."""
    with translation.override(letter.language):
        return as_file(request, documents.letter_of(letter), letter.pk)
