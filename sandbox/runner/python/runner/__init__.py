"""What runs a strategy inside the sandbox: frames in, intents out.

Python has no realms: a strategy that wants to reaches every object of this process through frames,
subclasses and closures. What is done here against it is depth, and keeps honest strategies
deterministic. The boundary is the container, and the host computes all fills by itself from the
intents that come out, on its own copy of the bars.
"""
