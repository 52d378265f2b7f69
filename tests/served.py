"""What becomes of a file that a test asked for and did not read? It is closed like any other."""

from collections.abc import Callable

from django.http import FileResponse, HttpRequest, HttpResponse


def read_whole(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Left open, it would fail whichever test came after the one that asked for its status only."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, FileResponse):
            content = b"".join(response)
            response.file_to_stream.close()
            response.streaming_content = [content]
        return response

    return answer
