"""Which of our kinds does another system's event name mean? Said only where the whole of the name is understood.

`Unlike`, `Signed out`, `not attended` and `Pull request closed` each resemble the name of something else, and may
mean its opposite. So nothing here goes by likeness: every word of a name must be known, or the name has no kind, and a
person says what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ziggurat.base.kinds import Kinds
from ziggurat.sources.mapping import SKIP
from ziggurat.sources.names import plain

# Whole names as `plain` writes them. What may mean one thing in a shop and another in a club stands under no kind:
# `cancelled`, `closed`, `delivered`, `returned`, `checkout`.
EVENT_NAMES = {
    "visited": "visit page_view pageview page_viewed page view viewed screen session_start session login log_in "
    "access_granted entry_granted entry entered badge_in badged_in "
    "logged_in logon sign_in signed_in signin user_login user_logged_in besuch besuche visita visitas visite visites",
    "saw": "impression seen viewed_ad",
    "opened": "open opens geoffnet abierto ouvert",
    "clicked": "click clicks geklickt clic clics",
    "searched": "search search_performed query",
    "read": "article_read",
    "subscribed": "subscribe subscription subscriber opt_in opted_in optin newsletter_signup newsletter_sign_up "
    "signed_up_newsletter subscription_started subscription_created subscription_confirmed resubscribe resubscribed",
    "unsubscribed": "unsubscribe opt_out opted_out optout unsub unsubscription subscription_ended "
    "subscription_cancelled subscription_canceled cancelled_subscription canceled_subscription",
    "followed": "follow follower",
    "unfollowed": "unfollow",
    "registered": "registro registros "
    "register registration signup sign_up signed_up account_created created_account user_created rsvp "
    "rsvp_yes anmeldung anmeldungen inscription inscripcion",
    "joined": "join member_joined member_added group_user_added",
    "left": "leave member_left member_removed group_user_removed membership_cancelled membership_canceled "
    "membership_ended account_closed account_deactivated churned deactivated",
    "liked": "like reaction reacted reaction_added upvote upvoted favourite favorite star star_created starred heart",
    "shared": "share retweet repost reposted reblog boost",
    "recommended": "recommend recommendation testimonial petition petition_signed signed_petition signature",
    "rated": "rate rating review_score nps survey survey_response survey_completed satisfaction_rating",
    "referred": "refer referral",
    "posted": "post topic thread topic_created created_topic thread_created post_created tweet status comment "
    "commented comment_added comment_created issue_comment issue_comment_created",
    "replied": "reply post_reply email_reply response_received",
    "asked": "ask question question_asked",
    "answered": "answer answer_posted accepted_answer accepted_solution solution",
    "mentioned": "mention mention_received",
    "complained": "complaint complain",
    "contacted": "contact ticket ticket_created ticket_opened case_created form_submitted form_submission chat_started "
    "call_received inquiry enquiry",
    "purchased": "purchase order order_completed order_placed order_paid placed_order sale transaction bought paid "
    "payment charge invoice_paid checkout_completed bestellung bestellungen kauf zahlung achat commande compra",
    "refunded": "reversal reversed storno "
    "refund refund_issued order_returned item_returned chargeback erstattung ruckerstattung "
    "remboursement reembolso",
    "redeemed": "redeem redemption coupon_used",
    "donated": "donation donate gift giving pledge pledged spende spenden don dons donativo donacion donaciones",
    "attended": "attend attendance attendee checked_in check_in checkin teilnahme teilgenommen asistencia "
    "asistio participation",
    "contributed": "contribution contribute commit pushed "
    "pull_request pull_request_opened pull_request_merged merged patch "
    "issue",
    "volunteered": "volunteer shift volunteer_shift",
    "reviewed": "review code_review pull_request_review review_posted",
    "spoke": "talk speaker presented",
    "sponsored": "sponsor sponsorship",
    "emailed": "email email_sent sent send newsletter_sent campaign_sent",
    "messaged": "message message_sent sms sms_sent dm",
    "called": "call phone_call call_made anruf anrufe telefonat telefonate appels llamada llamadas chiamata chiamate",
    "met": "meeting visit_made",
    "responded": "ticket_replied agent_reply",
    "resolved": "resolve ticket_closed ticket_solved solved case_closed conversation_closed",
    "invited": "invite invitation invitation_sent",
    "thanked": "thank thank_you",
}
# What may stand beside a name of each kind and change nothing. It is never one list for all: a newsletter is opened by
# her, but a ticket or an account is opened otherwise, and who `left a comment` has not left.
BESIDE = {
    "visited": "page pages site website product homepage landing pricing blog item link",
    "opened": "newsletter email e mail mailing campaign marketing digest tracked",
    "clicked": "newsletter email e mail mailing campaign marketing digest link button banner ad cta url tracked",
    "searched": "site product",
    "read": "article post page newsletter blog",
    "subscribed": "newsletter email e mail mailing list sms marketing digest blog weekly monthly new user contact",
    "unsubscribed": "newsletter email e mail mailing list sms marketing digest blog weekly monthly user contact "
    "from all",
    "followed": "company page account twitter linkedin instagram new you us",
    "unfollowed": "company page account twitter linkedin instagram you us",
    "registered": "account webinar event course meetup workshop conference new user customer online",
    "joined": "group community channel team club chapter space server meetup new user member",
    "left": "group community channel team club chapter space server meetup user member",
    "liked": "post comment reply topic tweet photo video page article",
    "shared": "post link article page content photo video story",
    "recommended": "product us you page",
    "rated": "product app service ticket support",
    "referred": "friend customer new",
    "posted": "topic thread comment message photo forum new issue",
    "replied": "email e mail topic thread post comment message forum",
    "asked": "question new",
    "answered": "question survey",
    "contacted": "support us new",
    "purchased": "product item ticket online new membership",
    "refunded": "order payment purchase donation gift",
    "redeemed": "coupon voucher discount code gift card points reward offer",
    "donated": "online monthly recurring new one time single",
    "attended": "webinar event meetup workshop training conference class session course online",
    "volunteered": "event new",
    "reviewed": "code",
    "spoke": "event meetup conference webinar",
    "sponsored": "event meetup conference",
    "emailed": "marketing",
    "thanked": "donor donation",
}
# What systems that send mailings log beside opens and clicks.
DELIVERED = "delivered delivery"
AGAINST = (
    "spamreport spam_report spam_complaint spam spammed complaint complained abuse abuse_report group_unsubscribe "
)
AGAINST += "list_unsubscribe"
PASSING = "bounce bounced hard_bounce soft_bounce hard_bounced soft_bounced softbounce hardbounce dropped deferred "
PASSING += "processed queued accepted rejected failed blocked delayed delivery_delayed rendering_failure suppressed"
LITTLE = "a an the to for on at of"  # never `in`, `out`, `up`, `off`, `no`, `by` or `from`, which turn a meaning
READABLE = re.compile(r"[A-Za-z0-9 _./:'’()&,+-]*")  # a sign of any other sort may say what no word here does


def kind_of(name: str, kinds: Kinds) -> str | None:
    """Return the kind that an event name means, or None where any of its words is unknown or it may mean two.

    >>> from ziggurat.base.kinds import load
    >>> [kind_of(name, load()) for name in ("Newsletter unsubscribed", "Page Views", "Unlike", "not attended")]
    ['unsubscribed', 'visited', None, None]
    """
    if not READABLE.fullmatch(name):
        return None
    words = plain(name).split("_")
    if found := kind_named("_".join(words), kinds):
        return found
    bare = [word for word in words if word not in PASSED_OVER]
    if found := kind_named("_".join(bare), kinds):
        return found
    if any(word not in WORDS and word.removesuffix("s") not in WORDS for word in bare):
        return None  # as most texts that are no event names: a wide file has many
    rests = {kind: "_".join(word for word in bare if word not in also) for kind, also in ALSO.items()}
    meant = {kind for kind, rest in rests.items() if kind_named(rest, kinds) == kind}
    return meant.pop() if len(meant) == 1 else None


def of_mailings(name: str, there: Iterable[str], kinds: Kinds) -> str | None:
    """Return what an event name means beside `opened`, as systems log it that send mailings: a kind, or `skip`.

    What is delivered was sent, unless the file says that, too; who reports spam wants no more of it. there: all names.
    """
    names = {*map(plain, there)}
    if not any(kind_of(one, kinds) == "opened" for one in names):
        return None
    if plain(name) in DELIVERED.split():
        return SKIP if any(kind_of(one, kinds) == "emailed" for one in names) else "emailed"
    return "unsubscribed" if plain(name) in AGAINST.split() else SKIP if plain(name) in PASSING.split() else None


def kind_named(name: str, kinds: Kinds) -> str | None:
    """Return the kind that has this whole name, in one or in many."""
    for one in (name, name.removesuffix("s")):
        found = KNOWN.get(one, one)
        if found in kinds.group_of:
            return found
    return None


KNOWN = {their: kind for kind, theirs in EVENT_NAMES.items() for their in theirs.split()}
ALSO = {kind: frozenset(words.split()) for kind, words in BESIDE.items()}
WORDS = frozenset("_".join([*KNOWN, *BESIDE]).split("_")).union(*ALSO.values())
PASSED_OVER = frozenset(LITTLE.split())
