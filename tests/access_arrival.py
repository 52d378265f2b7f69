"""Who gets what where e-referrals come in? No session opens the door; the desk alone decides."""

TABLE = """
# address                            state     how  ped pra the col coo fam par str sped ofam adm nob anonymous
arrival_take                         -         GET  401 401 401 401 401 401 401 401 401 401 401 401 401
arrival_take                         -         POST 401 401 401 401 401 401 401 401 401 401 401 401 401
arrival_decide                       -         GET  404 404 404 404 200 404 404 404 404 404 404 404 in
arrival_decide                       -         POST 404 404 404 404 422 404 404 404 404 404 404 404 in
"""
