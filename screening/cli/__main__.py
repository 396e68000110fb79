"""``python -m screening.cli`` is the ``screening`` command."""

from screening.cli import main

main()
