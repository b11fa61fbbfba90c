"""Who is asked, through which lens, and how is it answered?"""
