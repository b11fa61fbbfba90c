"""The log of a conversation that is measured has the ties of the graph that it was written from, and is asked."""

from __future__ import annotations

from bench import conversation, graph
from ziggurat.workspace import Workspace


def test_its_ties_are_the_edges_of_the_graph(tmp_path) -> None:
    made = conversation.write_conversation(str(tmp_path), "200", "900")
    assert made["people"] == 200
    source, target, _ = graph.read(tmp_path)
    assert made["edges"] == source.size
    assert 1.5 * source.size < made["interactions"] - 200 < 2.5 * source.size
    space = Workspace.open(tmp_path / "space")
    replied = "SELECT counterpart IS NULL AS by_post, count(*) AS n FROM interactions WHERE kind = 'replied' GROUP BY 1"
    halves = space.sql(replied)["n"].to_pylist()
    assert len(halves) == 2
    assert min(halves) > 0.4 * sum(halves)
    rows = space.ask("conversation", at=conversation.AT).rows()
    assert len(rows) == len({*source.tolist(), *target.tolist()})
    assert sum(row["turns_to"] for row in rows) == sum(row["turned_to_by"] for row in rows) == source.size
    assert sum(row["times"] for row in rows) == sum(halves)
    assert conversation.converse(str(tmp_path))["seconds"][0] > 0
