"""What do other systems call things? Column headers as exports have them, each with our word."""

from __future__ import annotations

import re

# Headers as `plain` writes them, the likelier ones first: of several columns that fit a field, the first name wins.
FIELD_NAMES = {
    "interaction_id": "interaction_id event_id message_id activity_id transaction_id order_id ticket_id uuid id",
    "at": "at timestamp occurred_at event_time event_timestamp event_date datetime date_time date time when "
    "created_at created created_date "
    "creation_date sent_at posted_at submitted_at received_at order_date purchase_date visited_at start_time "
    "ts event_ts ts_ms time_stamp timestamp_s timestamp_ms timestamp_us time_ms epoch epoch_s epoch_ms epoch_seconds "
    "epoch_time unix unixtime unix_time unix_ts unix_timestamp day",
    "channel": "channel medium source utm_medium utm_source via touchpoint",
    "kind": "kind event event_name event_type action type activity_type interaction interaction_type",
    "direction": "direction inbound_outbound in_out",
    "activity": "activity campaign campaign_name utm_campaign campaign_id newsletter",
    "object": "object product product_name sku item page page_url url path thread topic subject title "
    "event_title form ticket",
    "in_reply_to": "in_reply_to reply_to parent parent_id",
    "text": "text body message comment content review feedback note notes description",
    "amount": "amount total order_total total_price revenue price value donation sum subtotal",
    "minutes": "minutes duration_minutes duration_min mins",
    "score": "score rating stars nps csat",
    "device": "device device_type platform",
}
IDENTITY_NAMES = {
    "email": "email e_mail mail email_address mail_address e_mail_address user_email customer_email "
    "contact_email from sender from_email",
    "phone": "phone phone_number mobile mobile_phone telephone tel cell whatsapp",
    "github": "github github_login github_username login",
    "twitter": "twitter twitter_handle",
    "mastodon": "mastodon mastodon_handle",
    "user": "user_id userid user customer_id customer contact_id member_id member person_id account_id "
    "subscriber_id donor_id username",
    "anon": "anonymous_id visitor_id client_id session_id cookie_id",
}
COUNTERPART_NAMES = "counterpart agent assignee assigned_to staff owner recipient to to_email handled_by"
TRAIT_NAMES = {
    "name": "name full_name fullname display_name contact_name customer_name user_name",
    "first_name": "first_name firstname given_name forename",
    "last_name": "last_name lastname surname family_name",
    "company": "company company_name organisation organization employer account account_name",
    "job": "job job_title role position occupation",
    "city": "city town",
    "region": "region state province county",
    "country": "country country_code",
    "postcode": "postcode zip zip_code postal_code",
    "language": "language locale lang",
    "birthday": "birthday birth_date date_of_birth",
    "gender": "gender sex",
    "tags": "tags interests segment segments",
}
EXPOSURE_NAMES = {
    "activity": "activity campaign campaign_name spot flight",
    "channel": "channel medium media station source",
    "day": "day date air_date start_date",
    "reach": "reach unique_reach audience circulation",
    "impressions": "impressions views contacts grp_impressions",
    "cost": "cost spend amount_spent budget",
}
COST_NAMES = {
    "activity": "activity campaign campaign_name project",
    "day": "day date month period",
    "money": "money cost costs spend amount amount_spent expense expenses total",
    "staff_minutes": "staff_minutes minutes work_minutes staff_time",
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


def plain(name: str) -> str:
    """Write a name in one form: words in lower case, joined by underscores.

    >>> plain("Order Completed"), plain("createdAt"), plain("E-Mail")
    ('order_completed', 'created_at', 'e_mail')
    """
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^0-9a-z]+", "_", split.lower()).strip("_")
