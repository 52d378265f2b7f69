"""Who gets what from the addresses of therapy visits? Rows of the table in `test_access_matrix`."""

TABLE = """
# address                            state     how  ped pra the col coo fam par str sped ofam adm nob anonymous
session_list                         booked    GET   200 200 200 200 200 200 404 404 404 404 404 404 in
session_list                         booked    POST  200 200 200 200 200 200 404 404 404 404 404 404 in
session_detail                       booked    GET   200 200 200 200 200 200 404 404 404 404 404 404 in
session_detail                       booked    POST  200 200 200 200 200 200 404 404 404 404 404 404 in
session_plan                         booked    GET   403 403 200 200 200 403 404 404 404 404 404 404 in
session_plan                         booked    POST  403 403 422 422 422 403 404 404 404 404 404 404 in
session_authorise                    booked    GET   403 403 200 200 200 403 404 404 404 404 404 404 in
session_authorise                    booked    POST  403 403 422 422 422 403 404 404 404 404 404 404 in
series_cancel                        booked    GET   403 403 200 200 200 403 404 404 404 404 404 404 in
series_cancel                        booked    POST  403 403 422 422 422 403 404 404 404 404 404 404 in
session_move                         booked    GET   403 403 200 200 200 403 404 404 404 404 404 404 in
session_move                         booked    POST  403 403 422 422 422 403 404 404 404 404 404 404 in
session_attend                       booked    GET   403 403 302 302 302 403 404 404 404 404 404 404 in
session_attend                       booked    POST  403 403 302 302 302 403 404 404 404 404 404 404 in
session_undo                         booked    GET   403 403 302 302 302 403 404 404 404 404 404 404 in
session_undo                         booked    POST  403 403 302 302 302 403 404 404 404 404 404 404 in
session_miss                         booked    GET   403 403 200 200 200 403 404 404 404 404 404 404 in
session_miss                         booked    POST  403 403 422 422 422 403 404 404 404 404 404 404 in
session_cancel                       booked    GET   403 403 200 200 200 403 404 404 404 404 404 404 in
session_cancel                       booked    POST  403 403 422 422 422 403 404 404 404 404 404 404 in
session_write                        held      GET   403 403 200 200 403 403 404 404 404 404 404 404 in
session_write                        held      POST  403 403 422 422 403 403 404 404 404 404 404 404 in
session_amend                        note_signed GET   403 403 200 200 403 403 404 404 404 404 404 404 in
session_amend                        note_signed POST  403 403 422 422 403 403 404 404 404 404 404 404 in
session_cosign                       note_signed GET   403 403 302 302 403 403 404 404 404 404 404 404 in
session_cosign                       note_signed POST  403 403 302 302 403 403 404 404 404 404 404 404 in
"""
