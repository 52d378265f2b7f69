"""Do the numbers of a page look as the form and the tables that they are?"""

import re
from datetime import date

import pytest
from django.template.loader import render_to_string

from referrals.clinical.small_numbers import shown
from referrals.forms.statistics import StatisticsForm
from referrals.queries.bars import bars
from referrals.queries.statistics import Table
from referrals.templatetags.figures import _table, choices


def plain(page: str) -> str:
    """Without the blanks between what is drawn."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", page)).strip()


@pytest.mark.parametrize("site", ["", "00000000-0000-0000-0000-000000000001"])
@pytest.mark.parametrize("side", ["clinic", "practice"])
def test_the_fields_are_those_that_crispy_draws(site: str, side: str) -> None:
    asked = {"since": "2026-01-01", "until": "2026-02-02", "site": site}
    form = StatisticsForm(asked, today=date(2026, 3, 1), side=side)
    assert form.is_valid()
    form.offer([("00000000-0000-0000-0000-000000000001", 'Elm & <b>"Oak"</b>'), ("2", "Hill")])
    drawn = render_to_string("components/form_fields.html", {"form": form})
    assert plain(choices(form)) == plain(drawn)
    assert choices(form).count(" selected") == 1


@pytest.mark.parametrize("rows", [[], [("<i>", "<b>")]])
def test_whatever_stands_in_a_table_is_escaped(rows: list[tuple[str, ...]]) -> None:
    chart = bars([("<i>", shown(9), "<b>")], None) if rows else None
    drawn = _table(Table("days", "<i>", ("<i>", "<b>"), rows, "<b>", chart, "<i>"), '"><i>')
    assert "&lt;i&gt;" in drawn
    assert not re.search("<[ib]>", drawn)
