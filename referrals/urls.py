"""Every route on one screen, a block per room."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.contrib import admin
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from referrals.views import (
    activity,
    appointment,
    arrival,
    caseload,
    check_in,
    child,
    concern,
    consent,
    correction,
    diagnosis,
    discharge,
    document,
    emergency,
    evaluation,
    export,
    feed,
    fhir,
    goal,
    guardian,
    health,
    home,
    letter,
    look,
    message,
    metrics,
    organization,
    pause,
    phone,
    plan,
    practice,
    prescription,
    programme,
    progress,
    referral,
    reminder,
    report,
    result,
    search,
    series,
    session,
    shared,
    statistics,
    token,
)
from referrals.views.account import account_language
from referrals.views.device import sign_in_list

# The administration is entered through the product's own log-in, with its limits.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class Undashed(StringConverter):
    """Ends at the first dash, where `str` would end at the last: the key behind it has dashes too."""

    regex = "[0-9A-Za-z]+"


register_converter(Undashed, "undashed")

CHILD = "children/<uuid:child_id>/"
THREAD = f"{CHILD}messages/<uuid:thread_id>/"
CONCERN = "concerns/<uuid:concern_id>/"
REFERRAL = "referrals/<uuid:referral_id>/"
GOAL = f"{REFERRAL}goals/<uuid:goal_id>/"
ACTIVITY = f"{REFERRAL}activities/<uuid:activity_id>/"
RESULT = f"{CHILD}results/<uuid:result_id>/"
CASELOAD = "caseloads/<uuid:caseload_id>/"
PROGRAMME = f"{CHILD}programmes/<uuid:programme_id>/"
SHARED = f"{CHILD}shared/"
SHARED_RESULT = f"{SHARED}results/<uuid:result_id>/"
SESSION = f"{REFERRAL}sessions/<uuid:appointment_id>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:table>.csv", statistics.statistics_table, name="statistics_table"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    # Caseloads: spreadsheets brought in
    path("caseloads/", caseload.caseload_list, name="caseload_list"),
    path("caseloads/template.<slug:form>", caseload.caseload_template, name="caseload_template"),
    path(CASELOAD, caseload.caseload_detail, name="caseload_detail"),
    path(f"{CASELOAD}map/", caseload.caseload_map, name="caseload_map"),
    path(f"{CASELOAD}bring/", caseload.caseload_bring, name="caseload_bring"),
    path(f"{CASELOAD}drop/", caseload.caseload_drop, name="caseload_drop"),
    path(f"{CASELOAD}mend.<slug:form>", caseload.caseload_mend, name="caseload_mend"),
    # Lists saved as files
    path("children/list.<slug:form>", export.child_export, name="child_export"),
    path("referrals/list.<slug:form>", export.referral_export, name="referral_export"),
    path("plans/list.<slug:form>", export.plan_export, name="plan_export"),
    path("messages/list.<slug:form>", export.message_export, name="message_export"),
    path(f"{CHILD}timeline.<slug:form>", export.timeline_export, name="timeline_export"),
    path(f"{CHILD}looks.<slug:form>", export.look_export, name="look_export"),
    # Account: by invitation; log-in, password and nothing more.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/language/", account_language, name="account_language"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("accounts/password/reset/key/<undashed:uidb36>-<key>/", account.password_reset_from_key, name="account_reset_password_from_key"),
    path("accounts/password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    # A second factor
    path("accounts/devices/", sign_in_list, name="sign_in_list"),
    path("accounts/factors/", mfa.index, name="mfa_index"),
    path("accounts/factors/show/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/factors/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/factors/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/factors/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/factors/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/factors/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/factors/passkeys/", mfa.index, name="mfa_list_webauthn"),
    path("accounts/factors/passkeys/new/", passkey.add_webauthn, name="mfa_add_webauthn"),
    path("accounts/factors/passkeys/again/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("accounts/factors/passkeys/<int:pk>/remove/", passkey.remove_webauthn, name="mfa_remove_webauthn"),
    # Reminder
    path("accounts/reminders/", reminder.reminder_edit, name="reminder_edit"),
    # Child
    path("children/", child.child_list, name="child_list"),
    path("children/new/", child.child_new, name="child_new"),
    path(CHILD, child.child_detail, name="child_detail"),
    path(f"{CHILD}edit/", child.child_edit, name="child_edit"),
    path(f"{CHILD}guardians/new/", guardian.guardian_add, name="guardian_add"),
    path(f"{CHILD}guardians/<uuid:guardian_id>/invite/", guardian.guardian_invite, name="guardian_invite"),
    path(f"{CHILD}looks/", look.look_list, name="look_list"),
    path(f"{CHILD}papers/", document.document_list, name="document_list"),
    path(f"{CHILD}record/", document.document_export, name="document_export"),
    # Emergency
    path("emergency/", emergency.emergency_open, name="emergency_open"),
    path("emergency/<uuid:emergency_id>/", emergency.emergency_review, name="emergency_review"),
    # Concern
    path(f"{CHILD}concerns/new/", concern.concern_new, name="concern_new"),
    path(CONCERN, concern.concern_detail, name="concern_detail"),
    path(f"{CONCERN}answer/", concern.concern_answer, name="concern_answer"),
    # Referral
    path("diagnoses/", diagnosis.diagnosis_search, name="diagnosis_search"),
    path("referrals/", referral.referral_list, name="referral_list"),
    path("clinics/search/", organization.organization_search, name="organization_search"),
    path("referrals/new/", referral.referral_new, name="referral_new"),
    path(f"{CHILD}refer/", referral.referral_write, name="referral_write"),
    path(REFERRAL, referral.referral_detail, name="referral_detail"),
    path(f"{REFERRAL}receive/", referral.referral_receive, name="referral_receive"),
    path(f"{REFERRAL}ask/", referral.referral_ask, name="referral_ask"),
    path(f"{REFERRAL}answer/", referral.referral_answer, name="referral_answer"),
    path(f"{REFERRAL}accept/", referral.referral_accept, name="referral_accept"),
    path(f"{REFERRAL}decline/", referral.referral_decline, name="referral_decline"),
    path(f"{REFERRAL}contact/", referral.referral_contact, name="referral_contact"),
    path(f"{REFERRAL}close/", referral.referral_close, name="referral_close"),
    path(f"{REFERRAL}cancel/", referral.referral_cancel, name="referral_cancel"),
    path(f"{REFERRAL}acknowledge/", referral.referral_acknowledge, name="referral_acknowledge"),
    path(f"{REFERRAL}confirm/", referral.referral_confirm, name="referral_confirm"),
    path(f"{REFERRAL}postpone/", referral.referral_postpone, name="referral_postpone"),
    path(f"{REFERRAL}hand-over/", referral.referral_hand_over, name="referral_hand_over"),
    path(f"{REFERRAL}mark-error/", referral.referral_mark_error, name="referral_mark_error"),
    # Appointment
    path(f"{REFERRAL}offer/", appointment.referral_offer, name="referral_offer"),
    path(f"{REFERRAL}book/", appointment.referral_book, name="referral_book"),
    path(f"{REFERRAL}pick/", appointment.referral_pick, name="referral_pick"),
    path(f"{REFERRAL}miss/", appointment.referral_miss, name="referral_miss"),
    path(f"{REFERRAL}cancel-visit/", appointment.referral_cancel_visit, name="referral_cancel_visit"),
    path(f"{REFERRAL}appointments/<uuid:appointment_id>/calendar.ics", appointment.appointment_calendar, name="appointment_calendar"),
    # Evaluation
    path(f"{REFERRAL}evaluations/", evaluation.evaluation_list, name="evaluation_list"),
    path(f"{REFERRAL}evaluations/write/", evaluation.evaluation_write, name="evaluation_write"),
    path(f"{REFERRAL}evaluations/sign/", evaluation.referral_sign_evaluation, name="referral_sign_evaluation"),
    path(f"{REFERRAL}evaluations/cut-short/", evaluation.referral_cut_short, name="referral_cut_short"),
    path(f"{REFERRAL}evaluations/amend/", evaluation.evaluation_amend, name="evaluation_amend"),
    path(f"{REFERRAL}evaluations/<uuid:evaluation_id>/", evaluation.evaluation_detail, name="evaluation_detail"),
    path(f"{REFERRAL}profile/", evaluation.evaluation_profile, name="evaluation_profile"),
    # Plan of care
    path("plans/", plan.plan_list, name="plan_list"),
    path(f"{REFERRAL}plans/", plan.plan_versions, name="plan_versions"),
    path(f"{REFERRAL}plans/write/", plan.plan_write, name="plan_write"),
    path(f"{REFERRAL}plans/sign/", plan.plan_sign, name="plan_sign"),
    path(f"{REFERRAL}plans/<uuid:plan_id>/", plan.plan_detail, name="plan_detail"),
    path(f"{REFERRAL}explain-plan/", plan.referral_explain_plan, name="referral_explain_plan"),
    path(f"{REFERRAL}send-plan/", plan.referral_send_plan, name="referral_send_plan"),
    path(f"{REFERRAL}certify-plan/", plan.referral_certify_plan, name="referral_certify_plan"),
    path(f"{REFERRAL}return-plan/", plan.referral_return_plan, name="referral_return_plan"),
    path(f"{REFERRAL}revise-plan/", plan.referral_revise_plan, name="referral_revise_plan"),
    path(f"{REFERRAL}start-therapy/", plan.referral_start_therapy, name="referral_start_therapy"),
    # Prescription
    path(f"{REFERRAL}prescriptions/", prescription.prescription_list, name="prescription_list"),
    path(f"{REFERRAL}prescriptions/new/", prescription.prescription_new, name="prescription_new"),
    path(f"{REFERRAL}prescriptions/<uuid:prescription_id>/", prescription.prescription_detail, name="prescription_detail"),
    # Goal
    path(f"{REFERRAL}goals/", goal.goal_list, name="goal_list"),
    path(f"{REFERRAL}goals/new/", goal.goal_new, name="goal_new"),
    path(GOAL, goal.goal_detail, name="goal_detail"),
    path(f"{GOAL}edit/", goal.goal_edit, name="goal_edit"),
    path(f"{GOAL}answer/", goal.goal_answer, name="goal_answer"),
    path(f"{GOAL}begin/", goal.goal_begin, name="goal_begin"),
    path(f"{GOAL}end/", goal.goal_end, name="goal_end"),
    path(f"{GOAL}rate/", goal.goal_rate, name="goal_rate"),
    path(f"{GOAL}performance/", goal.goal_performance, name="goal_performance"),
    # Discharge
    path(f"{REFERRAL}discharge/", discharge.referral_discharge, name="referral_discharge"),
    path(f"{REFERRAL}discharge/write/", discharge.discharge_write, name="discharge_write"),
    path(f"{REFERRAL}discharge/amend/", discharge.discharge_amend, name="discharge_amend"),
    path(f"{REFERRAL}discharge/note/", discharge.discharge_note, name="discharge_note"),
    path(f"{REFERRAL}discharge/<uuid:discharge_id>/", discharge.discharge_detail, name="discharge_detail"),
    path(f"{REFERRAL}discharge/<uuid:discharge_id>/print/", document.discharge_print, name="discharge_print"),
    path(f"{REFERRAL}discharge/<uuid:discharge_id>.pdf", document.discharge_pdf, name="discharge_pdf"),
    path(f"{REFERRAL}reopen/", discharge.referral_reopen, name="referral_reopen"),
    # Corrections
    path(f"{REFERRAL}corrections/", correction.correction_list, name="correction_list"),
    path(f"{REFERRAL}corrections/<slug:sort>/<uuid:document_id>/", correction.correction_new, name="correction_new"),
    path(f"{REFERRAL}corrections/<uuid:correction_id>/answer/", correction.correction_answer, name="correction_answer"),
    # Letters
    path(f"{REFERRAL}letters/", letter.letter_list, name="letter_list"),
    path(f"{REFERRAL}letters/new/", letter.letter_new, name="letter_new"),
    path(f"{REFERRAL}letters/<uuid:letter_id>/", letter.letter_print, name="letter_print"),
    path(f"{REFERRAL}letters/<uuid:letter_id>.pdf", letter.letter_pdf, name="letter_pdf"),
    path(f"{REFERRAL}letters/<uuid:letter_id>/error/", letter.letter_error, name="letter_error"),
    path(f"{SHARED}written/<uuid:letter_id>/", letter.shared_written_read, name="shared_written_read"),
    path(f"{SHARED}written/<uuid:letter_id>.pdf", letter.shared_written_pdf, name="shared_written_pdf"),
    # A therapist's visits in a calendar elsewhere
    path("account/calendar/", feed.feed_edit, name="feed_edit"),
    path("calendar/<slug:feed>/<slug:secret>.ics", feed.feed_read, name="feed_read"),
    # Home activities
    path(f"{REFERRAL}activities/", activity.activity_list, name="activity_list"),
    path(f"{REFERRAL}activities/new/", activity.activity_new, name="activity_new"),
    path(f"{REFERRAL}activities/handout/", document.activity_handout_print, name="activity_handout_print"),
    path(f"{REFERRAL}activities/handout.pdf", document.activity_handout_pdf, name="activity_handout_pdf"),
    path(ACTIVITY, activity.activity_detail, name="activity_detail"),
    path(f"{ACTIVITY}edit/", activity.activity_edit, name="activity_edit"),
    path(f"{ACTIVITY}retire/", activity.activity_retire, name="activity_retire"),
    path(f"{ACTIVITY}picture.jpg", activity.activity_picture, name="activity_picture"),
    path(f"{ACTIVITY}picture/", activity.activity_picture_set, name="activity_picture_set"),
    path(f"{ACTIVITY}ask/", check_in.activity_ask, name="activity_ask"),
    path(f"{ACTIVITY}practices/<uuid:practice_id>/react/", activity.practice_react, name="practice_react"),
    path(f"{REFERRAL}pauses/ask/", pause.pause_ask, name="pause_ask"),
    path(f"{REFERRAL}pauses/agree/", pause.pause_agree, name="pause_agree"),
    path(f"{REFERRAL}pauses/<uuid:pause_id>/answer/", pause.pause_answer, name="pause_answer"),
    path(f"{REFERRAL}check-ins/", check_in.check_in_list, name="check_in_list"),
    path(f"{REFERRAL}check-ins/new/", check_in.check_in_new, name="check_in_new"),
    path(f"{REFERRAL}check-ins/<uuid:check_in_id>/answer/", check_in.check_in_answer, name="check_in_answer"),
    # Practice at home, and the phone
    path("practice/", practice.practice_today, name="practice_today"),
    path("practice/queue/", practice.practice_queue, name="practice_queue"),
    path("practice/offline/", phone.practice_offline, name="practice_offline"),
    path("sw.js", phone.service_worker, name="service_worker"),
    path("manifest.webmanifest", phone.web_manifest, name="web_manifest"),
    path(f"{ACTIVITY}practice/", practice.practice_log, name="practice_log"),
    path(f"{ACTIVITY}practice/<uuid:practice_id>/", practice.practice_describe, name="practice_describe"),
    path(f"{ACTIVITY}practice/<uuid:practice_id>/undo/", practice.practice_undo, name="practice_undo"),
    # Therapy visits
    path(f"{REFERRAL}sessions/", session.session_list, name="session_list"),
    path(f"{REFERRAL}sessions/plan/", series.session_plan, name="session_plan"),
    path(f"{REFERRAL}sessions/authorise/", series.session_authorise, name="session_authorise"),
    path(f"{REFERRAL}sessions/series/<uuid:series_id>/cancel/", series.series_cancel, name="series_cancel"),
    path(SESSION, session.session_detail, name="session_detail"),
    path(f"{SESSION}move/", series.session_move, name="session_move"),
    path(f"{SESSION}attend/", series.session_attend, name="session_attend"),
    path(f"{SESSION}miss/", series.session_miss, name="session_miss"),
    path(f"{SESSION}cancel/", series.session_cancel, name="session_cancel"),
    path(f"{SESSION}undo/", series.session_undo, name="session_undo"),
    path(f"{SESSION}write/", session.session_write, name="session_write"),
    path(f"{SESSION}amend/", session.session_amend, name="session_amend"),
    path(f"{SESSION}cosign/", session.session_cosign, name="session_cosign"),
    # Progress and its reports
    path(f"{REFERRAL}progress/", progress.progress_detail, name="progress_detail"),
    path(f"{REFERRAL}reports/", report.report_list, name="report_list"),
    path(f"{REFERRAL}reports/write/", report.report_write, name="report_write"),
    path(f"{REFERRAL}reports/sign/", report.report_sign, name="report_sign"),
    path(f"{REFERRAL}reports/acknowledge/", report.report_acknowledge, name="report_acknowledge"),
    path(f"{REFERRAL}reports/<uuid:report_id>/", report.report_detail, name="report_detail"),
    path(f"{REFERRAL}reports/<uuid:report_id>/amend/", report.report_amend, name="report_amend"),
    path(f"{REFERRAL}send-report/", report.referral_send_report, name="referral_send_report"),
    # Messages
    path("messages/", message.message_list, name="message_list"),
    path(f"{CHILD}messages/", message.message_child, name="message_child"),
    path(f"{CHILD}messages/new/", message.message_new, name="message_new"),
    path(THREAD, message.thread_detail, name="thread_detail"),
    path(f"{THREAD}answer/", message.message_answer, name="message_answer"),
    path(f"{THREAD}files/<uuid:enclosure_id>/", message.enclosure_download, name="enclosure_download"),
    # Consent, and what it opens to a school or programme
    path(f"{CHILD}consents/", consent.consent_list, name="consent_list"),
    path(f"{CHILD}consents/new/", consent.consent_new, name="consent_new"),
    path(f"{CHILD}consents/<uuid:consent_id>/revoke/", consent.consent_revoke, name="consent_revoke"),
    path(SHARED, shared.shared_overview, name="shared_overview"),
    path(f"{SHARED}goals/", shared.shared_goals, name="shared_goals"),
    path(f"{SHARED}activities/", shared.shared_activities, name="shared_activities"),
    path(f"{SHARED}activities.pdf", shared.shared_activity_pdf, name="shared_activity_pdf"),
    path(f"{SHARED}visits/", shared.shared_visits, name="shared_visits"),
    path(f"{SHARED}plans/", shared.shared_plans, name="shared_plans"),
    path(f"{SHARED}plans/<uuid:plan_id>/", shared.shared_plan_read, name="shared_plan_read"),
    path(f"{SHARED}plans/<uuid:plan_id>.pdf", shared.shared_plan_pdf, name="shared_plan_pdf"),
    path(f"{SHARED}evaluations/", shared.shared_evaluations, name="shared_evaluations"),
    path(f"{SHARED}evaluations/<uuid:evaluation_id>/", shared.shared_evaluation_read, name="shared_evaluation_read"),
    path(f"{SHARED}evaluations/<uuid:evaluation_id>.pdf", shared.shared_evaluation_pdf, name="shared_evaluation_pdf"),
    path(f"{SHARED}reports/", shared.shared_reports, name="shared_reports"),
    path(f"{SHARED}reports/<uuid:report_id>/", shared.shared_report_read, name="shared_report_read"),
    path(f"{SHARED}reports/<uuid:report_id>.pdf", shared.shared_report_pdf, name="shared_report_pdf"),
    path(f"{SHARED}letters/<uuid:programme_id>/", shared.shared_letter_read, name="shared_letter_read"),
    path(f"{SHARED}letters/<uuid:programme_id>.pdf", shared.shared_letter_pdf, name="shared_letter_pdf"),
    # Results, asked for and sent both ways
    path(f"{CHILD}results/", result.result_list, name="result_list"),
    path(f"{CHILD}results/new/", result.result_new, name="result_new"),
    path(f"{RESULT}answer/", result.result_answer, name="result_answer"),
    path(f"{RESULT}withdraw/", result.result_withdraw, name="result_withdraw"),
    path(f"{RESULT}files/<uuid:file_id>/", result.result_file, name="result_file"),
    path(f"{REFERRAL}results/", result.referral_results, name="referral_results"),
    path(f"{SHARED}results/", result.shared_results, name="shared_results"),
    path(f"{SHARED}results/new/", result.shared_result_new, name="shared_result_new"),
    path(f"{SHARED_RESULT}answer/", result.shared_result_answer, name="shared_result_answer"),
    path(f"{SHARED_RESULT}withdraw/", result.shared_result_withdraw, name="shared_result_withdraw"),
    path(f"{SHARED_RESULT}files/<uuid:file_id>/", result.shared_result_file, name="shared_result_file"),
    # Early intervention and school districts
    path(f"{CHILD}programmes/", programme.programme_list, name="programme_list"),
    path(f"{CHILD}programmes/new/", programme.programme_new, name="programme_new"),
    path(PROGRAMME, programme.programme_detail, name="programme_detail"),
    path(f"{PROGRAMME}note/", programme.programme_note, name="programme_note"),
    path(f"{PROGRAMME}except/", programme.programme_except, name="programme_except"),
    path(f"{PROGRAMME}close/", programme.programme_close, name="programme_close"),
    path(f"{PROGRAMME}letter/", programme.programme_letter, name="programme_letter"),
    path(f"{PROGRAMME}letter/send/", programme.programme_send, name="programme_send"),
    path(f"{PROGRAMME}letter.pdf", programme.programme_letter_pdf, name="programme_letter_pdf"),
    # Other computer systems
    path("oauth/token/", token.system_token, name="system_token"),
    path("fhir/R4/metadata", fhir.fhir_metadata, name="fhir_metadata"),
    path("fhir/R4/", arrival.arrival_take, name="arrival_take"),
    path("fhir/R4", arrival.arrival_take, name="arrival_take"),
    path("fhir/R4/$process-message", arrival.arrival_take, name="arrival_take"),
    path("arrivals/<uuid:arrival_id>/", arrival.arrival_decide, name="arrival_decide"),
    path("fhir/R4/.well-known/smart-configuration", fhir.fhir_smart, name="fhir_smart"),
    path("fhir/R4/$<str:operation>", fhir.fhir_unknown, name="fhir_unknown"),
    path("fhir/R4/<str:kind>/$<str:operation>", fhir.fhir_unknown, name="fhir_unknown"),
    path("fhir/R4/Patient/<str:resource_id>/$everything", fhir.fhir_everything, name="fhir_everything"),
    path("fhir/R4/Binary/<str:resource_id>", fhir.fhir_binary, name="fhir_binary"),
    path("fhir/R4/<str:kind>/_search", fhir.fhir_search_form, name="fhir_search_form"),
    path("fhir/R4/<str:kind>/<str:resource_id>", fhir.fhir_read, name="fhir_read"),
    path("fhir/R4/<str:kind>", fhir.fhir_search, name="fhir_search"),
    path("fhir", fhir.fhir_unknown, name="fhir_unknown"),
    path("fhir/", fhir.fhir_unknown, name="fhir_unknown"),
    path("fhir/<path:rest>", fhir.fhir_unknown, name="fhir_unknown"),
    # Document
    path(f"{REFERRAL}attachments/", document.referral_attach, name="referral_attach"),
    path(f"{REFERRAL}attachments/<uuid:attachment_id>/", document.attachment_download, name="attachment_download"),
    path(f"{REFERRAL}evaluations/<uuid:evaluation_id>/print/", document.evaluation_print, name="evaluation_print"),
    path(f"{REFERRAL}evaluations/<uuid:evaluation_id>.pdf", document.evaluation_pdf, name="evaluation_pdf"),
    path(f"{REFERRAL}plans/<uuid:plan_id>/print/", document.plan_print, name="plan_print"),
    path(f"{REFERRAL}plans/<uuid:plan_id>.pdf", document.plan_pdf, name="plan_pdf"),
    path(f"{REFERRAL}prescriptions/<uuid:prescription_id>/print/", document.prescription_print, name="prescription_print"),
    path(f"{REFERRAL}prescriptions/<uuid:prescription_id>.pdf", document.prescription_pdf, name="prescription_pdf"),
    path(f"{REFERRAL}reports/<uuid:report_id>/print/", document.report_print, name="report_print"),
    path(f"{REFERRAL}reports/<uuid:report_id>.pdf", document.report_pdf, name="report_pdf"),
]  # fmt: skip
