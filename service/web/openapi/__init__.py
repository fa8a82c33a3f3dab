"""The OpenAPI document, made from the routes, the Structs and the table of problems.

Litestar's own generator is not used: it knows no Struct docstrings, no closed inputs, and no problem as an answer.
"""
