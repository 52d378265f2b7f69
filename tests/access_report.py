"""Who gets what from the addresses of progress and its reports? Rows of the access matrix."""

TABLE = """
progress_detail                      in_therapy GET  200 200 200 200 200 200 404 404 404 404 404 404 in
progress_detail                      in_therapy POST 200 200 200 200 200 200 404 404 404 404 404 404 in
progress_detail                      sent      GET   200 200 200 200 200 200 404 404 404 404 404 404 in
progress_detail                      draft     GET   200 200 404 404 404 404 404 404 404 404 404 404 in
report_list                          report_drafted GET  200 200 200 200 200 200 404 404 404 404 404 404 in
report_list                          report_drafted POST 200 200 200 200 200 200 404 404 404 404 404 404 in
report_write                         in_therapy GET  403 403 200 200 403 403 404 404 404 404 404 404 in
report_write                         in_therapy POST 403 403 422 422 403 403 404 404 404 404 404 404 in
report_sign                          report_drafted GET  403 403 200 200 403 403 404 404 404 404 404 404 in
report_sign                          report_drafted POST 403 403 422 422 403 403 404 404 404 404 404 404 in
report_detail                        report_drafted GET  404 404 404 404 404 404 404 404 404 404 404 404 in
report_detail                        report_drafted POST 404 404 404 404 404 404 404 404 404 404 404 404 in
report_detail                        report_signed GET  404 404 200 200 404 404 404 404 404 404 404 404 in
report_detail                        report_signed POST 404 404 200 200 404 404 404 404 404 404 404 404 in
report_detail                        report_sent GET  200 200 200 200 200 200 404 404 404 404 404 404 in
report_detail                        report_sent POST 200 200 200 200 200 200 404 404 404 404 404 404 in
report_amend                         report_sent GET  403 403 200 200 403 403 404 404 404 404 404 404 in
report_amend                         report_sent POST 403 403 422 422 403 403 404 404 404 404 404 404 in
referral_send_report                 report_signed GET  403 403 200 200 403 403 404 404 404 404 404 404 in
referral_send_report                 report_signed POST 403 403 422 422 403 403 404 404 404 404 404 404 in
report_acknowledge                   report_sent GET  200 200 403 403 403 403 404 404 404 404 404 404 in
report_acknowledge                   report_sent POST 422 422 403 403 403 403 404 404 404 404 404 404 in
report_print                         report_signed GET  404 404 200 200 404 404 404 404 404 404 404 404 in
report_print                         report_signed POST 404 404 200 200 404 404 404 404 404 404 404 404 in
report_print                         report_sent GET  200 200 200 200 200 200 404 404 404 404 404 404 in
report_print                         report_sent POST 200 200 200 200 200 200 404 404 404 404 404 404 in
report_pdf                           report_signed GET  404 404 200 200 404 404 404 404 404 404 404 404 in
report_pdf                           report_signed POST 404 404 200 200 404 404 404 404 404 404 404 404 in
report_pdf                           report_sent GET  200 200 200 200 200 200 404 404 404 404 404 404 in
report_pdf                           report_sent POST 200 200 200 200 200 200 404 404 404 404 404 404 in
"""
