"""Who gets what from the addresses of sharing, results and programmes? Rows of the access matrix."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.actions.result import answer_result, ask_result
from referrals.models import Child, Consent
from referrals.models.record import new_id
from tests.factories.child import born
from tests.factories.programme import letter_sent, referred

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def keys(name: str, wanted: set[str], cast: Any, now: datetime) -> dict[str, Any]:
    """What the address is about: a consent, a request of the side that fits, a programme."""
    made: dict[str, Any] = {}
    if "consent_id" in wanted:
        made["consent_id"] = Consent.objects.get().pk
    if "result_id" in wanted:
        of_partner = name in (
            "result_answer", "shared_result_withdraw", "shared_result_file"
        )  # fmt: skip
        asking, answering = cast.therapist, cast.partner
        if of_partner:
            asking, answering = answering, asking
        asked = ask_result(
            id=new_id(), child=cast.child, organization=cast.school,
            kinds=["progress" if of_partner else "observation"], by=asking, at=now,
        )  # fmt: skip
        made["result_id"] = asked.pk
        if "file_id" in wanted:
            sheet = SimpleUploadedFile("sheet.pdf", PDF)
            answer_result(result=asked, uploads=[sheet], by=answering, at=now)
            made["file_id"] = asked.files.get().pk
    if "programme_id" in wanted:
        # The law sends a child of four to the school, which is this cast's partner.
        Child.objects.filter(pk=cast.child.pk).update(date_of_birth=born(now, years=4))
        cast.child.refresh_from_db()
        programme = referred(cast.child, cast.school, by=cast.pediatrician, at=now)
        if "letter" in name:
            letter_sent(programme, by=cast.pediatrician, at=now)
        made["programme_id"] = programme.pk
    return made


TABLE = """
# address                            state     how  ped pra the col coo fam par str sped ofam adm nob anonymous
consent_list                         -         GET  200 200 404 404 404 200 403 404 404 404 404 404 in
consent_list                         -         POST 200 200 404 404 404 200 403 404 404 404 404 404 in
consent_list                         sent      GET  200 200 200 200 200 200 403 404 404 404 404 404 in
consent_list                         sent      POST 200 200 200 200 200 200 403 404 404 404 404 404 in
consent_new                          sent      GET  403 403 403 403 403 200 403 404 404 404 404 404 in
consent_new                          sent      POST 403 403 403 403 403 422 403 404 404 404 404 404 in
consent_revoke                       sent      GET  403 403 403 403 403 200 403 404 404 404 404 404 in
consent_revoke                       sent      POST 403 403 403 403 403 302 403 404 404 404 404 404 in

shared_overview                      -         GET  302 302 404 404 404 302 200 404 404 404 404 404 in
shared_overview                      -         POST 302 302 404 404 404 302 200 404 404 404 404 404 in
shared_overview                      sent      GET  302 302 302 302 302 302 200 404 404 404 404 404 in
shared_overview                      sent      POST 302 302 302 302 302 302 200 404 404 404 404 404 in
shared_goals                         -         GET  200 200 404 404 404 200 200 404 404 404 404 404 in
shared_goals                         -         POST 200 200 404 404 404 200 200 404 404 404 404 404 in
shared_activities                    -         GET  200 200 404 404 404 200 200 404 404 404 404 404 in
shared_activities                    -         POST 200 200 404 404 404 200 200 404 404 404 404 404 in
shared_visits                        -         GET  200 200 404 404 404 200 200 404 404 404 404 404 in
shared_visits                        -         POST 200 200 404 404 404 200 200 404 404 404 404 404 in
shared_plans                         -         GET  200 200 404 404 404 200 200 404 404 404 404 404 in
shared_plans                         -         POST 200 200 404 404 404 200 200 404 404 404 404 404 in
shared_evaluations                   -         GET  200 200 404 404 404 200 200 404 404 404 404 404 in
shared_evaluations                   -         POST 200 200 404 404 404 200 200 404 404 404 404 404 in
shared_reports                       -         GET  200 200 404 404 404 200 200 404 404 404 404 404 in
shared_reports                       -         POST 200 200 404 404 404 200 200 404 404 404 404 404 in
shared_results                       -         GET  200 200 404 404 404 200 200 404 404 404 404 404 in
shared_results                       -         POST 200 200 404 404 404 200 200 404 404 404 404 404 in
shared_goals                         in_therapy GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_goals                         in_therapy POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_activity_pdf                  -         GET  404 404 404 404 404 404 404 404 404 404 404 404 in
shared_activity_pdf                  -         POST 404 404 404 404 404 404 404 404 404 404 404 404 in
shared_activity_pdf                  at_home   GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_activity_pdf                  at_home   POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_plan_read                     report_sent GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_plan_read                     report_sent POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_plan_pdf                      report_sent GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_plan_pdf                      report_sent POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_evaluation_read               report_sent GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_evaluation_read               report_sent POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_evaluation_pdf                report_sent GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_evaluation_pdf                report_sent POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_report_read                   report_sent GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_report_read                   report_sent POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_report_pdf                    report_sent GET  200 200 200 200 200 200 200 404 404 404 404 404 in
shared_report_pdf                    report_sent POST 200 200 200 200 200 200 200 404 404 404 404 404 in
shared_report_read                   report_signed GET  404 404 404 404 404 404 404 404 404 404 404 404 in
shared_report_read                   report_signed POST 404 404 404 404 404 404 404 404 404 404 404 404 in
shared_letter_read                   sent      GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_letter_read                   sent      POST 404 404 404 404 404 404 200 404 404 404 404 404 in
shared_letter_pdf                    sent      GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_letter_pdf                    sent      POST 404 404 404 404 404 404 200 404 404 404 404 404 in

result_list                          sent      GET  200 200 200 200 200 200 403 404 404 404 404 404 in
result_list                          sent      POST 200 200 200 200 200 200 403 404 404 404 404 404 in
result_new                           sent      GET  200 200 200 200 200 403 403 404 404 404 404 404 in
result_new                           sent      POST 422 422 422 422 422 403 403 404 404 404 404 404 in
result_answer                        sent      GET  200 200 200 200 200 403 403 404 404 404 404 404 in
result_answer                        sent      POST 422 422 422 422 422 403 403 404 404 404 404 404 in
result_withdraw                      sent      GET  200 200 200 200 200 403 403 404 404 404 404 404 in
result_withdraw                      sent      POST 422 422 422 422 422 403 403 404 404 404 404 404 in
result_file                          sent      GET  200 200 200 200 200 200 403 404 404 404 404 404 in
result_file                          sent      POST 200 200 200 200 200 200 403 404 404 404 404 404 in
referral_results                     sent      GET  302 302 302 302 302 302 404 404 404 404 404 404 in
referral_results                     sent      POST 302 302 302 302 302 302 404 404 404 404 404 404 in
shared_result_new                    sent      GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_result_new                    sent      POST 404 404 404 404 404 404 422 404 404 404 404 404 in
shared_result_answer                 sent      GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_result_answer                 sent      POST 404 404 404 404 404 404 422 404 404 404 404 404 in
shared_result_withdraw               sent      GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_result_withdraw               sent      POST 404 404 404 404 404 404 422 404 404 404 404 404 in
shared_result_file                   sent      GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_result_file                   sent      POST 404 404 404 404 404 404 200 404 404 404 404 404 in

programme_list                       sent      GET  200 200 200 200 200 200 403 404 404 404 404 404 in
programme_list                       sent      POST 200 200 200 200 200 200 403 404 404 404 404 404 in
programme_new                        sent      GET  200 200 403 403 403 403 403 404 404 404 404 404 in
programme_new                        sent      POST 422 422 403 403 403 403 403 404 404 404 404 404 in
programme_detail                     sent      GET  200 200 200 200 200 200 403 404 404 404 404 404 in
programme_detail                     sent      POST 200 200 200 200 200 200 403 404 404 404 404 404 in
programme_note                       sent      GET  200 200 200 200 200 403 403 404 404 404 404 404 in
programme_note                       sent      POST 422 422 422 422 422 403 403 404 404 404 404 404 in
programme_except                     sent      GET  200 200 200 200 200 403 403 404 404 404 404 404 in
programme_except                     sent      POST 422 422 422 422 422 403 403 404 404 404 404 404 in
programme_close                      sent      GET  200 200 200 200 200 403 403 404 404 404 404 404 in
programme_close                      sent      POST 422 422 422 422 422 403 403 404 404 404 404 404 in
programme_letter                     sent      GET  200 200 200 200 200 200 403 404 404 404 404 404 in
programme_letter                     sent      POST 200 200 200 200 200 200 403 404 404 404 404 404 in
programme_send                       sent      GET  302 302 403 403 403 403 403 404 404 404 404 404 in
programme_send                       sent      POST 302 302 403 403 403 403 403 404 404 404 404 404 in
programme_letter_pdf                 sent      GET  200 200 200 200 200 200 403 404 404 404 404 404 in
programme_letter_pdf                 sent      POST 200 200 200 200 200 200 403 404 404 404 404 404 in
"""
