"""Events, messages, tickets, surveys and visits."""

from __future__ import annotations

from . import Case

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
    "whatsapp": Case(
        "05/03/26, 09:00 - Messages and calls are end-to-end encrypted.\n05/03/26, 09:01 - Ana: Who brings: seeds?\n"
        "05/03/26, 9:05 PM - Bo: I do!\nand the spades\n13/03/26, 10:01 - Bo added Cy\n\u200e13/03/26, 10:02 - ~ Cy: Hi\n",
        ("whatsapp:ana posted", "whatsapp:bo posted", "whatsapp:cy posted"),
        "whatsapp:ana whatsapp:bo whatsapp:cy", out=2, name="chat.txt",
    ),
    "telegram": Case(
        '{"name": "Garden", "type": "private_supergroup", "id": 1, "messages": ['
        '{"id": 1, "type": "service", "date": "2026-03-05T09:00:00", "date_unixtime": "1772701200", "actor": "Ana Ng", '
        '"actor_id": "user11", "action": "create_group", "text": "", "text_entities": []}, '
        '{"id": 2, "type": "message", "date": "2026-03-05T09:01:00", "date_unixtime": "1772701260", "from": "Ana Ng", '
        '"from_id": "user11", "text": "Seeds?", "text_entities": []}, '
        '{"id": 3, "type": "message", "date": "2026-03-05T09:05:00", "date_unixtime": "1772701500", "from": "Bo", '
        '"from_id": "user12", "reply_to_message_id": 2, "text": "I do", "text_entities": []}]}',
        ("telegram:user11 posted", "telegram:user12 posted"),
        "telegram:user11 telegram:user12", out=1, name="result.json",
    ),
    "calendly": Case(
        "Team,User Name,User Email,Invitee Name,Invitee First Name,Invitee Last Name,Invitee Email,Invitee Time Zone,Text Reminder Number,Event Type Name,Start Date & Time,End Date & Time,Location,Event Created Date & Time,Canceled,Canceled By\n"
        ",Sam,sam@ours.org,Ana Ng,Ana,Ng,ana@x.org,Europe/Berlin,,Intro,2026-03-05 09:00 AM,2026-03-05 09:30 AM,Zoom,2026-03-01 10:00 AM,false,\n"
        ",Sam,sam@ours.org,Bo Li,Bo,Li,bo@x.org,Europe/Berlin,,Intro,2026-03-06 09:00 AM,2026-03-06 09:30 AM,Zoom,2026-03-02 10:00 AM,true,Bo\n",
        ("ana registered",), "ana", out=1,
    ),
    "mastodon-accounts": Case(
        "Account address,Show boosts,Notify on new posts,Languages\nana@m.example,true,false,\nbo@n.example,true,false,\n",
        people="mastodon:ana@m.example mastodon:bo@n.example",
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
        "MessageID,AuthorID,Author,Date,Content,Attachments,Reactions\n"
        "1,70001,ana,2026-03-05T10:00:00.0000000+00:00,hello,,\n2,70002,bo,2026-03-05T10:01:00.0000000+00:00,hi,,\n",
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
        "#,How likely are you to recommend us?,What is your email?,Response Type,Start Date (UTC),Stage Date (UTC),"
        "Submit Date (UTC),Network ID,Tags,Ending\n"
        "aaa1,9,ana@x.org,completed,2026-03-05 10:00:00,,2026-03-05 10:01:00,n1,,\n"
        "bbb2,3,bo@x.org,completed,2026-03-05 11:00:00,,2026-03-05 11:02:00,n2,,\n"
        "ccc3,3,cy@x.org,partial,2026-03-05 12:00:00,2026-03-05 12:02:00,,n3,,\n",
        ("ana rated", "bo rated"),
        out=1,
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
}  # fmt: skip
