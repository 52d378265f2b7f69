"""How does a trial use the product as a browser does: cookies, links, forms as the page has them?"""

import time as clock
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass
class Form:
    action: str
    method: str
    #: As they would be sent with nothing typed.
    fields: dict[str, str] = field(default_factory=dict)
    #: What could be ticked or chosen, by name.
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Answer:
    """`status` 0: no answer came."""

    status: int
    path: str
    text: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self._page: _Page | None = None

    @property
    def page(self) -> "_Page":
        if self._page is None:
            self._page = _Page()
            self._page.feed(self.text)
        return self._page

    def links(self, *parts: str) -> list[str]:
        """The addresses linked here that hold each of these parts, each once, in order."""
        found = (link for link in self.page.links if all(part in link for part in parts))
        return list(dict.fromkeys(found))

    def forms(self, *parts: str) -> list[Form]:
        """The forms that are posted to an address with each of these parts."""
        return [
            replace(form, action=urljoin(self.path, form.action))
            for form in self.page.forms
            if form.method == "post"
            and all(part in urljoin(self.path, form.action) for part in parts)
        ]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(has.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(has.get("action", ""), has.get("method", "get").lower()))
        elif self.forms and tag in ("input", "textarea", "select", "option"):
            self._control(self.forms[-1], tag, has)

    def _control(self, form: Form, tag: str, has: dict[str, str]) -> None:
        if tag == "option":
            form.choices[self._select].append(has.get("value", ""))
            if "selected" in has:
                form.fields[self._select] = has.get("value", "")
        elif tag == "select":
            self._select = has.get("name", "")
            form.choices[self._select] = []
        elif "name" not in has:
            pass  # for scripts only: it is not sent
        elif tag == "textarea":
            self._text = has["name"]
            form.fields[self._text] = ""
        elif has.get("type") in ("radio", "checkbox"):
            form.choices.setdefault(has["name"], []).append(has.get("value", "on"))
            if "checked" in has:
                form.fields[has["name"]] = has.get("value", "on")
        elif has.get("type") not in ("file", "submit"):
            form.fields[has["name"]] = has.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1].fields[self._text] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""


class Visitor:
    """One person at one device, signed in, with a connection that is kept."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        self.cookies = {"sessionid": session}
        self.line: HTTPConnection | None = None

    def open(self, path: str) -> Answer:
        return self._ask("GET", path)

    def send(self, form: Form, **typed: str) -> Answer:
        return self._ask("POST", form.action, urlencode(form.fields | typed))

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        begun = clock.perf_counter()
        try:
            answer = self._answer(method, path, body)
        except (HTTPException, OSError):
            self.close()
            answer = Answer(0, path)
        answer.seconds = clock.perf_counter() - begun
        return answer

    def _answer(self, method: str, path: str, body: str | None) -> Answer:
        self.line = self.line or HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self.port}{path}"
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if answer.will_close:
            self.close()
        if answer.status in (302, 303):
            where = urlsplit(urljoin(path, answer.getheader("Location", "")))
            return self._answer(
                "GET", where.path + (f"?{where.query}" if where.query else ""), None
            )
        return Answer(answer.status, path, content.decode(errors="replace"))
