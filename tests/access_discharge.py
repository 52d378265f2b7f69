"""Who gets what from the addresses of the end of therapy? Rows of the access matrix."""

TABLE = """
referral_discharge                   summed_up GET   403 403 200 200 403 403 404 404 404 404 404 404 in
referral_discharge                   summed_up POST  403 403 422 422 403 403 404 404 404 404 404 404 in
discharge_write                      treated   GET   403 403 200 200 403 403 404 404 404 404 404 404 in
discharge_write                      treated   POST  403 403 422 422 403 403 404 404 404 404 404 404 in
discharge_amend                      discharged GET  403 403 200 200 403 403 404 404 404 404 404 404 in
discharge_amend                      discharged POST 403 403 422 422 403 403 404 404 404 404 404 404 in
discharge_note                       discharged GET  403 403 403 403 403 200 404 404 404 404 404 404 in
discharge_note                       discharged POST 403 403 403 403 403 422 404 404 404 404 404 404 in
discharge_detail                     summed_up GET   404 404 404 404 404 404 404 404 404 404 404 404 in
discharge_detail                     discharged GET  200 200 200 200 200 200 404 404 404 404 404 404 in
discharge_detail                     discharged POST 200 200 200 200 200 200 404 404 404 404 404 404 in
discharge_print                      discharged GET  200 200 200 200 200 200 404 404 404 404 404 404 in
discharge_print                      discharged POST 200 200 200 200 200 200 404 404 404 404 404 404 in
discharge_pdf                        discharged GET  200 200 200 200 200 200 404 404 404 404 404 404 in
discharge_pdf                        discharged POST 200 200 200 200 200 200 404 404 404 404 404 404 in
referral_reopen                      discharged GET  200 200 200 200 403 403 404 404 404 404 404 404 in
referral_reopen                      discharged POST 422 422 422 422 403 403 404 404 404 404 404 404 in
"""
