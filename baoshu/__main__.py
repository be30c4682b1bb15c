"""Run the command line with ``python -m baoshu``."""

from baoshu.cli import main

if __name__ == "__main__":
    main()
