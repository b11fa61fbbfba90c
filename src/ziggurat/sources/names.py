"""What do other systems call things? Column headers as exports have them, each with our word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from ziggurat.sources.headings import in_english

# Headers as `plain` writes them, the likelier ones first: of several columns that fit a field, the first name wins.
FIELD_NAMES = {
    "interaction_id": "interaction_id event_id message_id activity_id transaction_id order_id ticket_id response_id "
    "uuid id order_number invoice_number receipt_number comment_id post_id contribution_id donation_id payment_id "
    "booking_id registration_id submission_id signature_id charge_id receipt_id receipt_no ticket_number ticket_no "
    "case_id case_number case_no order_no invoice_no transaction_number confirmation_number reference_number reference "
    "bestellnummer rechnungsnummer belegnummer bestellnr bestell_nr auftragsnummer auftrags_nr rechnungsnr "
    "rechnungs_nr belegnr n_commande numero_de_commande numero_commande numero_de_pedido order_code order_reference "
    "order_ref donation_ref gift_ref reference_no numer_zamowienia",
    "at": "at cuando quando quand timestamp occurred_at event_timestamp datetime date_time date time when "
    "datum zeitpunkt fecha data tanggal gift_date donation_date date_received date_given payment_date paid_at "
    "registration_date registration_time registered_at join_time check_in_time response_date submit_date "
    "responded_on responded_at rsvp_date replied_on "
    "submission_date zeitstempel horodatage marca_temporal tijdstempel buchungstag buchungsdatum spendendatum "
    "bestelldatum zahlungsdatum anmeldedatum angemeldet_am eingegangen_am date_du_don fecha_de_donacion wann "
    "pledged_at pledged_on donated_at donated_on transaction_date created_on posted_on sent_on submitted_on "
    "created_utc date_sent "
    "created_at created created_date created_time date_created "
    "creation_date erstellt_am create_date create_timestamp sent_at "
    "posted_at submitted_at received_at order_date purchase_date visited_at start_time "
    "start_date submitted completed_at "
    "spendedatum kaufdatum bestellzeit date_de_commande date_commande date_d_achat fecha_de_pedido fecha_de_compra "
    "data_zamowienia data_wplaty data_darowizny dato datum_darovani class_date visit_date gift_date_time "
    "ts event_ts ts_ms time_stamp timestamp_s timestamp_ms timestamp_us time_ms epoch epoch_s epoch_ms epoch_seconds "
    "epoch_time unix unixtime unix_time unix_ts unix_timestamp event_time event_date day",
    "channel": "channel medium source utm_medium utm_source via touchpoint",
    "kind": "kind event event_name event_type action type activity_type interaction interaction_type transaction_type "
    "engagement_type action_name aktion ereignis evenement evento tipo art typ",
    "direction": "direction inbound_outbound in_out",
    "activity": "activity campaign campaign_name utm_campaign campaign_id newsletter appeal kampagne campagne",
    "object": "object product product_name sku item page page_url url path thread topic subject title "
    "event_title topic_title post_title page_title form ticket page_path ticket_type fund designation artikel produkt "
    "produit producto betreff",
    "in_reply_to": "in_reply_to reply_to reply_to_id parent parent_id parent_comment_id parent_message_id "
    "parent_post_id",
    "text": "text body message comment content review feedback note notes comments description "
    "post post_text raw raw_text cooked verbatim full_text why reason nachricht kommentar bemerkung verwendungszweck "
    "commentaire comentario transaction_description narrative particulars memo libelle libelle_operation "
    "mededelingen omschrijving concepto causale buchungstext payment_details details",
    "amount": "amount total order_total total_price total_paid amount_paid gift_amount donation_amount gift "
    "revenue price value donation sum subtotal gross betrag summe importe montant importo bedrag spende "
    "pledge_amount net_sales gross_sales total_amount grand_total gross_amount net_amount paid_amount charge_amount "
    "received received_amount gesamtbetrag endbetrag rechnungsbetrag gesamtsumme montant_total total_ttc importe_total "
    "totale spendenbetrag spendensumme spendenhohe montant_du_don importe_donado importe_donacion preis prix precio "
    "prezzo cena pris kwota kwota_darowizny kwota_brutto belob belop castka osszeg betaald_bedrag "
    "order_value donation_total don dons donativo doacao donazione",
    "minutes": "minutes duration_minutes duration_min mins hours hours_worked volunteer_hours duration_hours duration "
    "total_hours time_spent stunden duration_seconds seconds "
    "in_meeting_duration time_in_session time_in_session_minutes attendance_duration credited_hours "
    "hours_volunteered volunteered_hours hours_served service_hours approved_hours logged_hours talk_time dauer duree "
    "horas heures ore uren timmar horas_voluntariado",
    "state": "status state payment_status order_status financial_status attendance_status attendee_status "
    "rsvp rsvp_status "
    "zahlungsstatus estado void_status etat stato statut bestellstatus auftragsstatus statut_de_la_commande "
    "status_zamowienia stan tila",
    "refund": "refunded_amount amount_refunded refund_amount refund total_refunded refunded refund_total",
    "score": "score rating stars nps csat star_rating overall_rating",
    "device": "device device_type platform",
}
OWN_NUMBER = "number"
PROMISED = frozenset({"pledge_amount", "pledged_amount", "amount_pledged", "pledged", "pledge_total", "total_pledged"})
IDENTITY_NAMES = {
    "email": "email e_mail mail email_address mail_address e_mail_address user_email customer_email "
    "contact_email from sender from_email email_1 e_mail_1 additional_email_addresses other_email secondary_email "
    "alternate_email work_email home_email personal_email e_mail_adresse mailadresse correo "
    "correo_electronico courriel adresse_mail adresse_e_mail email_2 e_mail_2 email_3 e_mail_3 "
    "adres_e_mail adres_email e_mailadres emailadres mejl e_post e_postadress sahkoposti "
    "email_work email_home email_other work_e_mail home_e_mail email_private private_email",
    "phone": "phone phone_number mobile_phone mobile mobile_number telephone tel cell cell_phone whatsapp phone_1 "
    "home_phone work_phone other_phone phone_2 phone_3 telefon telefonnummer handy mobil mobilnummer telefono movil "
    "portable telephone_number "
    "caller_id caller_number calling_number from_number caller from "
    "rufnummer anrufernummer numer_telefonu telefoonnummer "
    "phone_work phone_home phone_mobile phone_other telefon_privat telefon_geschaftlich",
    "github": "github github_login github_username login",
    "twitter": "twitter twitter_handle",
    "mastodon": "mastodon mastodon_handle",
    "discord": "discord discord_id discord_username",
    "slack": "slack slack_id slack_username",
    "user": "user_id userid user customer_id customer contact_id member_id member person_id account_id "
    "subscriber_id donor_id distinct_id username user_name handle screen_name",
    # numbers that one system gives, which mean somebody else in another: their namespace is that of the source
    OWN_NUMBER: "supporter_id backer_uid backer_id backer_number patron_id constituent_id customer_number "
    "badge badge_number badge_no badge_id key_card_number fob_number "
    "member_number membership_number membership_id mitgliedsnummer mitglieds_nr mitglied_nr kundennummer kunden_nr "
    "spendernummer spender_nr spender_id spenderin_nr mitglieds_id donor_number donor_no donor_nr member_no "
    "no_adherent numero_adherent numero_d_adherent adherent_id n_adherent no_donateur numero_donateur no_de_membre "
    "numero_de_socio numero_socio no_socio lidnummer medlemsnummer medlemsnr patron_barcode patron_number "
    "library_card_number borrower_number borrower_id",
    "anon": "anonymous_id visitor_id user_pseudo_id client_id session_id cookie_id",
}
COUNTERPART_NAMES = "counterpart agent assignee assigned_to staff owner recipient to to_email handled_by "
COUNTERPART_NAMES += "to_number to_phone callee callee_number called_number dialled_number dialed_number destination"
TRAIT_NAMES = {
    "name": "imie_i_nazwisko jmeno_a_prijmeni nombre_y_apellidos nom_et_prenom navn namn medlem "
    "holder badge_holder card_holder cardholder "
    "name full_name fullname display_name contact_name customer_name user_name donor_name attendee_name "
    "attendee billing_name name_original_name real_name realname nombre_completo nom_complet nombre_y_apellidos naam "
    "donor supporter backer member contact customer attendee_full_name participant guest volunteer patron requester "
    "author reviewer invitee caller client subscriber buyer payer respondent constituent registrant sender from person "
    "mitglied spender spenderin teilnehmer teilnehmerin auftraggeber auftraggeber_beguenstigter "
    "auftraggeber_begunstigter zahlungspflichtiger kunde kontakt ansprechpartner donateur adherent cliente socio "
    "voluntario voluntaria benevole freiwillige freiwilliger ehrenamtliche volontario vrijwilliger "
    "who wer nickname nick auftraggeber_empfanger auftraggeber_empfaenger beguenstigter_zahlungspflichtiger "
    "begunstigter_zahlungspflichtiger name_zahlungsbeteiligter zahlungsbeteiligter zahlungspflichtige_r zahler "
    "einzahler payer_name counterparty counterparty_name counter_party remitter remitter_name ordering_party "
    "naam_omschrijving naam_tegenpartij tegenpartij contrepartie nom_de_la_contrepartie donneur_d_ordre "
    "ordinante controparte emisor",
    "first_name": "imie jmeno first "
    "first_name firstname given_name forename vorname prenom nombre nome voornaam fornavn",
    "last_name": "nazwisko prijmeni efternavn efternamn last "
    "last_name lastname surname family_name nachname familienname nom nom_de_famille apellido apellidos "
    "cognome achternaam etternavn last_initial",
    "company": "company company_name associated_company organisation organization organization_name employer account "
    "account_name firma unternehmen entreprise empresa societe azienda",
    "status": "status state lifecycle_stage lead_status member_status",
    "tier": "tier level membership membership_level membership_type member_type plan membership_tier "
    "mitgliedschaft mitgliedsart",
    "job": "job job_title role position occupation",
    "city": "city town ort stadt wohnort ville ciudad citta plaats",
    "region": "region state province county",
    "country": "country country_code country_region land pays pais paese",
    "postcode": "postcode zip zip_code postal_code plz postleitzahl code_postal codigo_postal",
    "language": "language locale lang sprache langue idioma",
    "birthday": "birthday birth_date date_of_birth geburtsdatum geburtstag date_de_naissance fecha_de_nacimiento",
    "gender": "gender sex geschlecht",
    "tags": "tags interests segment segments",
}
EXPOSURE_NAMES = {
    "activity": "activity campaign campaign_name spot flight show programme program ad_name",
    "channel": "channel medium media station source",
    "day": "day date air_date start_date",
    "reach": "reach accounts_reached unique_reach audience circulation",
    "impressions": "impressions views contacts grp_impressions",
    "cost": "cost spend amount_spent budget",
}
COST_NAMES = {
    "activity": "activity campaign campaign_name project",
    "day": "day date month period",
    "money": "money cost costs spend amount amount_spent expense expenses total",
    "staff_minutes": "staff_minutes minutes work_minutes staff_time",
}

# Columns that tell of an event of its own: a date says when, a mark that it happened.
EVENT_NAMES = {
    "unsubscribed": "unsubscribed unsubscribed_at unsubscribe_date unsub_time unsubscribed_from_all_email opted_out "
    "opt_out optout opt_out_date email_opt_out email_opted_out opted_out_of_email has_opted_out_of_email no_email "
    "do_not_email email_disabled do_not_allow_emails do_not_allow_bulk_emails "
    "is_opt_out no_bulk_emails do_not_contact abgemeldet abgemeldet_am",
    "subscribed": "subscribed subscribed_at subscribe_date subscription_date opted_in opt_in optin opt_in_date "
    "optin_time opted_in_at email_opt_in accepts_marketing accepts_email_marketing marketing_consent "
    "newsletter_subscriber subscribed_to_emails newsletter newsletter_opt_in",
    "joined": "joined joined_at joined_on date_joined join_date member_since membership_start membership_start_date "
    "joined_group_on eintrittsdatum eintritt mitglied_seit beigetreten_am date_d_adhesion fecha_de_alta",
    "left": "left_at left_on date_left leave_date membership_end_date resigned_on austrittsdatum austritt "
    "ausgetreten_am",
    "followed": "followed_at followed_on follow_date connected_on connected_at",
    "attended": "attended checked_in checked_in_at check_in_date attended_event attendance present teilgenommen "
    "anwesend asistio",
}
# Headings over what somebody said to an invitation.
REPLY_NAMES = (
    "rsvp rsvp_status rsvp_response going coming attending will_attend reply response invitation_response zusage "
    "kommt teilnahme_zugesagt participe asistira"
)
REPLIED_NAMES = "responded_on responded_at response_date rsvp_date rsvp_on rsvp_at replied_on replied_at reply_date"
# Words before a name that say whose it is: of the person, or of those who dealt with them.
PERSONS = frozenset({
    "customer", "buyer", "donor", "supporter", "member", "user", "contact", "attendee", "participant", "guest",
    "subscriber", "requester", "requestor", "author", "actor", "person", "sender", "from", "billing", "payer", "patron",
    "respondent", "constituent", "client", "profile", "lead", "registrant", "volunteer", "primary", "default",
    "preferred", "main", "your", "ihr", "ihre", "deine", "votre", "backer", "sponsor", "caller", "follower",
    "poster", "invitee", "reviewer", "customers", "donors", "members", "contacts", "users", "supporters",
})  # fmt: skip
# Words before a name that say of what it is, and names that mean the same without them: `Comment text`, `Call date`.
RECORDS = frozenset({
    "comment", "call", "message", "post", "order", "ticket", "payment", "transaction", "gift", "donation", "activity",
    "response", "booking", "registration", "submission", "pledge", "pledged", "contribution", "invoice", "session",
    "conversation", "case", "purchase", "sale", "visit", "event", "review",
})  # fmt: skip
OF_RECORDS = frozenset({
    "id", "number", "date", "time", "timestamp", "datetime", "create_timestamp", "created", "created_at", "created_on",
    "gross_amount", "amount", "price", "text", "body", "content", "notes", "status", "subject", "url", "duration",
    "rating",
    "full_name", "first_name", "last_name",
})  # fmt: skip
ASKED = re.compile(r"^(what(_is|_s|s|_are)?|please_(enter|give|provide|tell_us)|enter)_(?=your_|the_)(the_)?")
CURRENCIES = frozenset({"usd", "eur", "gbp", "chf", "cad", "aud"})
# First words of names that say when something was last, or will be: no time of what a row tells.
SUMMARIES = frozenset({
    "last", "latest", "recent", "most", "first", "next", "birth", "expiry", "expires", "expiration", "expected",
    "until", "renewal", "due", "updated", "modified", "preferred", "lifetime",
})  # fmt: skip
STAFF = frozenset({
    "assignee", "assigned", "agent", "owner", "staff", "handler", "teammate", "admin", "moderator", "recipient", "to",
    "host", "organizer", "responder",
})  # fmt: skip
# What the name of a file or a source says of the channel.
CHANNEL_WORDS = {
    "email": "email emails mail mails mailing mailings newsletter newsletters mailchimp brevo letter letters",
    "web": "web website site page pages pageviews analytics visits",
    "forum": "forum discourse topics posts threads board",
    "event": "teilnehmer teilnahme anmeldungen veranstaltung "
    "event events meetup meetups eventbrite luma zoom webinar webinars attendance attendees participants rsvp "
    "rsvps registrations registration conference workshop gala hours volunteer volunteers volunteering shifts",
    "shop": "bestellungen verkaufe shop store shopify woocommerce orders order sales square checkout purchases",
    "bank": "bank kontoauszug umsaetze umsatze statement statements releve afschriften girokonto kontoumsaetze",
    "survey": "umfrage survey surveys nps feedback typeform surveymonkey responses questionnaire poll",
    "support": "support ticket tickets zendesk freshdesk helpdesk cases",
    "chat": "chat chats slack discord intercom conversations",
    "phone": "phone calls telephone anrufe telefonate appels llamadas chiamate",
    "github": "github",
    "social": "social facebook instagram linkedin twitter mastodon youtube tiktok reddit bluesky tweets tweet",
}
NETWORKS = ("twitter", "mastodon", "linkedin", "instagram", "facebook", "reddit", "bluesky", "youtube")
CHANNEL_OF_KIND = {
    "emailed": "email",
    "opened": "email",
    "clicked": "email",
    "attended": "event",
    "volunteered": "event",
}

# What a column is called that holds no event, although its values may name some.
OTHERWISE = frozenset(
    " ".join(
        [
            *(headers for field, headers in FIELD_NAMES.items() if field not in ("kind", "activity")),
            *IDENTITY_NAMES.values(),
            *TRAIT_NAMES.values(),
            COUNTERPART_NAMES,
            "status",
        ]
    ).split()
)
KNOWN = frozenset(
    " ".join(
        headers
        for part in (FIELD_NAMES, IDENTITY_NAMES, TRAIT_NAMES, EXPOSURE_NAMES, COST_NAMES, EVENT_NAMES)
        for headers in part.values()
    ).split()
) | frozenset(COUNTERPART_NAMES.split())

# One of a list of addresses, by its place: `emails.2.address`
LISTED = re.compile(
    r"(e?_?mails|e?_?mail_addresses|phones|phone_numbers|mobiles|telephones)(?:_\d+)?(?:_(?:address|number|value|e?mail|phone))?"
)
WITHOUT = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae"}
)  # of which no accent can be taken


def plain(name: str) -> str:
    """Write a name in one form: words in lower case without accents, joined by underscores.

    >>> plain("Order Completed"), plain("createdAt"), plain("E-Mail"), plain("Straße"), plain("Ticket #")
    ('order_completed', 'created_at', 'e_mail', 'strasse', 'ticket_number')
    """
    split = re.sub(
        r"(?<=[a-z0-9])(?=[A-Z])", "_", in_english(name).replace("ł", "l").replace("Ł", "L").replace("ø", "o")
    )
    split = re.sub(r"(?<=\w)\s*[#№]\s*$", "_number", re.sub(r"(?<=\w)['’]s\b", "", split))
    folded = unicodedata.normalize("NFKD", split.lower().replace("ß", "ss"))
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return re.sub(r"[^0-9a-z]+", "_", bare).strip("_")


@cache
def variants(name: str) -> tuple[str, ...]:
    """Return what a header may be called, the whole first: without whose or of what it is, a unit, or its number.

    >>> variants("requester.email"), variants("Duration (Minutes)"), variants("E-mail 1 - Value")
    (('requester_email', 'email'), ('duration_minutes', 'duration'), ('e_mail_1_value', 'e_mail_1'))
    >>> variants("Comment text"), variants("What is your name?")
    (('comment_text', 'text'), ('what_is_your_name', 'your_name', 'name'))
    >>> variants("emails.2.address"), variants("phones.number")
    (('emails_2_address', 'email'), ('phones_number', 'phone'))
    """
    whole = plain(name)
    found = [whole]
    if (answer := ASKED.sub("", whole)) != whole:
        found.append(answer)
    words = found[-1].split("_")
    if words[0] in RECORDS and "_".join(words[1:]) in OF_RECORDS:
        found.append("_".join(words[1:]))
    if words[-1] in CURRENCIES and len(words) > 1:
        found.append("_".join(words[:-1]))
    while words[0] in PERSONS and len(words) > 1:  # `Person - Person created`, too
        words = words[1:]
        found.append("_".join(words))
    if (bare := plain(re.sub(r"\s*[(\[].*[)\]]\s*$", "", name))) and bare != whole:
        found.append(bare)
    if words[-1] == "value" and len(words) > 1:
        found.append("_".join(words[:-1]))
    if listed := LISTED.fullmatch(whole):
        found.append("email" if "mail" in listed[1] else "phone")
    return tuple(dict.fromkeys(found))


def is_heading(cells: Sequence[str]) -> bool:
    """Say whether a row names columns: several of its cells are names as exports have them.

    >>> is_heading(["Name", "Email", "Join time"]), is_heading(["Ana", "ana@x.org", "2026-01-05"])
    (True, False)
    """
    there = [cell for cell in cells if cell.strip()]
    known = sum(len(cell) < 60 and any(name in KNOWN for name in variants(cell)) for cell in there)
    return known > 1 and known >= len(there) / 3 and not any("@" in cell for cell in there)


def is_summary(name: str) -> bool:
    """Say whether a header tells of the last, the first or the next of many things: `Last gift date`.

    >>> is_summary("Last Seen"), is_summary("Gift date")
    (True, False)
    """
    return plain(name).split("_")[0] in SUMMARIES


def is_of_staff(name: str) -> bool:
    """Say whether a header is of those who dealt with a person: `assignee.email`, `Contact owner`."""
    return bool(STAFF & set(plain(name).split("_")))


def words_of(source: str) -> list[str]:
    """Return the words in the name of a file or a source.

    >>> words_of("report-attendees")
    ['report', 'attendees']
    """
    return [word for word in plain(source).split("_") if word and not word.isdigit()]


def space_of(source: str) -> str:
    """Return the namespace of those whom only this source knows, by a number of its own or by name.

    >>> space_of("Donations_2026"), space_of("2026")
    ('donations-2026', 'name')
    """
    return plain(source).replace("_", "-").lstrip("0123456789-")[:32].strip("-") or "name"


def channel_of(source: str, kind: str = "", space: str = "") -> str:
    """Return the channel that the name of a source says, or its kind, or where people are named, or the name itself.

    >>> channel_of("forum-export"), channel_of("kudos"), channel_of("export", "opened")
    ('forum', 'kudos', 'email')
    """
    words = words_of(source)
    said = next((channel for word in words for channel, known in CHANNEL_WORDS.items() if word in known.split()), "")
    if said == "support" and CHANNEL_OF_KIND.get(kind) == "event":
        said = ""  # the tickets are those of a gathering
    social = "social" if space in NETWORKS else ""
    return said or CHANNEL_OF_KIND.get(kind, "") or social or "-".join(words) or "file"


def source_name(file: str) -> str:
    """Return a name for a source from the name of a file, the same for every month's export.

    >>> source_name("Donations 2026-03.csv.gz"), source_name("Gäste.xlsx"), source_name("2026.csv")
    ('donations', 'gaste', 'file')
    """
    plainly = unicodedata.normalize("NFKD", file.lower().partition(".")[0]).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", "-", plainly).strip("-")[:40].strip("-") or "file"
