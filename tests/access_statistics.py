"""Who gets what from the addresses of statistics? Rows of the access matrix."""

TABLE = """
statistics                           -         GET   200 200 200 200 200 403 403 200 200 403 403 403 in
statistics                           -         POST  200 200 200 200 200 403 403 200 200 403 403 403 in
statistics_table                     -         GET   200 200 200 200 200 403 403 200 200 403 403 403 in
statistics_table                     -         POST  200 200 200 200 200 403 403 200 200 403 403 403 in
"""
