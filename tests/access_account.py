"""Who gets what where somebody sets a password or keeps a second factor? Each their own, once it is still them.

Rows of the access matrix.
"""

TABLE = """
account_set_password                 -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
account_set_password                 -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in

sign_in_list                         -         GET  200 200 200 200 200 200 200 200 200 200 200 200 in
sign_in_list                         -         POST 404 404 404 404 404 404 404 404 404 404 404 404 in
sign_in_ask                          -         GET  204 204 204 204 204 204 204 204 204 204 204 204 in
sign_in_ask                          -         POST 204 204 204 204 204 204 204 204 204 204 204 204 in

mfa_index                            -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
mfa_index                            -         POST  405 405 405 405 405 405 405 405 405 405 405 405 in
mfa_list_webauthn                    -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
mfa_list_webauthn                    -         POST  405 405 405 405 405 405 405 405 405 405 405 405 in
mfa_authenticate                     -         GET   302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_authenticate                     -         POST  302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_reauthenticate                   -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_reauthenticate                   -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_reauthenticate_webauthn          -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_reauthenticate_webauthn          -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_activate_totp                    -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_activate_totp                    -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_deactivate_totp                  -         GET   404 404 404 404 404 404 404 404 404 404 404 404 in
mfa_deactivate_totp                  -         POST  404 404 404 404 404 404 404 404 404 404 404 404 in
mfa_view_recovery_codes              -         GET   404 404 404 404 404 404 404 404 404 404 404 404 in
mfa_view_recovery_codes              -         POST  405 405 405 405 405 405 405 405 405 405 405 405 in
mfa_generate_recovery_codes          -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_generate_recovery_codes          -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_add_webauthn                     -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_add_webauthn                     -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_remove_webauthn                  -         GET   302 302 302 302 302 302 302 302 302 302 302 302 in
mfa_remove_webauthn                  -         POST  302 302 302 302 302 302 302 302 302 302 302 302 in
"""
