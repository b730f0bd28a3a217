"""Valid catalogs that nobody has written: the same seed makes the same one."""
import random

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
RHYTHMS = [("month", 1), ("month", 1), ("year", 1), ("week", 1), ("day", 10), ("month", 3), ("week", 2)]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.prices_made = 0
        self.names = set()
        self.features = self.keys(5)
        self.meters = self.keys(4)
        self.currencies = self.random.sample(["usd", "eur", "jpy", "kwd", "chf"], self.random.randint(1, 3))

    def key(self, taken):
        while True:
            made = self.random.choice(LETTERS) + "".join(self.random.choice(LETTERS + "._-") for _ in range(self.random.randint(0, 12)))
            if made not in taken:
                taken.add(made)
                return made

    def keys(self, most):
        taken = set()
        return [self.key(taken) for _ in range(self.random.randint(0, most))]

    def some(self, of):
        return self.random.sample(of, self.random.randint(0, len(of)))

    def price(self, sold, once):
        self.prices_made += 1
        currency, (interval, count) = self.random.choice(self.currencies), self.random.choice(RHYTHMS)
        price = {"currency": currency, "unit_amount": self.random.choice([0, 1, 50, 4900, 990000]) * (10 if currency == "kwd" else 1)}
        if not once:
            price.update({"interval": interval, "interval_count": count})
        terms = (currency, None if once else (interval, count))
        if terms in sold:
            price["retired"] = True  # on the same terms only one may be sold
        sold.add(terms)
        by_id = self.random.random() < 0.2
        price["id" if by_id else "lookup_key"] = f"price_1Made{self.prices_made:06d}AbCdEf" if by_id else f"key {self.prices_made}/{self.key(set())}"
        return price

    def prices(self, once=False):
        sold = set()
        return [self.price(sold, once) for _ in range(self.random.randint(1, 4))]

    def limits(self):
        return {meter: self.random.choice([0, 1, 10, 1000, "unlimited"]) for meter in self.some(self.meters)}

    def product(self):
        taken = set()
        fallback = self.key(taken)
        tiers = {fallback: {"features": self.some(self.features[:1])}}
        for _ in range(self.random.randint(0, 3)):
            tiers[self.key(taken)] = {"features": self.some(self.features), "limits": self.limits(), "prices": self.prices()}
        product = {"fallback": fallback, "tiers": tiers}
        if self.random.random() < 0.3:
            product["trial_days"] = self.random.choice([0, 1, 30])
        return product

    def catalog(self):
        choose = self.random.choice
        made = {"purser_catalog": 1, "defaults": {"trial_days": choose([0, 0, 7, 14, 90]), "grace_days": choose([0, 3, 14]), "renewal_slack_hours": choose([0, 24, 72])},
                "features": {feature: choose([feature, f"Näme & <b>{feature}"]) for feature in self.features},
                "meters": {meter: {"window": choose(["lifetime", "day", "month", "billing_period"])} for meter in self.meters},
                "products": {self.key(self.names): self.product() for _ in range(self.random.randint(1, 3))}}
        if self.meters and self.random.random() < 0.6:
            made["add_ons"] = {self.key(self.names): {"limits": {choose(self.meters): choose([1, 5])}, "prices": self.prices()}}
        if self.meters and self.random.random() < 0.6:
            made["one_time"] = {self.key(self.names): {"credits": {choose(self.meters): choose([1, 5])}, "prices": self.prices(once=True)}}
        sold = any("prices" in tier for product in made["products"].values() for tier in product["tiers"].values()) or "add_ons" in made or "one_time" in made
        return made if sold else Maker(self.random.random()).catalog()  # nothing is sold: that is a mistake in a catalog
