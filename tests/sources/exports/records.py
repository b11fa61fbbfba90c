"""Exports of records that have more than one amount, time or number, and what somebody careful would make of them."""

from __future__ import annotations

EXPORTS = {
    "orders with a row for each line and the whole beside it": (
        "orders.csv",
        "Order No;Order Date;Customer Email;Product;Line Total;Order Total\n7;2026-01-05;ana@x.org;Cup;8.00;20.00\n"
        "7;2026-01-05;ana@x.org;Hat;12.00;20.00\n8;2026-01-06;bo@x.org;Cup;8.00;8.00\n",
        ["email:ana@x.org purchased 8.0", "email:ana@x.org purchased 12.0", "email:bo@x.org purchased 8.0"],
    ),
    "orders with one row each": (
        "orders.csv",
        "Order No,Order Date,Customer Email,Item Total,Order Total\n7,2026-01-05,ana@x.org,8.00,11.50\n"
        "8,2026-01-06,bo@x.org,9.00,12.50\n",
        ["email:ana@x.org purchased 11.5", "email:bo@x.org purchased 12.5"],
    ),
    "pledges with what is paid": (
        "pledges.csv",
        "Pledge ID,Email,Pledge Date,Pledge Amount,Amount Paid,Balance\n1,ana@x.org,2026-01-05,600.00,150.00,450.00\n"
        "2,bo@x.org,2026-01-06,90.00,90.00,0.00\n",
        ["email:ana@x.org donated 150.0", "email:bo@x.org donated 90.0"],
    ),
    "a mark for who came, and when": (
        "guests.csv",
        "Registration Date,Name,Email,Price,Checked in,Check-in time\n2026-01-05 10:00,Ana Ng,ana@x.org,5.00,Yes,"
        "2026-01-09 19:00\n2026-01-06 10:00,Bo Li,bo@x.org,5.00,No,\n",
        ["email:ana@x.org attended", "email:ana@x.org registered 5.0", "email:bo@x.org registered 5.0"],
    ),
    "a form's answers": (
        "evening.csv",
        "Submission ID,Submitted at,Name,Email,What did you like?\na1,2026-01-05 10:00:00,Ana Ng,ana@x.org,Food\n"
        "a2,2026-01-06 10:00:00,Bo Li,bo@x.org,Music\n",
        ["email:ana@x.org contacted", "email:bo@x.org contacted"],
    ),
    "a French question": (
        "reponses.csv",
        'Horodateur,Adresse e-mail,"Quelle est la probabilité que vous nous recommandiez ?"\n'
        "05/01/2026 10:00:00,ana@x.org,9\n25/01/2026 10:00:00,bo@x.org,3\n",
        ["email:ana@x.org rated", "email:bo@x.org rated"],
    ),
    "givers by their number": (
        "gaben.csv",
        "Spender-Nr.;Nachname;Spendendatum;Betrag\n4;Ng;05.01.2026;10,00\n5;Ng;25.01.2026;12,00\n",
        ["gaben:4 donated 10.0", "gaben:5 donated 12.0"],
    ),
}
