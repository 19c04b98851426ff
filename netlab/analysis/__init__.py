"""Shapes, costs and summaries of networks, found on the meta device."""
