"""Which kind an event name of another system is taken for, and which are left to a person."""

import re

import pytest

from ziggurat.base import kinds
from ziggurat.base.kinds import Group
from ziggurat.sources.events import BESIDE, EVENT_NAMES, LITTLE, kind_of
from ziggurat.sources.names import plain

from .conftest import KINDS

MEANT = """
    Newsletter unsubscribed     unsubscribed
    subscription_ended          unsubscribed
    Unsubscribed from list      unsubscribed
    Opted out                   unsubscribed
    opt-out                     unsubscribed
    Newsletter opened           opened
    Email opened                opened
    Opened e-mail               opened
    Marketing email click       clicked
    Link clicked                clicked
    Subscribed to newsletter    subscribed
    Opted In                    subscribed
    New subscriber              subscribed
    Campaign sent               emailed
    Page Views                  visited
    Product viewed              visited
    login                       visited
    User logged in              visited
    Form Submission             contacted
    Ticket created              contacted
    Ticket solved               resolved
    Satisfaction rating         rated
    Topic created               posted
    Issue comment               posted
    Post liked                  liked
    Replied to topic            replied
    Accepted solution           answered
    user_created                registered
    Registered for webinar      registered
    RSVP Yes                    registered
    Attended event              attended
    Webinar attended            attended
    Checked In                  attended
    Joined group                joined
    Left the group              left
    Member left                 left
    account_closed              left
    New follower                followed
    Unfollow                    unfollowed
    Order Placed                purchased
    Ticket purchased            purchased
    Orders                      purchased
    Order refunded              refunded
    Coupon redeemed             redeemed
    Gift card redeemed          redeemed
    Recurring donation          donated
    PullRequestMerged           contributed
    pull_request_review         reviewed
    Starred                     liked
    star.created                liked
    Comment Added               posted
"""
NOT_MEANT = """
    Login failed, not logged in, logged out,
    Signed out, Signed off, Unlike, Unliked, Disliked, Downvoted, Unstar, unshared, unregistered, Deregistered,
    not attended, Did not attend, No Show, Non-attendance, never opened, Not opened, Email not opened, Unopened, Unread,
    Email bounced, Hard Bounce, Email Delivered, Email Dropped, Email deferred, Cleaned, Abuse complaint,
    Pull request closed, Issue closed, Issue opened, Issue reopened, Case opened, Account opened, Fork,
    Post unliked, Post deleted, Comment deleted, Reply deleted, Topic closed, unaccepted_solution,
    Left a comment, Left feedback, Message from customer, Returned to site, Ad served, Goal met, star.deleted,
    Reaction removed, Like removed,
    Order cancelled, Order fulfilled, Order not paid, Payment failed, Charge failed, Purchase abandoned, Cart abandoned,
    Checkout started, Checkout, Donation cancelled, Pledge withdrawn, Coupon expired, Refund requested,
    Closed, Closed Lost, Lead converted, Declined, Cancelled, Invite accepted, Invitation declined, RSVP No,
    Event cancelled, Waitlisted, Registration cancelled, Unassigned, Ticket unsolved, Ticket reopened, Survey sent,
    Subscription declined, Unresubscribed, un-subscribed to, Asked to leave, Contact created,
    Contact unsubscription failed,
    не attended, ❌ Attended, Attended ✗, !attended, 未 opened, , _, 'Attended' = no
"""


def meant() -> list[list[str]]:
    return [re.split(r"  +", line.strip()) for line in MEANT.strip().splitlines()]


def not_meant() -> list[str]:
    return [name.strip() for name in NOT_MEANT.replace("\n", " ").split(",")]


@pytest.mark.parametrize(("name", "kind"), meant())
def test_a_name_that_is_wholly_understood_has_a_kind(name, kind):
    assert kind_of(name, KINDS) == kind


@pytest.mark.parametrize("name", not_meant())
def test_a_name_that_may_mean_something_else_has_none(name):
    assert kind_of(name, KINDS) is None


@pytest.mark.parametrize("kind", KINDS.group_of)
@pytest.mark.parametrize("turned", ["not {}", "un{}", "non-{}", "{} cancelled", "{} failed", "{} declined", "no {}"])
def test_a_word_that_turns_the_meaning_takes_the_kind_away(turned, kind):
    for name in (kind, *EVENT_NAMES.get(kind, "").split()):
        found = kind_of(turned.format(name), KINDS)
        assert found != kind or turned.format(name) in EVENT_NAMES[kind].split()


def test_kinds_of_a_workspace_are_found_by_their_own_names():
    own = kinds.load({"club": Group(inward=("sailed",))})
    assert (kind_of("Sailed", own), kind_of("Not sailed", own)) == ("sailed", None)


def test_every_name_is_written_plainly_and_means_one_kind():
    names = [word for value in EVENT_NAMES.values() for word in value.split()]
    beside = [word for value in BESIDE.values() for word in value.split()]
    assert [*names, *beside] == [plain(word) for word in (*names, *beside)]
    assert len(names) == len(set(names))
    assert set(EVENT_NAMES) | set(BESIDE) <= set(KINDS.group_of)
    assert not {"in", "out", "up", "off", "no", "not", "un", "non", "by"} & {*beside, *LITTLE.split()}
