"""The `@liquid` directive: templates read and rendered as LiquidJS does it, in either of two versions.

scanner, tokens    characters and words; a template cut into texts, outputs and tags
expressions        values, conditions and filters, read into functions; `comparisons` has the operators
nodes              the tags
context, values    what a rendering reads from; values and their properties
filters            the filters by name, from `dates`, `encodings`, `lists`, `numbers` and `texts`
memory             what a filter may use

No library for Liquid is used: LiquidJS has no grammar but what its tokenizer does, and others refuse much of that.
"""

from destination.mapping.liquid.templates import LONGEST_TEMPLATE, compile_liquid

__all__ = ["LONGEST_TEMPLATE", "compile_liquid"]
