"""Does a family get from the log-in to every step of its way in Spanish, as easily as in English?"""

from typing import Any

from referrals.models import Activity, Referral
from tests.factories.person import PASSWORD
from tests.journeys.person import Person


def test_a_mother_turns_the_log_in_to_spanish_and_stays_in_it(
    cast: Any, activity: Activity, phone: Any
) -> None:
    mother = (
        phone().opens("/accounts/login/").presses("Español").reads("Vea qué necesita cada niño")
    )
    mother.writes("Correo electrónico", cast.family.email).writes("Contraseña", PASSWORD)
    mother.presses("Entrar").reads("Hoy en casa", "La terapia está en marcha.")
    mother.follows("Ver todos los pasos").reads("Dónde vamos")
    mother.page.get_by_text("Palabras explicadas").click()
    mother.reads("Su doctor le pide a un terapeuta que vea a su hijo.").looks()


def test_the_switch_leads_back_to_the_page(cast: Any, sent: Referral, family_phone: Person) -> None:
    mother = family_phone.follows("See every step").reads("Where we are")
    mother.page.locator("details.menu summary").click()
    mother.presses("Español").reads("Dónde vamos", "Lo que pasó")
    mother.page.locator("details.menu summary").click()
    mother.presses("English").reads("Where we are", "What happened")
