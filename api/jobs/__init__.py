"""Jobs: whole files that are sent, rescored in the background, and fetched as lists and reports.

``upload.py`` takes a file in, ``folder.py`` knows where its pieces lie, ``foreman.py`` sees to it that one job at a time is done,
``order.py`` is what its process is told, ``child.py`` what that process does.
"""
