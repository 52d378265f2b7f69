"""Who gets what from practice at home, the phone, and the switch of language? Rows of the access matrix."""

TABLE = """
account_language                     -         GET  405 405 405 405 405 405 405 405 405 405 405 405 405
account_language                     -         POST 302 302 302 302 302 302 302 302 302 302 302 302 302
practice_today                       -         GET  403 403 403 403 403 200 403 403 403 200 200 200 in
practice_today                       -         POST 403 403 403 403 403 200 403 403 403 200 200 200 in
practice_queue                       -         GET  403 403 403 403 403 200 403 403 403 200 200 200 in
practice_queue                       -         POST 403 403 403 403 403 400 403 403 403 400 400 400 in
practice_offline                     -         GET  200 200 200 200 200 200 200 200 200 200 200 200 200
practice_offline                     -         POST 200 200 200 200 200 200 200 200 200 200 200 200 200
service_worker                       -         GET  200 200 200 200 200 200 200 200 200 200 200 200 200
service_worker                       -         POST 200 200 200 200 200 200 200 200 200 200 200 200 200
web_manifest                         -         GET  200 200 200 200 200 200 200 200 200 200 200 200 200
web_manifest                         -         POST 200 200 200 200 200 200 200 200 200 200 200 200 200
practice_log                         practising GET  403 403 403 403 403 200 404 404 404 404 404 404 in
practice_log                         practising POST 403 403 403 403 403 422 404 404 404 404 404 404 in
practice_describe                    practising GET  403 403 403 403 403 200 404 404 404 404 404 404 in
practice_describe                    practising POST 403 403 403 403 403 302 404 404 404 404 404 404 in
practice_undo                        practising GET  403 403 403 403 403 302 404 404 404 404 404 404 in
practice_undo                        practising POST 403 403 403 403 403 302 404 404 404 404 404 404 in
"""
