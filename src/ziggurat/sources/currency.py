"""What is written beside an amount that says its currency, or which way the money went? It is taken away to read it."""

from __future__ import annotations

import re

SYMBOLS = "€$£¥₹₽₺₩₪₦₱₫฿₴₡₵₨৳₲₸₼₾₭₮₿¢¤￥￡＄"
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # marks of the direction of writing
# Words of currencies, whatever their case, with or without a dot: at either end of an amount.
WORDS = (
    r"kr|kč|kc|zł|zl|ft|лв|руб|р|грн|kn|lei|rs|inr|rp|ksh|kshs|ush|tsh|tk|tl|bs|s/|b/|fr|sfr|euros?|dollars?|pounds?|"
    r"francs?|franken|kronor|kroner|rupees?|rupiah|reais|pesos?|yen|円|元|원|圓|د\.إ"
)
WORD = re.compile(rf"(?:^|(?<=[\d\s(+,.)-]))(?:{WORDS})\.?(?=$|[\s\d(+)-])", re.I)
CODE = re.compile(r"[A-Z]{1,4}\$|\b[A-Z]{2,3}(?=[\d\s(+-]|$)|(?<=\d)[A-Z]{3}\b")
LETTER = re.compile(  # R150 of South Africa; of other single letters only what no seat or room is called
    r"(?:^|(?<=[\s(+-]))(?:R\s?(?=\d)|[NQLK]\.?\s?(?=\d{1,3}(?:[ ,]\d{3})*[.,]\d\d(?!\d)|\d{1,3}(?:[ ,]\d{3})+(?!\d)))"
)
ROUND = re.compile(r"(?<=\d)([.,])(?:-{1,2}|–|—)(?=\D*$)")  # 12,- and 12.–: no cents
WAY = re.compile(r"(?<=[.,]\d\d)\s*(CR|DR)\.?$|(?<=[.,]\d\d)\s+([SH])$")  # credit or debit; Haben or Soll
SPACE = re.compile(r"[\u00a0\u202f\u2009\s]")
ANY_SYMBOL = re.compile(f"[{SYMBOLS}]")


def bare_amount(text: str) -> str:
    """Return an amount without its currency: digits with their separators, and a sign or parentheses if it is negative.

    >>> bare_amount("kr 500,-"), bare_amount("R$ 1.234,56"), bare_amount("12.50 DR"), bare_amount("Rs. 1,23,456")
    ('500,00', '1.234,56', '-12.50', '1,23,456')
    """
    text = UNSEEN.sub("", text.strip()).replace("−", "-").lstrip("'")
    text = ROUND.sub(r"\g<1>00", re.sub(r"^[–—]\s*(?=\D{0,4}\d)", "-", text))
    way = WAY.search(text)
    if way:
        text = f"{'-' if (way[1] or way[2]) in ('DR', 'S') else ''}{text[: way.start()]}"
    text = ANY_SYMBOL.sub(" ", CODE.sub("", text)).strip()
    return SPACE.sub("", WORD.sub("", LETTER.sub("", text)))
