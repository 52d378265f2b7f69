"""Who reads the papers, the looks and the corrections? Rows of the access matrix."""

TABLE = """
# address                            state     how  ped pra the col coo fam par str sped ofam adm nob anonymous
look_list                            -         GET  403 403 404 404 404 200 403 404 404 404 404 404 in
look_list                            -         POST 403 403 404 404 404 200 403 404 404 404 404 404 in
look_list                            sent      GET  403 403 403 403 403 200 403 404 404 404 404 404 in
document_list                        -         GET  200 200 404 404 404 200 403 404 404 404 404 404 in
document_list                        -         POST 200 200 404 404 404 200 403 404 404 404 404 404 in
document_list                        evaluated GET  200 200 200 200 200 200 403 404 404 404 404 404 in
document_export                      -         GET  403 403 404 404 404 200 403 404 404 404 404 404 in
document_export                      -         POST 403 403 404 404 404 422 403 404 404 404 404 404 in
correction_list                      corrected GET  200 200 200 200 200 200 404 404 404 404 404 404 in
correction_list                      corrected POST 200 200 200 200 200 200 404 404 404 404 404 404 in
correction_new                       evaluated GET  403 403 403 403 403 200 404 404 404 404 404 404 in
correction_new                       evaluated POST 403 403 403 403 403 422 404 404 404 404 404 404 in
correction_answer                    corrected GET  403 403 200 200 403 403 404 404 404 404 404 404 in
correction_answer                    corrected POST 403 403 422 422 403 403 404 404 404 404 404 404 in
"""
