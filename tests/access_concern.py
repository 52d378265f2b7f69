"""Who gets what from the addresses of concerns? Rows of the access matrix."""

TABLE = """
concern_new                          -         GET   200 200 404 404 404 200 403 404 404 404 404 404 in
concern_new                          -         POST  422 422 404 404 404 422 403 404 404 404 404 404 in
concern_new                          sent      GET   200 200 403 403 403 200 403 404 404 404 404 404 in
concern_new                          sent      POST  422 422 403 403 403 422 403 404 404 404 404 404 in
concern_detail                       -         GET   200 200 404 404 404 200 404 404 404 404 404 404 in
concern_detail                       -         POST  200 200 404 404 404 200 404 404 404 404 404 404 in
concern_detail                       sent      GET   200 200 200 200 200 200 404 404 404 404 404 404 in
concern_detail                       sent      POST  200 200 200 200 200 200 404 404 404 404 404 404 in
concern_answer                       -         GET   302 302 404 404 404 403 404 404 404 404 404 404 in
concern_answer                       -         POST  422 422 404 404 404 403 404 404 404 404 404 404 in
concern_answer                       sent      GET   302 302 403 403 403 403 404 404 404 404 404 404 in
concern_answer                       sent      POST  422 422 403 403 403 403 404 404 404 404 404 404 in
"""
