"""What the desk's tests share beside the fixtures."""

#: Diamonds per piece of listing 1.
PRICE = 100
TERMS, DETAILS, PROOF, REASON = (bytes([n]) * 32 for n in (0x7E, 0x0D, 0x9F, 0x4E))

#: States of an order.
OPEN, DELIVERED, DISPUTED, SETTLED, REFUNDED = range(1, 6)
STATE = {"open": OPEN, "delivered": DELIVERED, "disputed": DISPUTED, "settled": SETTLED, "refunded": REFUNDED}

#: Fields of `orderOf`.
STATE_FIELD, DEADLINE_FIELD = 4, 5

#: Fields of what an order binds.
WANTED = ("listing", "merchant", "terms", "delivery_time", "arbiter", "quantity", "details")

LARGEST_PRICE = 2**80 - 1
