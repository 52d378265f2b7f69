"""Who gets what where somebody without a password sets one? Who has one is sent to change it. Rows of the access matrix."""

TABLE = """
account_set_password                 -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
account_set_password                 -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in
"""
