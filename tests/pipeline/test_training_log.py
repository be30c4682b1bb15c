"""The training log: a row for each evaluation."""

from baoshu.files import read_jsonl


def test_training_with_the_shipped_config_keeps_its_losses_and_scores(small_model):
    rows = list(read_jsonl(small_model.parent.parent / "log.jsonl"))
    assert rows and [row["step"] for row in rows] == sorted({row["step"] for row in rows})
    assert all(set(row) == {"epoch", "step", "losses", "score"} and 0 <= row["score"] <= 1 for row in rows)
    assert rows[-1]["losses"]["entities"] > 0
