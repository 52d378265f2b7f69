"""Who gets what from the addresses of practice at home? A part of the table of `test_access_matrix`."""

TABLE = """
# address                            state     how  ped pra the col coo fam par str sped ofam adm nob anonymous
activity_list                        at_home   GET  200 200 200 200 200 200 404 404 404 404 404 404 in
activity_list                        at_home   POST 200 200 200 200 200 200 404 404 404 404 404 404 in
activity_new                         at_home   GET  403 403 200 200 403 403 404 404 404 404 404 404 in
activity_new                         at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
activity_handout_print               at_home   GET  200 200 200 200 200 200 404 404 404 404 404 404 in
activity_handout_print               at_home   POST 200 200 200 200 200 200 404 404 404 404 404 404 in
activity_handout_pdf                 at_home   GET  200 200 200 200 200 200 404 404 404 404 404 404 in
activity_handout_pdf                 at_home   POST 200 200 200 200 200 200 404 404 404 404 404 404 in
activity_detail                      at_home   GET  200 200 200 200 200 200 404 404 404 404 404 404 in
activity_detail                      at_home   POST 200 200 200 200 200 200 404 404 404 404 404 404 in
activity_edit                        at_home   GET  403 403 200 200 403 403 404 404 404 404 404 404 in
activity_edit                        at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
activity_retire                      at_home   GET  403 403 200 200 403 403 404 404 404 404 404 404 in
activity_retire                      at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
activity_picture                     at_home   GET  200 200 200 200 200 200 404 404 404 404 404 404 in
activity_picture                     at_home   POST 200 200 200 200 200 200 404 404 404 404 404 404 in
activity_picture_set                 at_home   GET  403 403 200 200 403 403 404 404 404 404 404 404 in
activity_picture_set                 at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
activity_ask                         at_home   GET  403 403 403 403 403 200 404 404 404 404 404 404 in
activity_ask                         at_home   POST 403 403 403 403 403 422 404 404 404 404 404 404 in
practice_react                       at_home   GET  403 403 302 302 403 403 404 404 404 404 404 404 in
practice_react                       at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
pause_ask                            at_home   GET  403 403 403 403 403 200 404 404 404 404 404 404 in
pause_ask                            at_home   POST 403 403 403 403 403 422 404 404 404 404 404 404 in
pause_agree                          at_home   GET  403 403 200 200 403 403 404 404 404 404 404 404 in
pause_agree                          at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
pause_answer                         at_home   GET  403 403 200 200 403 403 404 404 404 404 404 404 in
pause_answer                         at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
check_in_list                        at_home   GET  200 200 200 200 200 200 404 404 404 404 404 404 in
check_in_list                        at_home   POST 200 200 200 200 200 200 404 404 404 404 404 404 in
check_in_new                         at_home   GET  200 200 403 403 403 403 404 404 404 404 404 404 in
check_in_new                         at_home   POST 422 422 403 403 403 403 404 404 404 404 404 404 in
check_in_answer                      at_home   GET  403 403 200 200 403 403 404 404 404 404 404 404 in
check_in_answer                      at_home   POST 403 403 422 422 403 403 404 404 404 404 404 404 in
"""
