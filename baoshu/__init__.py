"""baoshu (报数) turns Chinese government work reports into facts that can be summed and compared."""

__version__ = "0.1.0"
