"""Pages leave compressed, files as they are."""

import gzip
from io import BytesIO

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

from lms.kit.middleware import CompressedPages

PAGE = "<p>Une phrase que l’on répète.</p>" * 100


def answer(response, accepts="gzip, br"):
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = accepts
    return CompressedPages(lambda request: response)(request)


class TestCompressedPages:
    def test_a_page_is_the_same_once_unpacked(self):
        response = answer(HttpResponse(PAGE))
        assert response["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.content).decode() == PAGE
        assert int(response["Content-Length"]) == len(response.content) < len(PAGE) / 4
        assert "Accept-Encoding" in response["Vary"]

    def test_two_answers_do_not_have_the_same_length_each_time(self):
        """What makes a page's size say nothing of what it holds (BREACH)."""
        assert len({len(answer(HttpResponse(PAGE)).content) for _ in range(50)}) > 10

    def test_a_client_that_does_not_know_gzip_gets_the_page(self):
        response = answer(HttpResponse(PAGE), accepts="identity")
        assert not response.has_header("Content-Encoding")
        assert response.content.decode() == PAGE

    @pytest.mark.parametrize(
        "response",
        [
            FileResponse(BytesIO(PAGE.encode()), filename="page.html"),
            StreamingHttpResponse([PAGE.encode()]),
            HttpResponse(PAGE, content_type="application/pdf"),
        ],
        ids=["file", "stream", "paper"],
    )
    def test_anything_but_a_page_is_left_alone(self, response):
        answered = answer(response)
        assert not answered.has_header("Content-Encoding")
        assert b"".join(answered).decode() == PAGE
