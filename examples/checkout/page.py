"""What the checkout shows, as a program that answers golden cases: one question a line in, one answer a line out.

    -> {"id": "1", "input": {"ask": "price", "price": 80, "parameters": {"discount": 0.05, ...}}}
    <- {"id": "1", "answer": 76.0}

It imports nothing of the autopilot; page.mjs is the same program in JavaScript.
"""

import json
import sys
from typing import Any


def answer(question: dict[str, Any]) -> float | list[str]:
    """Return the price after the discount, or the ids of the products that are suggested."""
    values = question["parameters"]
    if question["ask"] == "price":
        return round(question["price"] * (1 - values["discount"]), 2)
    if question["ask"] == "suggestions":
        ranked = sorted(question["products"], key=lambda product: (-product["score"], product["id"]))
        shown = ranked[: values["suggestions"]]
        if values["layout"] == "grid":  # rows of three: an incomplete row is not shown
            shown = shown[: len(shown) - len(shown) % 3]
        return [product["id"] for product in shown]
    raise ValueError(f"no such question: {question['ask']}")


for line in sys.stdin:
    asked = json.loads(line)
    try:
        reply = {"id": asked["id"], "answer": answer(asked["input"])}
    except (KeyError, TypeError, ValueError) as error:
        reply = {"id": asked["id"], "error": str(error)}
    print(json.dumps(reply), flush=True)
