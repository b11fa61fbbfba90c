"""Every recipe reads an export in the exact header form of its system; the rows are made up."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from ziggurat.errors import QuestionError
from ziggurat.sources import recipes
from ziggurat.sources.guess import guess
from ziggurat.sources.mapping import check

from .conftest import KINDS, take


class Case(NamedTuple):
    """A file, and what it becomes.

    made: of each interaction who, what, and how much; people: those of whom something is said; out: rows that are left
    out on purpose; wrong: lines that are rejected.
    """

    file: str
    made: tuple[str, ...] = ()
    people: str = ""
    out: int = 0
    wrong: tuple[int, ...] = ()
    name: str = "export.csv"


CASES = {
    "segment": Case(
        "messageId,type,event,userId,anonymousId,timestamp,name,traits.email,traits.name,properties.url,"
        "properties.revenue\n"
        "m1,identify,,u1,a1,2026-03-05T10:00:00Z,,ana@x.org,Ana Ng,,\nm2,page,,u1,a1,2026-03-05T10:01:00Z,Home,,,https://x.org/,\n"
        "m3,track,Order Completed,u1,,2026-03-05T10:02:00Z,,,,,25.5\nm4,group,,u1,,2026-03-05T10:03:00Z,,,Acme,,\n"
        "m5,track,Signed Up,,a2,2026-03-05T10:04:00Z,,,,,\n",
        ("user:u1 visited", "user:u1 purchased 25.5", "anon:a2 registered"),
        "user:u1",
        out=1,
    ),
    "segment-pages": Case(
        "id,anonymous_id,user_id,name,url,path,referrer,title,received_at,timestamp\n"
        "m1,a1,u1,Home,https://x.org/,/,,Home,2026-03-05 10:00:00,2026-03-05 10:00:00\n"
        "m2,a2,,Pricing,https://x.org/p,/p,,Pricing,2026-03-05 10:00:00,2026-03-06 10:00:00\n",
        ("user:u1 visited", "anon:a2 visited"),
    ),
    "hubspot": Case(
        "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Associated Company,Country/Region,"
        "Contact owner,Unsubscribed from all email,Additional email addresses\n"
        "7,Ana,Ng,ana@x.org,+49 30 12345,NEW,2026-03-12 09:14,Acme,France,us@club.example,FALSE,a@y.org;b@y.org\n"
        "8,,,bo@x.org,,,2026-03-13 10:00,,,,TRUE,\n",
        ("bo unsubscribed",),
        "ana bo",
    ),
    "salesforce-contacts": Case(
        "Id,FirstName,LastName,Email,Phone,Title,AccountId,HasOptedOutOfEmail,CreatedDate\n"
        "003A,Ana,Ng,ana@x.org,,Chair,001A,true,2026-03-01T10:00:00.000+0000\n"
        "003B,Bo,Ito,bo@x.org,,,001A,false,2026-03-01T10:00:00.000+0000\n",
        ("ana unsubscribed",),
        "ana bo",
    ),
    "salesforce-campaign-members": Case(
        "Campaign Name,Member Type,Member Status,First Name,Last Name,Email,Member First Associated Date,Responded,"
        "Member First Responded Date\n"
        "Gala,Contact,Sent,Ana,Ng,ana@x.org,3/1/2026,0,\nGala,Contact,Responded,Bo,Ito,bo@x.org,3/14/2026,1,3/15/2026\n",
        ("ana emailed", "bo replied"),
        "ana bo",
    ),
    "salesforce-opportunities": Case(
        "Opportunity Name,Stage,Close Date,Amount,Account Name,Contact Email,Opportunity ID\n"
        "Hall,Closed Won,2026-03-01,500.00,Acme,ana@x.org,006A\nTent,Closed Lost,2026-03-02,70,Acme,ana@x.org,006B\n"
        "Boat,Prospecting,2026-12-02,900,Acme,bo@x.org,006C\n",
        ("ana purchased 500",),
        out=2,
    ),
    "mailchimp-audience": Case(
        "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,"
        "GMTOFF,DSTOFF,TIMEZONE,CC,REGION,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
        "ana@x.org,Ana,Ng,2,,,2025-11-02 08:00:00,1.2.3.4,,,,,,de,,2026-02-01 09:00:00,May,,2026-02-01 09:00:00,1,a1,,\n"
        "bo@x.org,Bo,Ito,4,,,2025-12-02 08:00:00,,,,,,,de,,,,,2026-01-02 10:00:00,2,a2,,\"\"\"vip\"\"\"\n",
        ("ana subscribed", "ana unsubscribed", "bo subscribed"),
        "ana bo",
    ),
    "mailchimp-activity": Case(
        "Email Address,Campaign Title,Action,Timestamp,URL\nana@x.org,May,sent,2026-05-01 08:00:00,\n"
        "ana@x.org,May,open,2026-05-01 09:00:00,\nana@x.org,May,click,2026-05-01 09:01:00,https://club.example\n"
        "bo@x.org,May,bounce,2026-05-01 08:00:01,\nana@x.org,May,unsub,2026-05-01 09:02:00,\n",
        ("ana emailed", "ana opened", "ana clicked", "ana unsubscribed"),
        out=1,
    ),
    "brevo-contacts": Case(
        "CONTACT ID;EMAIL;FIRSTNAME;LASTNAME;SMS;BLACKLIST;ADDED_TIME;MODIFIED_TIME\n"
        "1;ana@x.org;Ana;Ng;4915112345678;0;05-03-2026 10:00:00;06-03-2026 10:00:00\n"
        "2;bo@x.org;Bo;Ito;;1;25-03-2026 10:00:00;26-03-2026 10:00:00\n",
        ("bo unsubscribed",),
        "ana bo",
    ),
    "brevo-campaign": Case(
        "Email_ID,Send_Date,Delivered_Date,Open_Date,Click_Date,Unsubscribe_Date\n"
        "ana@x.org,2026-03-05 10:00:00,2026-03-05 10:00:03,2026-03-05 11:00:00,,\nbo@x.org,2026-03-05 10:00:00,,,,\n",
        ("ana emailed", "ana opened", "bo emailed"),
    ),
    "civicrm-contacts": Case(
        "Contact ID,Contact Type,Display Name,First Name,Last Name,Current Employer,Email,Phone,Do Not Email,"
        "No Bulk Emails (User Opt Out)\n"
        "7,Individual,Ana Ng,Ana,Ng,Acme,ana@x.org,,0,1\n8,Individual,Bo Ito,Bo,Ito,,bo@x.org,,0,0\n",
        ("ana unsubscribed",),
        "ana bo",
    ),
    "civicrm-contributions": Case(
        "Contact ID,Display Name,Email,Contribution ID,Financial Type,Payment Method,Total Amount,Date Received,"
        "Contribution Status,Contribution Source\n"
        "7,Ana Ng,ana@x.org,70,Donation,Check,25.00,2026-03-05 00:00:00,Completed,Spring letter\n"
        "8,Bo Ito,,71,Donation,Card,40.00,2026-03-06 00:00:00,Refunded,\n"
        "8,Bo Ito,,72,Donation,Card,40.00,2026-03-07 00:00:00,Failed,\n",
        ("ana donated 25", "civicrm:8 donated 40", "civicrm:8 refunded 40"),
        out=1,
    ),
    "nationbuilder": Case(
        "nationbuilder_id,signup_type,prefix,first_name,last_name,email,email_opt_in,email2,phone_number,employer,"
        "support_level,tag_list,created_at\n"
        "7,0,,Ana,Ng,ana@x.org,true,a@y.org,,Acme,1,\"a, b\",2026-03-05T10:00:00-05:00\n"
        "8,0,,Bo,Ito,bo@x.org,false,,,,,,2026-03-05T10:00:00-05:00\n",
        ("ana subscribed",),
        "ana bo",
    ),
    "raisers-edge": Case(
        "Constituent ID,Name,Email,Gift ID,Gift Date,Gift Type,Gift Amount,Fund,Appeal\n"
        "7,Ana Ng,ana@x.org,G1,3/5/2026,Cash,\"$1,000.00\",Roof,Spring\n7,Ana Ng,ana@x.org,G2,3/15/2026,Pledge,$500.00,Roof,\n"
        "8,Bo Ito,,G3,3/16/2026,Pay-Cash,$50.00,Roof,\n",
        ("ana donated 1000", "constituent:8 donated 50"),
        out=1,
    ),
    "bloomerang": Case(
        "Account Number,Name,Primary Email Address,Transaction Number,Transaction Date,Transaction Type,Amount,Fund,Campaign,"
        "Appeal,Method\n"
        "7,Ana Ng,ana@x.org,T1,03/25/2026,Donation,$25.00,Roof,2026,Spring,Cash\n"
        "8,Bo Ito,bo@x.org,T2,03/26/2026,Recurring Donation,$10.00,Roof,2026,Spring,Card\n"
        "8,Bo Ito,bo@x.org,T3,03/26/2026,Recurring Donation Payment,$10.00,Roof,2026,Spring,Card\n",
        ("ana donated 25", "bo donated 10"),
        out=1,
    ),
    "little-green-light": Case(
        "LGL Constituent ID,Full Name,Preferred Email,LGL Gift ID,Gift Date,Gift Type,Gift Amount,Fund,Campaign,Appeal\n"
        "7,Ana Ng,ana@x.org,1,2026-03-05,Gift,25.00,Roof,,Spring\n8,Bo Ito,bo@x.org,2,2026-03-06,Pledge,90.00,Roof,,\n",
        ("ana donated 25",),
        out=1,
    ),
    "patreon": Case(
        "Name,Email,Discord,Patron Status,Follows You,Lifetime Amount,Pledge Amount,Charge Frequency,Tier,Addressee,Street,"
        "City,State,Zip,Country,Phone,Patronage Since Date,Last Charge Date,Last Charge Status,Additional Details,User ID,"
        "Last Updated,Currency,Max Posts,Access Expiration,Next Charge Date\n"
        "Ana Ng,ana@x.org,ana#1,Active patron,No,50.00,5.00,monthly,Gold,,,,,,,,2025-01-10 18:33:22,2026-03-01 08:00:00,"
        "Paid,,77,2026-03-01 09:00:00,EUR,,,\n",
        ("ana joined",),
        "ana",
    ),
    "open-collective": Case(
        '"Effective Date & Time","Transaction ID","Description","Credit/Debit","Kind","Group ID","Amount Single Column",'
        '"Currency","Is Reverse","Is Reversed","Reverse Transaction ID","Account Handle","Account Name",'
        '"Opposite Account Handle","Opposite Account Name","Payment Processor","Payment Method"\n'
        "2026-03-05T19:21:45,11,Monthly,CREDIT,CONTRIBUTION,g1,10,EUR,,,,club,Club,ana-ng,Ana Ng,STRIPE,CREDITCARD\n"
        "2026-03-05T19:21:45,12,Fee,DEBIT,HOST_FEE,g1,-1,EUR,,,,club,Club,host,Host,,\n"
        "2026-03-09T10:00:00,13,Back,DEBIT,CONTRIBUTION,g1,-10,EUR,true,,11,club,Club,ana-ng,Ana Ng,STRIPE,CREDITCARD\n",
        ("opencollective:ana-ng donated 10", "opencollective:ana-ng refunded 10"),
        out=1,
    ),
    "github-events": Case(
        '{"id": "1", "type": "PushEvent", "actor": {"id": 7, "login": "Ana-Ng"}, "repo": {"name": "club/site"}, '
        '"payload": {"size": 2}, "public": true, "created_at": "2026-03-05T10:00:00Z"}\n'
        '{"id": "2", "type": "WatchEvent", "actor": {"id": 8, "login": "bo"}, "repo": {"name": "club/site"}, '
        '"payload": {"action": "started"}, "public": true, "created_at": "2026-03-05T11:00:00Z"}\n'
        '{"id": "3", "type": "IssueCommentEvent", "actor": {"id": 7, "login": "ana-ng"}, "repo": {"name": "club/site"}, '
        '"payload": {"comment": {"body": "ok"}}, "public": true, "created_at": "2026-03-05T12:00:00Z"}\n'
        '{"id": "4", "type": "DeleteEvent", "actor": {"id": 7, "login": "ana-ng"}, "repo": {"name": "club/site"}, '
        '"payload": {}, "public": true, "created_at": "2026-03-05T12:00:00Z"}\n',
        ("github:ana-ng contributed", "github:ana-ng posted", "github:bo liked"),
        out=1,
        name="events.jsonl",
    ),
    "github-sponsors": Case(
        "Sponsor Handle,Sponsor Profile Name,Sponsor Public Email,Sponsorship Started On,Is Public?,Is Yearly?,Transaction ID,"
        "Tier Name,Tier Monthly Amount,Processed Amount,Is Prorated?,Status,Transaction Date,Metadata,Country,Region,VAT\n"
        "Ana-Ng,Ana Ng,ana@x.org,2025-01-01 10:00:00 UTC,true,false,t1,$5 a month,$5.00,$5.00,false,settled,"
        "2026-03-05 10:00:00 UTC,,DE,,\n"
        "bo,,,2025-01-01 10:00:00 UTC,true,false,t2,$5 a month,$5.00,$5.00,false,failed,2026-03-05 10:00:00 UTC,,,,\n",
        ("github:ana-ng sponsored 5",),
        out=1,
    ),
    "stripe": Case(
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Description,Fee,Refunded date (UTC),"
        "Status,Seller Message,Card ID,Customer ID,Customer Description,Customer Email,Invoice ID,Transfer\n"
        "ch_1,2026-03-05 10:00:00,40.00,0.00,eur,true,40.00,Course,1.00,,Paid,Payment complete.,,cus_1,,ana@x.org,,\n"
        "ch_2,2026-03-06 10:00:00,40.00,15.00,eur,true,40.00,Course,1.00,2026-03-07 10:00:00,Partial Refund,,,cus_2,,bo@x.org,,\n"
        "ch_3,2026-03-06 11:00:00,40.00,0.00,eur,false,40.00,Course,0.00,,Failed,Declined,,cus_2,,bo@x.org,,\n",
        ("ana purchased 40", "bo purchased 40", "bo refunded 15"),
        out=1,
    ),
    "paypal": Case(
        '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","From Email Address",'
        '"To Email Address","Transaction ID","Item Title"\n'
        '"03/25/2026","10:00:00","PDT","Ana Ng","Donation Payment","Completed","USD","1,025.00","-1.00","1,024.00",'
        '"ana@x.org","us@club.example","T1",""\n'
        '"03/26/2026","10:00:00","PDT","","General Withdrawal","Completed","USD","-500.00","0.00","-500.00","us@club.example",'
        '"","T2",""\n'
        '"03/26/2026","11:00:00","PDT","Bo Ito","Website Payment","Pending","USD","20.00","0.00","20.00","bo@x.org",'
        '"us@club.example","T3",""\n',
        ("ana donated 1025",),
        out=2,
    ),
    "shopify": Case(
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
        "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
        "Billing Name,Billing City,Billing Zip,Billing Country,Billing Phone,Cancelled at,Refunded Amount,Id\n"
        "#101,ana@x.org,paid,2026-03-05 10:00:00 +0100,,,no,EUR,12.00,,,12.00,,,,2026-03-05 10:00:00 +0100,1,Tea,7.00,Ana Ng,"
        "Ulm,,,,,0.00,55501\n"
        "#101,ana@x.org,,,,,,,,,,,,,,2026-03-05 10:00:00 +0100,1,Pot,5.00,,,,,,,,\n"
        "#102,bo@x.org,partially_refunded,2026-03-06 10:00:00 +0100,,,yes,EUR,20.00,,,20.00,,,,2026-03-06 10:00:00 +0100,1,"
        "Cup,20.00,Bo Ito,,,,,,8.00,55502\n"
        "#103,bo@x.org,voided,,,,no,EUR,9.00,,,9.00,,,,2026-03-06 11:00:00 +0100,1,Cup,9.00,Bo Ito,,,,,,0.00,55503\n",
        ("ana purchased 12", "bo purchased 20", "bo refunded 8", "bo subscribed"),
        out=2,
    ),
    "woocommerce": Case(
        "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Company (Billing),"
        "City (Billing),Email (Billing),Phone (Billing),Payment Method Title,Order Total Amount,Order Refund Amount\n"
        "11,Completed,2026-03-05 10:00,,Ana,Ng,,Ulm,ana@x.org,,Card,12.00,0\n"
        "12,Refunded,2026-03-06 10:00,,Bo,Ito,,,bo@x.org,,Card,20.00,20.00\n"
        "13,On hold,2026-03-07 10:00,,Bo,Ito,,,bo@x.org,,Card,20.00,0\n",
        ("ana purchased 12", "bo purchased 20", "bo refunded 20"),
        out=1,
    ),
    "square": Case(
        "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Source,Card,Transaction ID,Payment ID,"
        "Device Name,Description,Event Type,Location,Customer ID,Customer Name,Customer Reference ID\n"
        "2026-03-05,10:00:00,Eastern Time (US & Canada),$12.00,$0.00,$12.00,$0.00,$0.00,$12.00,Register,$12.00,T1,P1,,Tea,Payment,"
        "Shop,C1,Ana Ng,\n"
        "2026-03-06,10:00:00,Eastern Time (US & Canada),-$12.00,$0.00,-$12.00,$0.00,$0.00,-$12.00,Register,-$12.00,T1,P2,,Tea,Refund,"
        "Shop,C1,Ana Ng,\n"
        "2026-03-06,11:00:00,Eastern Time (US & Canada),$5.00,$0.00,$5.00,$0.00,$0.00,$5.00,Register,$5.00,T3,P3,,Tea,Payment,Shop,,,\n",
        ("square:C1 purchased 12", "square:C1 refunded 12"),
        wrong=(4,),
    ),
    "eventbrite": Case(
        "Order #,Order Date,First Name,Last Name,Email,Quantity,Price Tier,Ticket Type,Attendee #,Group,Order Type,Currency,"
        "Total Paid,Fees Paid,Eventbrite Fees,Eventbrite Payment Processing,Attendee Status,Home City\n"
        '1,"Sep 26, 2026 7:05 PM",Ana,Ng,ana@x.org,1,,General,11,,Eventbrite Completed,EUR,30.00,2,1,1,Checked In,Ulm\n'
        '2,"Sep 27, 2026 12:10 AM",Bo,Ito,bo@x.org,1,,General,12,,Eventbrite Completed,EUR,0.00,0,0,0,Not Attending,\n',
        ("ana attended 30", "bo registered 0"),
    ),
    "meetup-attendees": Case(
        "Name\tUser ID\tTitle\tEvent Host\tRSVP\tGuests\tRSVPed on\tJoined Group on\tURL of Member Profile\n"
        "Ana Ng\tuser 77\tAssistant Organizer\tNo\tYes\t0\t2026-03-05 10:00\t2025-01-05\thttps://meetup.example/77\n"
        "Bo Ito\tuser 78\t\tNo\tNo\t0\t2026-03-05 11:00\t2025-01-06\thttps://meetup.example/78\n",
        ("meetup:user 77 joined", "meetup:user 77 registered"),
        out=1,
        name="attendees.tsv",
    ),
    "meetup-members": Case(
        "Name\tUser ID\tTitle\tLocation\tJoined Group on\tLast visited group on\tLast attended on\tMeetups attended\n"
        "Ana Ng\tuser 77\t\tUlm\t01/25/2025\t03/05/2026\t02/01/2026\t3\n",
        ("meetup:user 77 joined", "meetup:user 77 visited", "meetup:user 77 attended"),
        "meetup:user 77",
        name="members.tsv",
    ),
    "luma": Case(
        "api_id,name,first_name,last_name,email,phone_number,created_at,approval_status,checked_in_at,custom_source,qr_code_url,"
        "amount,amount_tax,amount_discount,currency,ticket_name\n"
        "gst-1,Ana Ng,Ana,Ng,ana@x.org,,2026-03-01T10:00:00.000Z,approved,2026-03-05T18:00:00.000Z,,,,,,,Standard\n"
        "gst-2,Bo Ito,Bo,Ito,bo@x.org,,2026-03-01T11:00:00.000Z,declined,,,,,,,,Standard\n",
        ("ana registered", "ana attended"),
        out=1,
    ),
    "zoom-participants": Case(
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
        "811 222 333,Evening,03/25/2026 06:55:00 PM,03/25/2026 08:05:00 PM,us@club.example,70,2\n\n"
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\n"
        "Ana Ng,ana@x.org,03/25/2026 07:00:00 PM,03/25/2026 08:00:00 PM,60,Yes,\n"
        "Phone,,03/25/2026 07:00:00 PM,03/25/2026 08:00:00 PM,60,Yes,\n",
        ("ana attended",),
        wrong=(6,),
    ),
    "zoom-registrants": Case(
        "First Name,Last Name,Email,Registration Time,Approval Status\n"
        "Ana,Ng,ana@x.org,03/25/2026 07:00:00 PM,approved\nBo,Ito,bo@x.org,03/25/2026 07:10:00 PM,denied\n",
        ("ana registered",),
        out=1,
    ),
    "zoom-webinar": Case(
        "Attendee Report\nAttended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,"
        "Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name\n"
        "Yes,Ana Ng,Ana,Ng,ana@x.org,03/20/2026 07:00:00 PM,approved,03/25/2026 07:00:00 PM,03/25/2026 08:00:00 PM,60,Yes,\n"
        "No,Bo Ito,Bo,Ito,bo@x.org,03/21/2026 07:10:00 PM,approved,--,--,--,--,\n",
        ("ana registered", "ana attended", "bo registered"),
    ),
    "teams": Case(
        "1. Summary\nMeeting title\tEvening\nAttended participants\t2\nStart time\t3/25/26, 6:55:00 PM\n\n2. Participants\n"
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
        "Ana Ng\t3/25/26, 7:00:05 PM\t3/25/26, 8:00:05 PM\t1h\tana@x.org\tana@x.org\tPresenter\n"
        "Bo Ito\t3/25/26, 7:10:00 PM\t3/25/26, 8:00:00 PM\t50m\tbo@x.org\t\tAttendee\n\n3. In-Meeting Activities\n"
        "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
        "Ana Ng\t3/25/26, 7:00:05 PM\t3/25/26, 8:00:05 PM\t1h\tana@x.org\tPresenter\n",
        ("ana attended", "bo attended"),
        wrong=(11, 12, 13),
        name="attendance.tsv",
    ),
    "discourse-users": Case(
        "id,name,username,email,title,created_at,last_seen_at,last_posted_at,last_emailed_at,trust_level,approved,"
        "suspended_at,suspended_till,silenced_till,active,admin,moderator,ip_address,staged,secondary_emails\n"
        "7,Ana Ng,ana,ana@x.org,,2025-01-05 10:00:00 UTC,2026-03-05 10:00:00 UTC,,,2,true,,,,true,false,false,,false,a@y.org\n",
        ("ana joined",),
        "ana",
    ),
    "slack-messages": Case(
        '[{"type": "message", "user": "U1", "text": "hello", "ts": "1772704800.000200",\n'
        '"user_profile": {"real_name": "Ana Ng"}},\n'
        '{"type": "message", "user": "U2", "text": "hi", "ts": "1772704801.000200", "thread_ts": "1772704800.000200"},\n'
        '{"type": "message", "subtype": "channel_join", "user": "U3", "text": "joined", "ts": "1772704802.000200"},\n'
        '{"type": "message", "subtype": "bot_message", "user": "B1", "text": "ping", "ts": "1772704803.000200"}]',
        ("slack:U1 posted", "slack:U2 posted", "slack:U3 joined"),
        out=1,
        name="2026-03-05.json",
    ),
    "slack-members": Case(
        "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n"
        "ana,ana@x.org,Member,1,0,0,U1,Ana Ng,ana,\nbo,bo@x.org,Deactivated,0,0,0,U2,Bo Ito,bo,\n",
        people="ana bo",
    ),
    "discord": Case(
        "AuthorID,Author,Date,Content,Attachments,Reactions\n"
        "70001,ana,2026-03-05T10:00:00.0000000+00:00,hello,,\n70002,bo,2026-03-05T10:01:00.0000000+00:00,hi,,\n",
        ("discord:70001 posted", "discord:70002 posted"),
    ),
    "zendesk": Case(
        '{"id": 41, "created_at": "2026-03-05T10:00:00Z", "subject": "Help", "description": "It broke", "status": "solved", '
        '"type": "incident", "via": {"channel": "email"}, "requester": {"name": "Ana Ng", "email": "ana@x.org"}, '
        '"assignee": {"email": "us@club.example"}, "tags": ["a", "b"]}\n'
        '{"id": 42, "created_at": "2026-03-06T10:00:00Z", "subject": "How", "description": "?", "status": "open", '
        '"via": {"channel": "web"}, "requester": {"name": "Bo Ito", "email": "bo@x.org"}, "assignee": null, "tags": []}\n',
        ("ana contacted", "bo contacted"),
        name="tickets.jsonl",
    ),
    "intercom": Case(
        "Name,Owner,Email,Phone,User ID,First seen (UTC),Signed up (UTC),Last seen (UTC),Web sessions,Unsubscribed from emails,"
        "City,Country\n"
        "Ana Ng,,ana@x.org,,u1,2025-01-05 10:00:00,2025-01-06 10:00:00,2026-03-05 10:00:00,7,true,Ulm,Germany\n",
        ("ana registered", "ana unsubscribed"),
        "ana",
    ),
    "freshdesk": Case(
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Full name,Email\n"
        "41,Help,Closed,Low,Email,Question,Us,Desk,2026-03-05 10:00:00,,2026-03-06 10:00:00,Ana Ng,ana@x.org\n",
        ("ana contacted",),
    ),
    "typeform": Case(
        "#,How likely are you to recommend us?,What is your email?,Start Date (UTC),Submit Date (UTC),Network ID,Tags\n"
        "aaa1,9,ana@x.org,2026-03-05 10:00:00,2026-03-05 10:01:00,n1,\nbbb2,3,bo@x.org,2026-03-05 11:00:00,2026-03-05 11:02:00,n2,\n",
        ("ana rated", "bo rated"),
    ),
    "surveymonkey": Case(
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,"
        "How did you hear of us?,,Anything else?\n"
        ",,,,,,,,Friend,Web,Open-Ended Response\n"
        "1001,7,03/05/2026 10:00:00 AM,03/05/2026 10:02:00 AM,1.2.3.4,ana@x.org,Ana,Ng,Friend,,thanks\n",
        ("ana contacted",),
    ),
    "google-forms": Case(
        "Timestamp,Email Address,How likely are you to recommend us to a friend?,Why?\n"
        "3/25/2026 10:00:00,ana@x.org,10,Lovely\n3/25/2026 10:05:00,bo@x.org,2,Cold hall\n",
        ("ana rated", "bo rated"),
    ),
    "google-ads": Case(
        "Campaign report\n\"March 1, 2026 - March 31, 2026\"\nCampaign,Day,Currency code,Impr.,Clicks,Cost\n"
        'Spring,2026-03-05,EUR,"1,000",20,12.50\nTotal: Campaigns, --,EUR,"1,000",20,12.50\n',
        ("Spring 2026-03-05 1000 12.5",),
        wrong=(5,),
    ),
    "meta-ads": Case(
        "Campaign name,Reporting starts,Reporting ends,Reach,Impressions,Amount spent (EUR),Link clicks\n"
        "Spring,2026-03-05,2026-03-05,800,1000,12.50,20\n",
        ("Spring 2026-03-05 1000 12.5",),
    ),
    "linkedin-ads": Case(
        "Campaign Performance Report (in UTC)\nReport Start: March 1, 2026\nDate Generated: April 1, 2026\n\n"
        "Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Group ID\tCampaign Name\tTotal Spent\tImpressions\tClicks\n"
        "3/5/2026\tClub\tEUR\t1\tSpring\t12.50\t1000\t20\n",
        ("Spring 2026-03-05 1000 12.5",),
        name="campaigns.tsv",
    ),
    "google-contacts": Case(
        "First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,Labels,"
        "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value\n"
        "Ana,,Ng,,Acme,Chair,1990-03-04,met at the fair,* myContacts,* Home,ana@x.org,Work,a@y.org ::: a@z.org,Mobile,+49 30 12345\n"
        "Bo,,Ito,,,,,,* myContacts,,bo@x.org,,,,\n",
        people="ana bo",
    ),
}  # fmt: skip


def who(identity: str) -> str:
    return identity.removeprefix("email:").removesuffix("@x.org")


def amount(value: float | None) -> str:
    return "" if value is None else f" {value:g}"


@pytest.mark.parametrize("name", sorted(CASES))
def test_an_export_in_its_own_form_comes_in_right(written, name):
    case = CASES[name]
    path = written(case.file.encode(), case.name)
    found = guess(path)
    assert found.recipe == recipes.shipped()[name].title
    assert found.missing == ()
    taken = take(path, found.with_suggestions())
    made = [f"{who(a)} {k}{amount(m)}" for a, k, m in taken.rows("interactions", "actor", "kind", "amount")]
    made += [f"{a} {d} {i:g} {c:g}" for a, d, i, c in taken.rows("exposures", "activity", "day", "impressions", "cost")]
    assert sorted(made) == sorted(case.made)
    assert (taken.skipped, tuple(line for line, _ in taken.reasons)) == (case.out, case.wrong)
    if case.people:
        assert {who(identity) for identity in taken.rows("traits", "identity")} == set(case.people.split(" ")) or (
            {who(identity) for identity in taken.rows("traits", "identity")} == {case.people}
        )


def test_every_recipe_is_tried_and_is_a_mapping():
    assert sorted(CASES) == sorted(recipes.shipped())
    for name, recipe in recipes.shipped().items():
        mapping = recipe.mapping
        if not mapping.missing():
            check(mapping, KINDS, name)
        assert recipe.headers


def test_no_recipe_takes_the_export_of_another():
    for name, case in CASES.items():
        if case.name.endswith(("csv", "tsv")) and name not in (
            "zoom-participants",
            "zoom-webinar",
            "teams",
            "google-ads",
            "linkedin-ads",
        ):
            headers = case.file.partition("\n")[0].replace('"', "").replace("\t", ",").replace(";", ",").split(",")
            assert recipes.recognise(headers) == name


def test_every_recipe_is_on_its_page():
    page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text("utf-8")
    assert set(re.findall(r"^- `([a-z-]+)`: ", page, re.M)) == set(recipes.shipped())


def test_a_recipe_can_be_said_or_refused(written):
    path = written(CASES["stripe"].file.encode())
    assert guess(path, said={"recipe": "none"}).recipe == ""
    with pytest.raises(QuestionError, match="no recipe named 'strip'; did you mean 'stripe'"):
        guess(path, said={"recipe": "strip"})


def test_what_is_said_goes_before_a_recipe(written):
    path = written(CASES["eventbrite"].file.encode())
    found = guess(path, said={"constants": {"kind": "attended", "channel": "hall"}})
    taken = take(path, found.mapping)
    assert taken.rows("interactions", "kind", "channel") == [("attended", "hall"), ("attended", "hall")]


def test_files_of_recipes_are_toml_with_a_title():
    for path in recipes.FOLDER.glob("*.toml"):
        assert tomllib.loads(path.read_text("utf-8"))["title"]


def test_the_title_of_a_meetup_member_is_their_role_in_the_group(written):
    path = written(CASES["meetup-attendees"].file.encode(), "attendees.tsv")
    taken = take(path, guess(path).with_suggestions())
    assert ("role", "Assistant Organizer") in taken.rows("traits", "trait", "value")
    assert taken.rows("interactions", "object") == [None, None]


def test_a_row_that_says_who_somebody_is_makes_no_interaction_and_keeps_all_it_says(written):
    rows = (
        '{"messageId":"m1","type":"identify","userId":"u1","anonymousId":"a1","timestamp":"2026-03-05T10:00:00Z",'
        '"traits":{"name":"Ana Ng","shoe":"41"}}\n'
        '{"messageId":"m2","type":"page","userId":"u1","anonymousId":"a1","timestamp":"2026-03-05T10:01:00Z","name":"Home"}\n'
    )
    path = written(rows.encode(), "events.jsonl")
    taken = take(path, guess(path).with_suggestions())
    assert taken.rows("interactions", "kind") == ["visited"]
    assert set(taken.rows("traits", "trait", "value")) == {("name", "Ana Ng"), ("traits_shoe", "41")}
    assert taken.rows("links", "a", "b") == [("user:u1", "anon:a1")]
