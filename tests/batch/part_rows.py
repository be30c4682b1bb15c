"""The rows of a data set, in an order of their own."""

from baoshu.batch.parts import Parts


def dataset_rows(folder):
    parts = Parts(str(folder))
    listing = parts.listing()
    assert all(len(names) == 1 for names in listing.values())
    return in_order(row for (name,) in listing.values() for row in parts.read(name))


def in_order(rows):
    return sorted(rows, key=lambda row: (row["report_id"], row["start"], row["subject_start"]))
