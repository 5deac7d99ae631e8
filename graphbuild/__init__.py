"""graphbuild: what states promise at the United Nations, as a graph that can be questioned."""

__version__ = "0.1.0"
