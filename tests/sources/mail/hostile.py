"""What somebody could send to keep a parser busy: much of each."""

SIZE = 400_000
PIECES = (
    "<", ">", "<a ", "<br ", "<script>", "<style></style>", "<!--", "&", "&amp;", "\n", ">\n", "> On 2026 wrote:\n> x\n",
    "From: a\n", "_" * 30 + "\n", ":", "-", "--\n", "On ", " ", "\t", '"', '",', "(", "a@", "a@b.c,", "<a@b.c>", "=?utf-8?q?=",
    "=?", "=3D", "[", "Re: ", "Re: [a] ", "\0", "\r", "é", "x" * 250 + " wrote:\n>\n", "--a\n", "Content-Type: text/plain\n",
)  # fmt: skip
HOSTILE = {repr(piece[:20]): (piece * (SIZE // len(piece) + 1))[:SIZE] for piece in PIECES}
