"""Contacts, gifts, orders and advertisements."""

from __future__ import annotations

from . import Case

CASES = {
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
    "zoho-contacts": Case(
        "Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Account Name.id,Account Name,Email,Title,"
        "Phone,Mobile,Email Opt Out,Created By,Created Time,Modified Time,Tag\n"
        "zcrm_1,zcrm_9,Us,Web,Ana,Ng,zcrm_5,Acme,ana@x.org,Buyer,,,false,Us,2026-03-05 10:00:00,2026-03-06 10:00:00,\n"
        "zcrm_2,zcrm_9,Us,Web,Bo,Ito,,,bo@x.org,,,,true,Us,2026-03-05 10:00:00,2026-03-06 10:00:00,\n",
        ("bo unsubscribed",),
        "ana bo",
    ),
    "bloomerang-constituents": Case(
        "AccountNumber,Type,Status,First,Middle,Last,FullName,CreatedDate\n"
        "7,Individual,Active,Ana,,Ng,Ana Ng,3/25/2026 12:00:00 AM\n",
        (),
        "bloomerang:7",
    ),
    "little-green-light": Case(
        "LGL Constituent ID,Full Name,Preferred Email,LGL Gift ID,Gift Date,Gift Type,Gift Amount,Fund,Campaign,Appeal\n"
        "7,Ana Ng,ana@x.org,1,2026-03-05,Gift,25.00,Roof,,Spring\n8,Bo Ito,bo@x.org,2,2026-03-06,Pledge,90.00,Roof,,\n",
        ("ana donated 25",),
        out=1,
    ),
    "patreon": Case(
        "Name,Email,Discord,Patron Status,Follows You,Free Member,Free Trial,Lifetime Amount,Pledge Amount,Charge Frequency,Tier,Addressee,Street,"
        "City,State,Zip,Country,Phone,Patronage Since Date,Last Charge Date,Last Charge Status,Additional Details,User ID,"
        "Last Updated,Currency,Max Posts,Access Expiration,Next Charge Date,Full country name,Subscription Source\n"
        "Ana Ng,ana@x.org,ana#1,Active patron,No,No,No,50.00,5.00,monthly,Gold,,,,,,,,2025-01-10 18:33:22,2026-03-01 08:00:00,"
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
    "github-sponsors": Case(
        "Sponsor Handle,Sponsor Profile Name,Sponsor Public Email,Sponsorship Started On,Is Public?,Is Yearly?,Transaction ID,Payment Source,"
        "Tier Name,Tier Monthly Amount,Processed Amount,Is Prorated?,Status,Transaction Date,Metadata,Country,Region,VAT\n"
        "Ana-Ng,Ana Ng,ana@x.org,2025-01-01 10:00:00 UTC,true,false,t1,github,$5 a month,$5.00,$5.00,false,settled,"
        "2026-03-05 10:00:00 UTC,,DE,,\n"
        "bo,,,2025-01-01 10:00:00 UTC,true,false,t2,patreon,$5 a month,$5.00,$5.00,false,failed,2026-03-05 10:00:00 UTC,,,,\n",
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
