"""What does a mail say: who wrote it to whom, in reply to what, in which words of their own?"""
