"""Who gets what from the address of one's own e-mails? Rows of the access matrix."""

TABLE = """
reminder_edit                        -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
reminder_edit                        -         POST  422 422 422 422 422 422 422 422 422 422 422 422 in
"""
