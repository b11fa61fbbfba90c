"""Which month does a word name? Months as exports of many languages write them, whole, declined, or cut short."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Names of months, as `folded` writes them; a beginning of one counts where it can name no other month.
NAMES = (
    "january januar januari janvier enero gennaio janeiro stycznia styczen ledna leden ocak января ianuarie janner",
    "february februar februari fevrier febrero febbraio fevereiro lutego luty unora unor subat февраля februarie "
    "febuary feber",
    "march marz mrz maerz mars marzo marco maart mrt marca marzec brezna brezen marts mart марта martie marcius",
    "april avril abril aprile kwietnia kwiecien dubna duben nisan апреля aprilie aprilis",
    "may mai mei mayo maggio maio maja maj kvetna kveten mayıs мая маи majus",
    "june juni juin junio giugno junho czerwca czerwiec cervna cerven haziran июня iunie junius",
    "july juli juillet julio luglio julho lipca lipiec cervence cervenec temmuz июля iulie julius",
    "august aout agosto augustus sierpnia sierpien srpna srpen augusti agustos августа augusztus",
    "september septembre septiembre settembre setembro wrzesnia wrzesien zari eylul сентября septembrie szeptember",
    "october oktober octobre octubre ottobre outubro pazdziernika pazdziernik rijna rijen ekim октября octombrie",
    "november novembre noviembre novembro listopada listopad listopadu kasım ноября noiembrie",
    "december dezember decembre diciembre dicembre dezembro grudnia grudzien prosince prosinec desember aralık "
    "декабря decembrie",
)
# Names of which a beginning may be that of another month.
WHOLE = (
    "tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesakuu", "heinakuu", "elokuu", "syyskuu", "lokakuu",
    "marraskuu", "joulukuu",
)  # fmt: skip
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
CROATIAN = re.compile(r"\d\.\s*listopada\b|\b(?:lipnja|srpnja|lipanj|srpanj)\b", re.I)  # other months than in Poland


def folded(word: str) -> str:
    """Write a word in lower case and without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(sign))


@cache
def month_of(word: str) -> int:
    """Return the number of the month that a word names; 0 where it names none, or may name two.

    >>> month_of("Sept"), month_of("März"), month_of("jui"), month_of("market"), month_of("VII")
    (9, 3, 0, 0, 7)
    """
    bare = folded(word)
    if bare in ROMAN:
        return ROMAN.index(bare) + 1
    whole = bare.removesuffix("ta")
    if whole in WHOLE:
        return WHOLE.index(whole) + 1
    exact = {number for number, names in enumerate(NAMES, 1) if bare in names.split()}
    begun = {number for number, names in enumerate(NAMES, 1) for name in names.split() if name.startswith(bare)}
    found = exact or (begun if len(bare) > 2 else set())
    return found.pop() if len(found) == 1 else 0
