"""baoshu (报数) turns Chinese government work reports into facts that can be summed and compared."""
