"""Who gets what from the addresses of caseloads and of lists saved as files? Rows of the access matrix."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.actions.caseload import take_in_caseload

#: The practice's file: its pediatricians have it, and who administers all.
TABLE = """
caseload_list                        -         GET   200 200 403 403 200 403 403 403 200 403 200 403 in
caseload_list                        -         POST  422 422 403 403 422 403 403 403 422 403 422 403 in
caseload_template                    -         GET   200 200 403 403 200 403 403 403 200 403 200 403 in
caseload_template                    -         POST  200 200 403 403 200 403 403 403 200 403 200 403 in
caseload_detail                      -         GET   302 302 403 403 404 403 403 403 404 403 302 403 in
caseload_detail                      -         POST  302 302 403 403 404 403 403 403 404 403 302 403 in
caseload_map                         -         GET   200 200 403 403 404 403 403 403 404 403 200 403 in
caseload_map                         -         POST  422 422 403 403 404 403 403 403 404 403 422 403 in
caseload_bring                       -         GET   302 302 403 403 404 403 403 403 404 403 302 403 in
caseload_bring                       -         POST  422 422 403 403 404 403 403 403 404 403 422 403 in
caseload_drop                        -         GET   302 302 403 403 404 403 403 403 404 403 302 403 in
caseload_drop                        -         POST  302 302 403 403 404 403 403 403 404 403 302 403 in
caseload_mend                        -         GET   200 200 403 403 404 403 403 403 404 403 200 403 in
caseload_mend                        -         POST  200 200 403 403 404 403 403 403 404 403 200 403 in

child_export                         -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
child_export                         -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
referral_export                      -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
referral_export                      -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
plan_export                          -         GET   200 200 200 200 200 403 403 200 200 403 403 403 in
plan_export                          -         POST  200 200 200 200 200 403 403 200 200 403 403 403 in
message_export                       -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
message_export                       -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
timeline_export                      -         GET   200 200 404 404 404 200 403 404 404 404 404 404 in
timeline_export                      -         POST  200 200 404 404 404 200 403 404 404 404 404 404 in
look_export                          -         GET   403 403 404 404 404 200 403 404 404 404 404 404 in
look_export                          -         POST  403 403 404 404 404 200 403 404 404 404 404 404 in
"""
ROWS = b"Given name,Family name,Date of birth\r\nXimena,Invented,2021-05-17\r\n"


def keys(wanted: set[str], cast: Any, now: datetime) -> dict[str, Any]:
    """The practice's file, just taken in; of files the plain form."""
    made: dict[str, Any] = {}
    if "form" in wanted:
        made["form"] = "csv"
    if "caseload_id" in wanted:
        upload = SimpleUploadedFile("list.csv", ROWS)
        taken = take_in_caseload(
            organization=cast.practice, upload=upload, by=cast.pediatrician, at=now
        )
        made["caseload_id"] = taken.pk
    return made
