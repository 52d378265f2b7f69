"""Who gets what from the addresses of practice at home and the phone? Rows of the access matrix."""

TABLE = """

"""
