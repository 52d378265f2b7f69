"""Who gets what from the addresses of letters and of a calendar elsewhere? Rows of the access matrix."""

TABLE = """
# address                            state     how  ped pra the col coo fam par str sped ofam adm nob anonymous
letter_list                          sent      GET  200 200 200 200 200 200 404 404 404 404 404 404 in
letter_list                          sent      POST 200 200 200 200 200 200 404 404 404 404 404 404 in
letter_new                           sent      GET  200 200 200 200 200 403 404 404 404 404 404 404 in
letter_new                           sent      POST 422 422 422 422 422 403 404 404 404 404 404 404 in
letter_print                         written_to_clinic GET  200 200 200 200 200 404 404 404 404 404 404 404 in
letter_print                         written_to_clinic POST 200 200 200 200 200 404 404 404 404 404 404 404 in
letter_print                         written_to_family GET  200 200 200 200 200 200 404 404 404 404 404 404 in
letter_print                         written_to_family POST 200 200 200 200 200 200 404 404 404 404 404 404 in
letter_print                         written_to_school GET  200 200 200 200 200 404 404 404 404 404 404 404 in
letter_pdf                           written_to_clinic GET  200 200 200 200 200 404 404 404 404 404 404 404 in
letter_pdf                           written_to_clinic POST 200 200 200 200 200 404 404 404 404 404 404 404 in
letter_pdf                           written_to_family GET  200 200 200 200 200 200 404 404 404 404 404 404 in
letter_pdf                           written_to_family POST 200 200 200 200 200 200 404 404 404 404 404 404 in
letter_error                         written_to_clinic GET  200 200 403 403 403 403 404 404 404 404 404 404 in
letter_error                         written_to_clinic POST 422 422 403 403 403 403 404 404 404 404 404 404 in
letter_error                         written_to_family GET  403 403 200 200 200 403 404 404 404 404 404 404 in
letter_error                         written_to_family POST 403 403 422 422 422 403 404 404 404 404 404 404 in
shared_written_read                  written_to_school GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_written_read                  written_to_school POST 404 404 404 404 404 404 200 404 404 404 404 404 in
shared_written_read                  written_to_clinic GET  404 404 404 404 404 404 404 404 404 404 404 404 in
shared_written_pdf                   written_to_school GET  404 404 404 404 404 404 200 404 404 404 404 404 in
shared_written_pdf                   written_to_school POST 404 404 404 404 404 404 200 404 404 404 404 404 in

feed_edit                            -         GET  403 403 200 200 403 403 403 200 403 403 403 403 in
feed_edit                            -         POST 403 403 302 302 403 403 403 302 403 403 403 403 in
feed_read                            -         GET  404 404 404 404 404 404 404 404 404 404 404 404 404
feed_read                            -         POST 405 405 405 405 405 405 405 405 405 405 405 405 405
"""
