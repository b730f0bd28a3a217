"""Which members an answer has, against those of a recording, with what Stripe renamed between the versions taken into account."""

# Their members are data, not names.
MAPS = {"metadata"}
OLDEST = "2017-01-01"


class Moves:
    """versions.json: what came and what went, per version and place. A place is the object's kind and the path inside it."""

    def __init__(self, table):
        self.came, self.gone = {}, {}
        for move in table:
            for place, keys in move.get("came", {}).items():
                for key in keys:
                    self.came[(place, key)] = move["since"]
            for place, keys in move.get("gone", {}).items():
                for key in keys:
                    self.gone[(place, key)] = move["since"]

    def explains(self, place, key, how, version):
        """Whether a difference between an answer of `version` and today's is a move that Stripe made."""
        since = (self.came if how == "extra" else self.gone).get((place, key))
        return since is not None and (version or OLDEST)[:10] < since


def compare(recorded, answer, place=None):
    """(place, member, missing|extra) for everything that differs; values are not compared."""
    found = set()
    if isinstance(recorded, dict) and isinstance(answer, dict):
        kind = recorded.get("object")
        if isinstance(kind, str) and kind != "list":
            place = kind
        place = place or "answer"
        if place.split(".")[-1] in MAPS:
            return found
        found |= {(place, key, "missing") for key in recorded.keys() - answer.keys()}
        found |= {(place, key, "extra") for key in answer.keys() - recorded.keys()}
        for key in recorded.keys() & answer.keys():
            found |= compare(recorded[key], answer[key], f"{place}.{key}")
    elif isinstance(recorded, list) and isinstance(answer, list) and recorded and answer:
        found |= compare(recorded[0], answer[0], place)
    return found
