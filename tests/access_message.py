"""Who gets what from the addresses of messages? Rows of the access matrix.

`partner` has a consent that opens no messages, and in `with_school` one that does.
"""

from typing import Any

TABLE = """
message_list                         -         GET   200 200 200 200 200 200 200 200 200 200 200 200 in
message_list                         -         POST  200 200 200 200 200 200 200 200 200 200 200 200 in
message_child                        narrowed  GET   200 200 200 200 200 200 403 404 404 404 404 404 in
message_child                        sent      POST  200 200 200 200 200 200 200 404 404 404 404 404 in
message_child                        with_school GET 200 200 200 200 200 200 200 404 404 404 404 404 in
message_new                          narrowed  GET   200 200 200 200 200 200 403 404 404 404 404 404 in
message_new                          narrowed  POST  422 422 422 422 422 422 403 404 404 404 404 404 in
message_new                          with_school GET 200 200 200 200 200 200 200 404 404 404 404 404 in
message_new                          with_school POST 422 422 422 422 422 422 422 404 404 404 404 404 in
thread_detail                        between_clinicians GET 200 200 200 200 200 404 404 404 404 404 404 404 in
thread_detail                        between_clinicians POST 200 200 200 200 200 404 404 404 404 404 404 404 in
thread_detail                        with_family GET 200 200 200 200 200 200 404 404 404 404 404 404 in
thread_detail                        with_family POST 200 200 200 200 200 200 404 404 404 404 404 404 in
thread_detail                        with_school GET 200 200 200 200 200 200 200 404 404 404 404 404 in
thread_detail                        with_school POST 200 200 200 200 200 200 200 404 404 404 404 404 in
message_answer                       between_clinicians GET 302 302 302 302 302 404 404 404 404 404 404 404 in
message_answer                       between_clinicians POST 422 422 422 422 422 404 404 404 404 404 404 404 in
message_answer                       with_family GET 302 302 302 302 302 302 404 404 404 404 404 404 in
message_answer                       with_family POST 422 422 422 422 422 422 404 404 404 404 404 404 in
message_answer                       with_school POST 422 422 422 422 422 422 422 404 404 404 404 404 in
enclosure_download                   between_clinicians GET 200 200 200 200 200 404 404 404 404 404 404 404 in
enclosure_download                   between_clinicians POST 200 200 200 200 200 404 404 404 404 404 404 404 in
enclosure_download                   with_family GET 200 200 200 200 200 200 404 404 404 404 404 404 in
enclosure_download                   with_family POST 200 200 200 200 200 200 404 404 404 404 404 404 in
enclosure_download                   with_school GET 200 200 200 200 200 200 200 404 404 404 404 404 in
"""


def keys_of(thread: Any, wanted: set[str]) -> dict[str, Any]:
    """The ids in the address of a thread, and of the file that came with its first message."""
    keys = {"thread_id": thread.pk}
    if "enclosure_id" in wanted:
        keys["enclosure_id"] = thread.messages.get().enclosures.get().pk
    return keys
