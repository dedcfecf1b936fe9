"""The corpora of the check of what goes home: files that must be stopped (`hostile_*.py`) and honest outputs (`honest.py`).

Both are made by code when they are wanted; `test_release_corpora.py` and `./run bench release` send them through the finished programs.
"""
