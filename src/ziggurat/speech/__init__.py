"""What did people say, how does it sound, and what does it say of us?"""
