"""Many report files → facts: local processes or Ray, files or a partitioned data set."""
