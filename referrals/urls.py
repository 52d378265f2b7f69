"""Every route on one screen, a block per room."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from referrals.views import (
    activity,
    appointment,
    check_in,
    child,
    concern,
    diagnosis,
    discharge,
    document,
    evaluation,
    goal,
    guardian,
    health,
    home,
    pause,
    phone,
    plan,
    practice,
    prescription,
    progress,
    referral,
    report,
    search,
    series,
    session,
)

# The administration is entered through the product's own log-in, with its limits.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class Undashed(StringConverter):
    """Ends at the first dash, where `str` would end at the last: the key behind it has dashes too."""

    regex = "[0-9A-Za-z]+"


register_converter(Undashed, "undashed")

CHILD = "children/<uuid:child_id>/"
CONCERN = "concerns/<uuid:concern_id>/"
REFERRAL = "referrals/<uuid:referral_id>/"
GOAL = f"{REFERRAL}goals/<uuid:goal_id>/"
ACTIVITY = f"{REFERRAL}activities/<uuid:activity_id>/"
SESSION = f"{REFERRAL}sessions/<uuid:appointment_id>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    # Account: by invitation; log-in, password and nothing more.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("accounts/password/reset/key/<undashed:uidb36>-<key>/", account.password_reset_from_key, name="account_reset_password_from_key"),
    path("accounts/password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    # Child
    path("children/", child.child_list, name="child_list"),
    path("children/new/", child.child_new, name="child_new"),
    path(CHILD, child.child_detail, name="child_detail"),
    path(f"{CHILD}edit/", child.child_edit, name="child_edit"),
    path(f"{CHILD}guardians/new/", guardian.guardian_add, name="guardian_add"),
    path(f"{CHILD}guardians/<uuid:guardian_id>/invite/", guardian.guardian_invite, name="guardian_invite"),
    # Concern
    path(f"{CHILD}concerns/new/", concern.concern_new, name="concern_new"),
    path(CONCERN, concern.concern_detail, name="concern_detail"),
    path(f"{CONCERN}answer/", concern.concern_answer, name="concern_answer"),
    # Referral
    path("diagnoses/", diagnosis.diagnosis_search, name="diagnosis_search"),
    path("referrals/", referral.referral_list, name="referral_list"),
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
