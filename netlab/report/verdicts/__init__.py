"""How a claim is judged: read its operands, test them, decide, explain in a sentence."""
