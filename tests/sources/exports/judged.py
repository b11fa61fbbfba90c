"""Exports in the forms that systems and people write them: name → file, text, and what somebody careful makes of it."""

from __future__ import annotations

EXPORTS = {
    "calls that went out are of whom they reached": (
        "calls-2026.csv",
        "Call ID,Direction,From,To,Start Time,Duration,Result\n1,Inbound,+1 617 555 0101,+1 617 555 0199,2026-03-05 09:00:00,2,Answered\n"
        "2,Outbound,+1 617 555 0199,+1 617 555 0102,2026-03-05 10:00:00,1,Answered\n",
        ["phone:+16175550101 called", "phone:+16175550102 called"],
    ),
    "a survey whose third line holds ids of its questions": (
        "survey_March.csv",
        "StartDate,ResponseId,RecipientEmail,DistributionChannel,Q1\n"
        "Start Date,Response ID,Recipient Email,Distribution Channel,How likely are you to recommend us?\n"
        '"{""ImportId"":""startDate"",""timeZone"":""UTC""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientEmail""}","{""ImportId"":""distributionChannel""}","{""ImportId"":""QID1""}"\n'
        "2026-03-05 09:00:00,R_1,ana@x.org,email,9\n2026-03-06 09:00:00,R_2,bo@x.org,email,4\n",
        ["email:ana@x.org rated", "email:bo@x.org rated"],
    ),
    "who comes, who does not, and who may": (
        "rsvp.csv",
        "Name,Email Address,RSVP,Guests,Event,Event Date\nAna Ng,ana@x.org,Going,1,Summer party,20 June 2026\n"
        "Bo Li,bo@x.org,Not going,0,Summer party,20 June 2026\nCy Fo,cy@x.org,Maybe,0,Summer party,20 June 2026\nDi Ro,di@x.org,No reply,0,Summer party,20 June 2026\n",
        ["email:ana@x.org registered"],
    ),
    "what a system that sends mailings logs": (
        "events.jsonl",
        '{"email": "ana@x.org", "timestamp": 1772701200, "event": "delivered"}\n{"email": "ana@x.org", "timestamp": 1772701300, "event": "open"}\n'
        '{"email": "bo@x.org", "timestamp": 1772701400, "event": "bounce"}\n{"email": "cy@x.org", "timestamp": 1772701500, "event": "spamreport"}\n',
        ["email:ana@x.org emailed", "email:ana@x.org opened", "email:cy@x.org unsubscribed"],
    ),
    "a comment is no event name, whatever it says": (
        "donorbox.csv",
        "Name,Donor Email,Donated At,Amount,Donation Comment,Status,Id\nAna Ng,ana@x.org,2026-03-05 09:00:00,25,Thanks,paid,1\n"
        "Bo Li,bo@x.org,2026-03-06 09:00:00,30,,refunded,2\n",
        ["email:ana@x.org donated 25.0", "email:bo@x.org donated 30.0", "email:bo@x.org refunded 30.0"],
    ),
    "gross amounts of donations that are called transactions": (
        "classy.csv",
        "Transaction Date,Transaction Status,Donation Gross Amount,Net Transaction Amount,Supporter Email Address,Transaction ID\n"
        "3/5/2026 10:00 AM,SUCCESS,$25.00,$23.75,ana@x.org,77\n",
        ["email:ana@x.org donated 25.0"],
    ),
    "tickets that people opened, and tickets that are sold": (
        "helpdesk.csv",
        "Ticket,Opened,From,Subject,Message,Status\n1,2026-03-05 09:00,ana@x.org,Where?,Where is it?,closed\n",
        ["email:ana@x.org contacted"],
    ),
    "hours of volunteers in Spanish": (
        "voluntariado.csv",
        "Fecha;Voluntario;Correo electrónico;Horas\n05/03/2026;Ana Ng;ana@x.org;2,5\n15/03/2026;Bo Li;bo@x.org;3\n",
        ["email:ana@x.org volunteered", "email:bo@x.org volunteered"],
    ),
    "a list of addresses with the day of each entry is of people": (
        "email_list.csv",
        "email,active_subscription,plan,email_disabled,created_at\nana@x.org,true,yearly,false,2026-01-05T10:00:00.000Z\n"
        "bo@x.org,false,other,true,2026-02-05T10:00:00.000Z\n",
        ["email:bo@x.org unsubscribed"],
    ),
    "names with the plural before a dot": (
        "gocardless.csv",
        "id,created_at,amount,description,status,customers.given_name,customers.family_name,customers.email\n"
        "PM1,2026-03-01T09:00:00.000Z,10.00,Membership,paid_out,Ana,Ng,ana@x.org\nPM2,2026-03-01T09:00:00.000Z,10.00,Membership,charged_back,Cy,Fo,cy@x.org\n",
        ["email:ana@x.org purchased 10.0", "email:cy@x.org purchased 10.0", "email:cy@x.org refunded 10.0"],
    ),
    "stars of people who are known by their name alone": (
        "reviews.csv",
        "Reviewer,Review Submit Date and Time,Star Rating,Review Text\nana,2026-03-05T09:00:00Z,5,Love it\nbo,2026-03-06T09:00:00Z,2,Crashes\n",
        ["reviews:ana rated", "reviews:bo rated"],
    ),
    "days with dots in headings are days": (
        "anwesenheit.csv",
        "Name;E-Mail;12.01.2026;09.02.2026\nAna Ng;ana@x.org;ja;nein\nBo Ito;bo@x.org;;ja\n",
        ["email:ana@x.org attended", "email:bo@x.org attended"],
    ),
    "spaces between thousands, before a comma": (
        "dons.csv",
        "date;email;don\n05/03/2026;ana@x.org;1 500,00 €\n16/03/2026;bo@x.org;2\u202f000 €\n",
        ["email:ana@x.org donated 1500.0", "email:bo@x.org donated 2000.0"],
    ),
    "money of Brazil": (
        "export.csv",
        "Data;E-mail;Doação\n05/03/2026;ana@x.org;R$ 1.500,00\n16/03/2026;bo@x.org;R$ 20,00\n",
        ["email:ana@x.org donated 1500.0", "email:bo@x.org donated 20.0"],
    ),
    "hours of volunteers under months": (
        "hours.csv",
        "Volunteer,Email,Jan 2026,Feb 2026,Total\nAna Ng,ana@x.org,2.5,,2.5\nBo Ito,bo@x.org,,4,4\n",
        ["email:ana@x.org volunteered", "email:bo@x.org volunteered"],
    ),
    "a reversal is no gift": (
        "gifts.csv",
        "Date,Donor Email,Type,Amount\n2026-03-01,ana@x.org,Gift,50\n2026-03-02,ana@x.org,Gift reversal,-50\n",
        ["email:ana@x.org donated 50.0", "email:ana@x.org refunded 50.0"],
    ),
    "what happened has a name with more words": (
        "gitlab.csv",
        "created_at,author_username,action_name\n2026-03-05T10:00:00Z,ana,pushed to\n"
        "2026-03-06T10:00:00Z,bo,commented on\n",
        ["user:ana contributed", "user:bo posted"],
    ),
    "a place that was paid for is a registration, and a cancelled one nothing": (
        "attendees-export.csv",
        "Bestellnummer,Bestelldatum,Vorname,Nachname,E-Mail,Gesamtbetrag,Status\n"
        '1,26.09.2026 19:05,Ana,Ng,ana@x.org,"30,00",Bezahlt\n2,27.09.2026 10:00,Bo,Ito,bo@x.org,"30,00",Storniert\n',
        ["email:ana@x.org registered 30.0"],
    ),
    "a state that undoes some rows is one, though others say what nobody knows": (
        "shop.csv",
        "ID,Date,Customer Email,Grand Total,Status,Total Refunded\n1,2026-05-01,ana@x.org,30,Awaiting pickup,0\n"
        "2,2026-05-02,bo@x.org,40,closed,40\n3,2026-05-03,bo@x.org,10,canceled,\n",
        ["email:ana@x.org purchased 30.0", "email:bo@x.org purchased 40.0", "email:bo@x.org refunded 40.0"],
    ),
    "minutes of who came, and dashes of who did not": (
        "webinar.csv",
        "Attended,Name,Email,Registration Date,Time in Session\nYes,Ana Ng,ana@x.org,2026-10-01 09:00,45 minutes\n"
        "No,Bo Ito,bo@x.org,2026-10-01 10:00,--\n",
        ["email:ana@x.org attended", "email:bo@x.org registered"],
    ),
    "a status of consent in a list of contacts is no event, and its score no rating": (
        "contacts-export.csv",
        "Email,First Name,Last Name,Date Created,Status,Score\nana@x.org,Ana,Ng,2026-03-15,Active,7\n"
        "bo@x.org,Bo,Ito,2026-03-16,Unsubscribed,3\n",
        ["email:bo@x.org unsubscribed"],
    ),
    "of whom a column is may stand before its name": (
        "persons.csv",
        "Person - Name,Person - Email - Work,Person - Marketing status,Person - Person created\n"
        "Ana Ng,ana@x.org,subscribed,2026-03-15\nBo Ito,bo@x.org,unsubscribed,2026-03-16\n",
        ["email:bo@x.org unsubscribed"],
    ),
    "when, who and what in Spanish": (
        "web.csv",
        "cuando,correo,tipo\n5 de marzo de 2026 15:04,ana@x.org,visita\n5/3/2026 3:04 p. m.,bo@x.org,visita\n",
        ["email:ana@x.org visited", "email:bo@x.org visited"],
    ),
    "donors known by name": (
        "donations.csv",
        "Supporter,Date,Amount,Method\nAna Ng,2026-03-01,10,Card\nBo Ito,2026-03-02,20,Cash\nTotal,,30,\n",
        ["donations:ana ng donated 10.0", "donations:bo ito donated 20.0"],
    ),
    "the number goes before the name": (
        "gifts.csv",
        "Donor,Donor ID,Gift Date,Gift Amount\nAna Ng,D-1,3/14/2026,$50.00\n",
        ["user:D-1 donated 50.0"],
    ),
    "a number means somebody in its own system alone": (
        "mitglieder.csv",
        "Mitgliedsnummer;Vorname;Nachname;E-Mail;Eintrittsdatum\n1001;Jana;Müller;jana@x.org;01.03.2020\n"
        "1002;Götz;Groß;;15.06.2021\n",
        ["mitglieder:1001 joined", "mitglieder:1002 joined"],
    ),
    "a pledge that was not collected is none": (
        "backers.csv",
        'Backer Name,Email,Pledge Amount,Pledged At,Pledged Status\nA,ana@x.org,€25.00,"2026/03/01, 10:15",collected\n'
        'Bo,bo@x.org,€50.00,"2026/03/02, 11:15",errored\n',
        ["email:ana@x.org donated 25.0"],
    ),
    "a page is an address": (
        "connections.csv",
        "First Name,Last Name,URL,Email Address,Connected On\nAna,Ng,https://www.linkedin.com/in/Ana-Ng,,14 Mar 2026\n"
        "Bo,Ito,https://www.linkedin.com/in/bo-ito/,bo@x.org,15 Mar 2026\n",
        ["linkedin:ana-ng followed", "linkedin:bo-ito followed"],
    ),
    "who wrote, by their pages": (
        "messages.csv",
        "FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,CONTENT\n"
        "Ana Ng,https://www.linkedin.com/in/ana-ng,Club,https://www.linkedin.com/in/club,2026-03-14 10:11:12 UTC,Hi\n",
        ["linkedin:ana-ng messaged"],
    ),
    "dates under what happened": (
        "newsletter-report.csv",
        "Campaign: Spring\n\nRecipient,Status,Opened,Clicked,Bounced\n"
        "ana@x.org,Delivered,2026-03-14 10:30,2026-03-14 10:31,\nbo@x.org,Delivered,,,\n"
        "cy@x.org,Bounced,,,2026-03-14\n",
        ["email:ana@x.org opened", "email:ana@x.org clicked"],
    ),
    "what was last is no time": (
        "contacts.csv",
        "Contact,Primary Email,Preferred channel,Last gift date,Total giving,Unsubscribed\n"
        "Ana Ng,ana@x.org,email,2026-03-14,450,No\nBo Ito,bo@x.org,phone,2025-12-24,40,Yes\n",
        ["email:bo@x.org unsubscribed"],
    ),
    "tickets are no people": (
        "tickets.csv",
        "Ticket #,Subject,Requester,Requester e-mail,Created,Updated,State\n"
        "11,Login,Ana Ng,ana@x.org,14-Mar-26 10:11 AM,14-Mar-26 11:00 AM,Closed\n",
        ["email:ana@x.org contacted"],
    ),
    "hours under months": (
        "volunteer-hours.csv",
        "Volunteer,Email,Jan 2026,Feb 2026,Total\nAna Ng,ana@x.org,3,0,3\nBo Ito,bo@x.org,1,2.5,3.5\n",
        ["email:ana@x.org volunteered", "email:bo@x.org volunteered", "email:bo@x.org volunteered"],
    ),
    "gifts under years": (
        "giving-by-year.csv",
        "Name,Email,2024,2025\nAna Ng,ana@x.org,25000,150\nBo Ito,bo@x.org,0,20\n",
        ["email:ana@x.org donated 25000.0", "email:ana@x.org donated 150.0", "email:bo@x.org donated 20.0"],
    ),
    "attended, in another language": (
        "teilnehmer.csv",
        "Name;E-Mail;Angemeldet am;Teilgenommen\nJana;jana@x.org;02.03.2026 18:00;ja\n"
        "Götz;g@x.org;03.03.2026 19:00;nein\n",
        ["email:jana@x.org attended", "email:g@x.org registered"],
    ),
    "booked and came": (
        "registrations.csv",
        "Order ID,Registration date,Email,Price (GBP),Booking status,Attended?\nE1,14/03/2026 10:11,ana@x.org,£12.00,"
        "Confirmed,Yes\nE2,15/03/2026 11:11,bo@x.org,£6.00,Cancelled,No\n",
        ["email:ana@x.org purchased 12.0", "email:ana@x.org attended"],
    ),
    "a comment costs nothing": (
        "youtube-comments.csv",
        "Comment ID,Comment create timestamp,Price,Comment text,Author\nU1,2026-03-14T10:11:12+00:00,0,Great,Ana\n",
        ["youtube-comments:ana posted"],
    ),
    "an opt-out within a status": (
        "customers.csv",
        "First Name,Email Address,Email Subscription Status\nAna,ana@x.org,subscribed\nBo,bo@x.org,unsubscribed\n",
        ["email:bo@x.org unsubscribed"],
    ),
    "titles are no event names": (
        "tickets-sold.csv",
        "Order ID,Order date,Buyer email,Ticket price,Event,Event date,Order status\n"
        "o1,14 Mar 2026,ana@x.org,12.00,Gala,20 Jun 2026,Paid\n"
        "o2,15 Mar 2026,bo@x.org,12.00,Gala,20 Jun 2026,Cancelled\n",
        ["email:ana@x.org purchased 12.0"],
    ),
    "hours of a shift": (
        "shifts.csv",
        "Shift,Date,Start time,Volunteer email,Status,Credited hours\n"
        "Garden,03/14/2026,9:00 AM,ana@x.org,Completed,3\nGarden,03/15/2026,9:00 AM,bo@x.org,No-show,0\n",
        ["email:ana@x.org volunteered", "email:bo@x.org registered"],
    ),
    "commits": (
        "git-log.csv",
        "commit;author;email;date;subject\nabc;Ana Ng;ana@x.org;2026-03-14 10:11:12 +0100;Fix bug\n",
        ["email:ana@x.org contributed"],
    ),
    "a webinar": (
        "webinar.csv",
        "Attended,First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time\n"
        "Yes,Ana,Ng,ana@x.org,01 Mar 2026 10:00,approved,14 Mar 2026 18:01,14 Mar 2026 19:00\n"
        "No,Bo,Ito,bo@x.org,02 Mar 2026 10:00,approved,--,--\n",
        ["email:ana@x.org registered", "email:bo@x.org registered", "email:ana@x.org attended"],
    ),
    "the address that money went to is no address of the donor": (
        "paypal.csv",
        "Date,Time,TimeZone,Name,Type,Status,Gross,From Email Address,To Email Address,Transaction ID\n"
        '14/03/2026,10:11:12,CET,Ana Ng,Donation Payment,Completed,"30,00",ana@x.org,club@x.org,T1\n',
        ["email:ana@x.org donated 30.0"],
    ),
    "a date of giving in Spanish": (
        "export.csv",
        "Nombre;Apellidos;Correo electrónico;Fecha de donación;Importe\nAna;Núñez;ana@x.org;14/03/2026;1.000,00\n",
        ["email:ana@x.org donated 1000.0"],
    ),
    "who gives is a donor, and no buyer": (
        "liste.csv",
        "Datum;Spender;Betrag\n05.03.2026;Ng, Ana;50,00 €\n06.03.2026;Ito, Bo;1.250,00 €\nSumme;;1.300,00 €\n",
        ["liste:ito, bo donated 1250.0", "liste:ng, ana donated 50.0"],
    ),
    "what was given, before fees, and who is on the newsletter": (
        "export.csv",
        "Spendendatum;E-Mail;Spendenbetrag;Nettobetrag;Newsletter\n05.03.2026;ana@x.org;50,00;49,00;Ja\n"
        "06.03.2026;bo@x.org;25,00;24,00;Nein\n",
        ["email:ana@x.org donated 50.0", "email:bo@x.org donated 25.0", "email:ana@x.org subscribed"],
    ),
    "a state in French": (
        "commandes.csv",
        "N° commande;Date;E-mail;Total TTC;État\n"
        "1;05/03/2026;ana@x.org;49,90 €;Livrée\n2;16/03/2026;bo@x.org;20 €;Annulé\n",
        ["email:ana@x.org purchased 49.9"],
    ),
    "a ticket that is void": (
        "tickets.csv",
        "Ticket Full Name,Ticket Email,Event,Void Status,Price,Ticket Created Date\n"
        "Ana Ng,ana@x.org,Conf,,100.00,2026-03-05\nBo Ito,bo@x.org,Conf,void,100.00,2026-03-06\n",
        ["email:ana@x.org purchased 100.0"],
    ),
    "gifts in Polish, as Windows wrote it": (
        "darowizny.csv",
        "Data;Imię;Nazwisko;E-mail;Kwota\n05.03.2026;Paweł;Wiśniewski;pawel@x.org;1 250,00 zł\n".encode("cp1250"),
        ["email:pawel@x.org donated 1250.0"],
    ),
    "orders in Japanese": (
        "orders.csv",
        '注文番号,注文日,お名前,メールアドレス,合計金額\n1,2026/03/05,山田 花子,hana@x.org,"5,000円"\n'.encode(
            "shift_jis"
        ),
        ["email:hana@x.org purchased 5000.0"],
    ),
    "gifts in Russian": (
        "export.csv",
        "Дата;Имя;Почта;Сумма пожертвования\n05.03.2026;Анна Иванова;anna@x.org;1 250,00 руб.\n".encode("cp1251"),
        ["email:anna@x.org donated 1250.0"],
    ),
    "permission in other words": (
        "contacts.csv",
        "Full Name,Email,Created On,Do not allow Emails\n"
        "Ana Ng,ana@x.org,3/15/2026,Allow\nBo Ito,bo@x.org,3/16/2026,Do Not Allow\n",
        ["email:bo@x.org unsubscribed"],
    ),
    "a list of members with a remark": (
        "mitglieder.csv",
        "Vorname;E-Mail;Eintrittsdatum;Bemerkung\nAna;ana@x.org;05.03.2019;Chor\nBo;bo@x.org;06.03.2020;\n",
        [],
    ),
    "hours worked": (
        "liste.csv",
        "E-Mail;Datum;Stunden\nana@x.org;05.03.2026;3,5\n",
        ["email:ana@x.org volunteered"],
    ),
    "a signature endorses": (
        "petition.csv",
        "signature_id,signed_on,first_name,email,opt_in\n1,2026-03-14,Ana,ana@x.org,true\n2,2026-03-15,Bo,bo@x.org,false\n",
        ["email:ana@x.org recommended", "email:bo@x.org recommended", "email:ana@x.org subscribed"],
    ),
    "badges at a door": (
        "door.csv",
        "Badge No,Holder,Door,Event,Date/Time\n10233,Ana Ng,Main Entrance,Access Granted,2026-03-02 08:59:12\n"
        "20817,Bo Li,Main Entrance,Access Denied,2026-03-02 09:20:01\n",
        ["door:10233 visited"],
    ),
    "messages that cost us something": (
        "sms.csv",
        "id,direction,from,to,body,status,date_sent,price\n"
        "SM1,outbound-api,+15550100,+15550101,Join us Saturday!,delivered,2026-03-02T09:00:00Z,-0.0075\n"
        "SM2,inbound,+15550101,+15550100,YES,received,2026-03-02T09:05:00Z,-0.0075\n",
        ["phone:+15550101 messaged", "phone:+15550101 messaged"],
    ),
    "calls of a German list": (
        "anrufe.tsv",
        "Name\tTelefon\tAnruf am\tDauer\tNotiz\nAna Ng\t030 1234567\t2.3.26 9:05\t00:12:30\tfragt nach Kurs\n",
        ["phone:0301234567 called"],
    ),
    "a German survey that asks for a recommendation": (
        "umfrage.csv",
        'Zeitstempel,E-Mail-Adresse,"Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen? (0-10)",Was noch?\n'
        "02.03.2026 10:11:12,ana@x.org,9,Mehr Kurse\n02.03.2026 11:11:12,bo@x.org,3,Zu teuer\n",
        ["email:ana@x.org rated", "email:bo@x.org rated"],
    ),
    "members whose time runs out": (
        "members.csv",
        "First name,Last name,E-mail,Membership type,Paid until\nAna,Ng,ana@x.org,Gold,2026-12-31\n",
        [],
    ),
    "comments on which others voted": (
        "comments.json",
        '[{"id":"t1_a","created_utc":1772359200,"author":{"name":"ana_ng"},"body":"Great post","parent_id":"t3_x","score":4},'
        '{"id":"t1_b","created_utc":1772359300,"author":{"name":"bo_li"},"body":"I disagree","parent_id":"t1_a","score":-1}]',
        ["comments:ana_ng posted", "comments:bo_li posted"],
    ),
    "a visit that begins and ends": (
        "gym-checkins.csv",
        "Member ID;Vorname;Nachname;Check-in;Check-out;Studio\n17;Ana;Ng;02.03.2026 18:05;02.03.2026 19:40;Mitte\n"
        "18;Bo;Ito;03.03.2026 07:10;03.03.2026 08:00;Nord\n",
        ["user:17 attended", "user:18 attended"],
    ),
    "what is said in a forum": (
        "discussions.csv",
        "post_id,topic_title,author_username,author_email,created,parent_post_id,raw_text,likes_count,is_staff\n"
        "1,Hi,ana,ana@x.org,2026-03-05T10:00:00Z,,Hello,2,false\n2,Hi,bo,bo@x.org,2026-03-05T11:00:00Z,1,Welcome,0,true\n",
        ["email:ana@x.org posted", "email:bo@x.org posted"],
    ),
    "gifts of German months cut short": (
        "spenden_2025.csv",
        "Spender-Nr.;Name;Ort;Jan 25;Feb 25;Mrz 25;Summe\n1;Ana Ng;Ulm;10,00;;10,00;20,00\n2;Bo Ito;Bonn;;25,50;;25,50\n",
        ["spenden:1 donated 10.0", "spenden:1 donated 10.0", "spenden:2 donated 25.5"],
    ),
}
