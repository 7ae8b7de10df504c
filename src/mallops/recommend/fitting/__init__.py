"""Fits states and scores many customers at once, with numpy and scipy (extra `recommend`)."""

from mallops.recommend.fitting.fit import fit

__all__ = ["fit"]
