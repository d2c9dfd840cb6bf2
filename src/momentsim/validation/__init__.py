"""`momentsim validate`: small proofs that what is simulated is what theory and arithmetic say.

A proof goes through the whole product: scenario text, `scenario.load`, `model.lower` and `prepare`,
`engine.simulate`, `measures`. And the proofs are tested themselves: `mutation` plants bugs, each of which must
be caught.
"""
