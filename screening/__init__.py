"""Finds administrative penalties that hide a crime (两法衔接): from the narrative to the rule that fired."""

__version__ = "0.1.0"
