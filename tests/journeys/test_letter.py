"""A therapist writes in Spanish after a missed visit, and the family reads it on its telephone."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import override

from referrals import wording
from referrals.models import Letter, Referral, User
from tests.journeys.person import Person


def test_a_missed_visit_is_answered_with_a_new_time(
    visit_missed: Referral, family: User, therapist_desk: Person, phone: Callable[..., Person]
) -> None:
    User.objects.filter(pk=family.pk).update(language="es")
    therapist = therapist_desk.opens(reverse("referral_detail", args=[visit_missed.pk]))
    therapist.follows("Write to the family after the missed visit")
    therapist.ticks("After a missed visit, to the family: Rosa Fontaine").presses("Go on")
    therapist.reads("to Rosa Fontaine · in Spanish", "¿Quiere una nueva cita?")
    body = therapist.field("Text").input_value()
    therapist.writes("Text", f"{body}\n\nEl autobús 4 para en la puerta.").presses("See it")
    therapist.reads("El autobús 4 para en la puerta.", within="As it will be")
    therapist.presses("Make it final").reads("Final. It stands among the letters")
    assert Letter.objects.get().language == "es"

    family.refresh_from_db()
    mother = phone(family).opens(reverse("document_list", args=[visit_missed.child_id]))
    with override("es"):
        day = wording.day(Letter.objects.get().written_at)
    mother.reads("Cartas").follows(f"Una nueva cita para Mina Fontaine, {day}")
    mother.reads("Hola, Rosa Fontaine:", "El autobús 4 para en la puerta.")
    assert mother.downloads("Guardar como PDF").startswith(b"%PDF")
