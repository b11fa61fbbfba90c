import datetime as dt

import narwhals as nw
import polars as pl

from ziggurat.base.instant import DAY
from ziggurat.levels.calendar import month_start, with_month

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2101, 1, 1)


def test_every_day_of_two_centuries_lies_in_its_month():
    days = [dt.date.fromordinal(number) for number in range(FIRST.toordinal(), LAST.toordinal())]
    epoch = dt.date(1970, 1, 1).toordinal()
    for offset in (0, DAY - 1):
        table = pl.DataFrame({"at": [(day.toordinal() - epoch) * DAY + offset for day in days]})
        found = with_month(nw.from_native(table).lazy(), "at", "month").collect()["month"].to_list()
        assert found == [day.year * 12 + day.month - 1 for day in days]


def test_a_month_begins_where_it_says():
    starts = nw.from_dict({"at": [month_start(2026 * 12 + index) for index in range(-30, 30)]}, backend=pl).lazy()
    found = with_month(starts, "at", "month").collect()["month"].to_list()
    assert found == [2026 * 12 + index for index in range(-30, 30)]
