"""Who gets what from the addresses for other computer systems? No session opens any of them."""

#: What stands in an address of theirs.
KEYS = {
    "kind": "Patient",
    "operation": "match",
    "resource_id": "00000000-0000-7000-8000-000000000000",
}
TABLE = """
system_token                         -         GET   405 405 405 405 405 405 405 405 405 405 405 405 405
system_token                         -         POST  400 400 400 400 400 400 400 400 400 400 400 400 400
fhir_metadata                        -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
fhir_metadata                        -         POST  405 405 405 405 405 405 405 405 405 405 405 405 405
fhir_smart                           -         GET   200 200 200 200 200 200 200 200 200 200 200 200 200
fhir_smart                           -         POST  405 405 405 405 405 405 405 405 405 405 405 405 405
fhir_search                          -         GET   401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_search                          -         POST  401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_search_form                     -         GET   401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_search_form                     -         POST  401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_read                            -         GET   401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_read                            -         POST  401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_everything                      -         GET   401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_everything                      -         POST  401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_binary                          -         GET   401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_binary                          -         POST  401 401 401 401 401 401 401 401 401 401 401 401 401
fhir_unknown                         -         GET   404 404 404 404 404 404 404 404 404 404 404 404 404
fhir_unknown                         -         POST  404 404 404 404 404 404 404 404 404 404 404 404 404
"""
