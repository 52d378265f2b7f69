"""Who gets what from the addresses of files, prints and PDFs? Rows of the access matrix."""

TABLE = """
attachment_download                  draft     GET   200 200 404 404 404 404 404 404 404 404 404 404 in
attachment_download                  draft     POST  200 200 404 404 404 404 404 404 404 404 404 404 in
attachment_download                  sent      GET   200 200 200 200 200 200 404 404 404 404 404 404 in
attachment_download                  sent      POST  200 200 200 200 200 200 404 404 404 404 404 404 in

evaluation_print                     plan_sent GET   200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_print                     plan_sent POST  200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_pdf                       plan_sent GET   200 200 200 200 200 200 404 404 404 404 404 404 in
evaluation_pdf                       plan_sent POST  200 200 200 200 200 200 404 404 404 404 404 404 in

plan_print                           plan_sent GET   200 200 200 200 200 200 404 404 404 404 404 404 in
plan_print                           plan_sent POST  200 200 200 200 200 200 404 404 404 404 404 404 in
plan_pdf                             plan_sent GET   200 200 200 200 200 200 404 404 404 404 404 404 in
plan_pdf                             plan_sent POST  200 200 200 200 200 200 404 404 404 404 404 404 in

prescription_print                   plan_sent GET   200 200 200 200 200 200 404 404 404 404 404 404 in
prescription_print                   plan_sent POST  200 200 200 200 200 200 404 404 404 404 404 404 in
prescription_pdf                     plan_sent GET   200 200 200 200 200 200 404 404 404 404 404 404 in
prescription_pdf                     plan_sent POST  200 200 200 200 200 200 404 404 404 404 404 404 in
"""
