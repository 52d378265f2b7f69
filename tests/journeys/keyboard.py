"""How does somebody get on who has no mouse? By Tab and the keys that belong to each field.

At every stop on the way the focus is looked for: it must be seen, and nothing may lie over it.
"""

from typing import Final

from referrals.models import User
from tests.factories.person import PASSWORD
from tests.journeys.crawler import MEASURE
from tests.journeys.person import Person

#: More stops than the longest page has.
FAR: Final = 160

#: The words by which a stop is known, and whether its focus can be seen.
STOP: Final = """() => {
    const one = document.activeElement, label = one.labels && one.labels[0];
    const legend = one.type === "radio" && one.closest("fieldset")?.querySelector("legend");
    const words = (text) => (text || "").replace(/\\s+/g, " ").replace(/ ?\\*$/, "").trim();
    return {
        words: words(one.getAttribute("aria-label") || label?.innerText || one.textContent || one.name),
        of: words(legend && legend.innerText),
        fine: one === document.body || one.id === "main" || measure.ring(one) && measure.seen(one),
    };
}"""


class Keyboard:
    """A person's hands on the keys, and on nothing else."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.keys = person.page.keyboard

    def signs_in(self, user: User) -> "Keyboard":
        self.person.opens("/accounts/login/")
        self.to("Email").types(user.email).to("Password").types(PASSWORD)
        return self.goes("Enter")

    # --- Going ------------------------------------------------------------------------------

    def to(self, words: str, of: str = "", *, back: bool = False) -> "Keyboard":
        """Tab on until there; every stop before it shows that it has the focus."""
        self.page.evaluate(MEASURE)
        passed: list[str] = []
        for _ in range(FAR):
            self.keys.press("Shift+Tab" if back else "Tab")
            stop = self.page.evaluate(STOP)
            assert stop["fine"], f"the focus is not seen on “{stop['words']}” at {self.page.url}"
            if stop["words"].startswith(words) and stop["of"].startswith(of):
                return self
            passed.append(stop["words"])
        raise AssertionError(f"no way to “{words}”, only past {dict.fromkeys(passed)}")

    def skips(self) -> "Keyboard":
        """Past the head of the page, by the link that is there for it."""
        self.to("Skip to the content").keys.press("Enter")
        return self

    def goes(self, key: str) -> "Keyboard":
        """A key that leads to another page."""
        self.person._goes(lambda: self.keys.press(key))
        return self

    def follows(self, link: str) -> "Keyboard":
        return self.skips().to(link).goes("Enter")

    def presses(self, button: str) -> "Keyboard":
        return self.to(button).goes("Space")

    # --- Filling in ---------------------------------------------------------------------------

    def types(self, text: str) -> "Keyboard":
        """Into the field that has the focus."""
        self.keys.type(text)
        return self

    def ticks(self, words: str) -> "Keyboard":
        self.to(words).keys.press("Space")
        return self

    def chooses(self, label: str, option: str) -> "Keyboard":
        """Type the first letters of what is wanted, as one does in a list."""
        self.to(label).keys.type(option)
        chosen = self.page.evaluate("document.activeElement.selectedOptions[0].text")
        assert chosen.startswith(option), f"“{label}” says “{chosen}”, not “{option}”"
        return self

    def picks(self, question: str, number: int) -> "Keyboard":
        """One of several answers, with the arrows: the first is there with Space."""
        self.to("", of=question).keys.press("Space")
        for _ in range(number):
            self.keys.press("ArrowDown")
        return self

    def dates(self, label: str, digits: str) -> "Keyboard":
        """Month, day, year and, after an arrow, the time of day."""
        day, _, time = digits.partition(" ")
        self.to(label).keys.type(day)
        if time:
            self.keys.press("ArrowRight")
            self.keys.type(time)
        return self

    def reads(self, *words: str) -> "Keyboard":
        self.person.reads(*words)
        return self
