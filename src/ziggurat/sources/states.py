"""What does the state of a record make of it? A failed charge is no purchase, a refunded one is two things."""

from __future__ import annotations

from ziggurat.sources.mapping import KEEP, SKIP
from ziggurat.sources.names import plain

# what a state makes of a row → states as `plain` writes them
STATES = {
    KEEP: "paid_out "
    "paid complete completed succeeded success successful settled captured processed received cleared confirmed "
    "approved fulfilled unfulfilled shipped delivered processing partially_paid posted collected bezahlt "
    "bestatigt paye payment_accepted payment_complete payment_received accepted pagado pagada aceptado completado "
    "abgeschlossen versendet versandt termine livre livree expedie expediee erledigt zaplacone oplacone zrealizowane "
    "betaald voltooid betald betalt pagato completato",
    SKIP: "failed failure declined cancelled canceled voided void pending expired denied incomplete unpaid draft "
    "abandoned authorized authorised on_hold blocked rejected bounced uncollectible pending_payment requires_payment "
    "maybe tentative interested no_reply no_response not_responded awaiting_reply "
    "invited waitlisted waitlist not_going errored dropped storniert abgebrochen offen annule annulee "
    "abgesagt warteliste liste_d_attente lista_de_espera wachtlijst "
    "cancelado cancelada anulado pendiente fallido fehlgeschlagen "
    "en_attente ausstehend payment_error "
    "requires_action requires_payment_method requires_confirmation requires_capture uncaptured "
    "anulowane nieoplacone geannuleerd avbruten annulleret annullato cancelado_a awaiting_payment not_paid",
    f"{KEEP} + refunded": "refunded partially_refunded partial_refund charged_back chargeback chargedback reversed "
    "returned erstattet zuruckerstattet rembourse remboursee reembolsado devuelto ruckerstattung",
    "attended": "attended checked_in present joined_meeting showed_up show came took_part participated teilgenommen "
    "anwesend erschienen presente a_participe participe participado asistio asistido partecipato aanwezig deelgenomen "
    "obecny obecna narvarande deltog",
    "registered": "registered attending going not_attending no_show noshow did_not_attend did_not_show absent "
    "signed_up not_present did_not_come angemeldet zugesagt nicht_erschienen nicht_teilgenommen nicht_gekommen "
    "abwesend unentschuldigt inscrit inscrite absente non_present inscrito inscrita ausente no_asistio no_participo "
    "iscritto iscritta assente aangemeld afwezig niet_aanwezig zapisany zapisana nieobecny nieobecna "
    "anmald franvarande",
    "replied": "responded replied",
    "emailed": "sent delivered_email",
}
MEANT = {state: meant for meant, states in STATES.items() for state in states.split()}


def state_of(text: str) -> str | None:
    """Return what a state makes of its row, or None where it is not known.

    >>> state_of("Partially refunded"), state_of("FAILED"), state_of("No-show"), state_of("Gold")
    ('keep + refunded', 'skip', 'registered', None)
    """
    return MEANT.get(plain(text.lower()))
