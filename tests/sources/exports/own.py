"""What somebody gets who asks a network for a copy of their own data."""

from __future__ import annotations

from . import Case

CASES = {
    "x-posts": Case(
        'window.YTD.tweets.part0 = [ {"tweet":{"source":"<a>Web</a>","favorite_count":"3","id_str":"1","retweet_count":"1",'
        '"created_at":"Thu Mar 05 10:00:00 +0000 2026","full_text":"Hello","lang":"en"}}, {"tweet":{"favorite_count":"0",'
        '"in_reply_to_status_id_str":"1","id_str":"2","retweet_count":"0","created_at":"Fri Mar 06 10:00:00 +0000 2026",'
        '"full_text":"@ana thanks","in_reply_to_screen_name":"ana"}} ]',
        ("twitter:tweets posted", "twitter:tweets posted"),
        name="tweets.js",
    ),
    "x-followers": Case(
        'window.YTD.follower.part0 = [ {"follower":{"accountId":"7",'
        '"userLink":"https://twitter.com/intent/user?user_id=7"}} ]',
        (),
        "x-id:7",
        name="follower.js",
    ),
    "reddit-posts": Case(
        "id,permalink,date,ip,subreddit,gildings,title,url,body\n"
        "1a,https://www.reddit.com/r/club/comments/1a/x/,2026-03-05 10:00:00 UTC,,club,0,Hello,,First post\n",
        ("reddit:posts posted",),
        name="posts.csv",
    ),
    "reddit-comments": Case(
        "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\n"
        "c1,https://reddit.com/r/c/1a/x/c1/,2026-03-05 11:00:00 UTC,,club,0,https://reddit.com/r/c/1a/x/,,Thanks,\n",
        ("reddit:comments posted",),
        name="comments.csv",
    ),
    "linkedin-shares": Case(
        "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
        "2026-03-05 10:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A1,Hello all,,,MEMBER_NETWORK\n",
        ("linkedin:shares posted",),
        name="Shares.csv",
    ),
    "linkedin-comments": Case(
        "Date,Link,Message\n2026-03-05 10:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A1,Well done\n",
        ("linkedin:comments posted",),
        name="Comments.csv",
    ),
    "linkedin-reactions": Case(
        "Date,Type,Link\n2026-03-05 10:00:00,PRAISE,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A1\n",
        ("linkedin:reactions liked",),
        name="Reactions.csv",
    ),
    "linkedin-connections": Case(
        'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ana,Ng,https://www.linkedin.com/in/ana-ng,,Acme,Chair,05 Mar 2026\n"
        "Bo,Ito,https://www.linkedin.com/in/bo-ito,bo@x.org,,,17 Mar 2026\n",
        ("linkedin:ana-ng followed", "linkedin:bo-ito followed"),
        "linkedin:ana-ng linkedin:bo-ito",
        name="Connections.csv",
    ),
    "linkedin-messages": Case(
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
        "2-a,,Ana Ng,https://www.linkedin.com/in/ana-ng,Club,https://www.linkedin.com/in/club,"
        "2026-03-05 10:00:00 UTC,,Hi,INBOX\n",
        ("linkedin:ana-ng messaged",),
        "linkedin:ana-ng",
        name="messages.csv",
    ),
    "mastodon-outbox": Case(
        '{"@context":"https://www.w3.org/ns/activitystreams","id":"outbox.json","type":"OrderedCollection","orderedItems":['
        '{"id":"https://m.social/users/club/statuses/1/activity","type":"Create","actor":"https://m.social/users/club",'
        '"published":"2026-03-05T10:00:00Z","to":["https://www.w3.org/ns/activitystreams#Public"],"object":{"id":"o1",'
        '"type":"Note","url":"https://m.social/@club/1","content":"<p>Hello</p>"}},'
        '{"id":"https://m.social/users/club/statuses/2/activity","type":"Announce","actor":"https://m.social/users/club",'
        '"published":"2026-03-06T10:00:00Z","to":[],"object":"https://m.social/users/ana/statuses/5"}]}',
        ("mastodon:club@m.social posted", "mastodon:club@m.social shared"),
        name="outbox.json",
    ),
    "youtube-comments": Case(
        "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video ID,Comment Text,"
        'Top-Level Comment ID\nUgx1,UCclub,2026-03-05T10:00:00.000000+00:00,0,,,vid1,"{""text"":""Great""}",\n',
        ("youtube:ucclub posted",),
        name="comments.csv",
    ),
    "facebook-posts": Case(
        '[{"timestamp":1772704800,"data":[{"post":"Hello all"}],"title":"Club updated their status."}]',
        ("facebook:your-posts-1 posted",),
        name="your_posts_1.json",
    ),
    "facebook-comments": Case(
        '{"comments_v2":[{"timestamp":1772704800,"data":[{"comment":{"timestamp":1772704800,"comment":"Nice",'
        '"author":"Club"}}],"title":"Club commented on a post."}]}',
        ("facebook:comments posted",),
        name="comments.json",
    ),
    "instagram-posts": Case(
        '[{"media":[{"uri":"media/posts/1.jpg","creation_timestamp":1772704800,"title":"Our party"}]},'
        '{"media":[{"uri":"2.jpg","creation_timestamp":1772791200},{"uri":"3.jpg","creation_timestamp":1772791200}],'
        '"title":"Two","creation_timestamp":1772791201}]',
        ("instagram:posts-1 posted", "instagram:posts-1 posted"),
        name="posts_1.json",
    ),
    "instagram-comments": Case(
        '[{"media_list_data":[{"uri":""}],"string_map_data":{"Comment":{"value":"Lovely"},"Media Owner":{"value":"ana"},'
        '"Time":{"timestamp":1772704800}}}]',
        ("instagram:post-comments-1 posted",),
        name="post_comments_1.json",
    ),
    "instagram-followers": Case(
        '[{"title":"","media_list_data":[],"string_list_data":[{"href":"https://www.instagram.com/ana","value":"ana",'
        '"timestamp":1772704800}]}]',
        ("instagram:ana followed",),
        name="followers_1.json",
    ),
}  # fmt: skip
