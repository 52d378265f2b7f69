"""Who gets what where records are opened in an emergency? Who treats opens, who answers for the place reviews.

Rows of the access matrix.
"""

TABLE = """
# address                            state     how  ped pra the col coo fam par str sped ofam adm nob anonymous
emergency_open                       -         GET  200 200 200 200 403 403 403 200 200 403 403 403 in
emergency_open                       -         POST 422 422 422 422 403 403 403 422 422 403 403 403 in
emergency_review                     sent      GET  404 404 404 404 200 404 404 404 404 404 404 404 in
emergency_review                     sent      POST 404 404 404 404 422 404 404 404 404 404 404 404 in
"""
