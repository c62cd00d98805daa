"""Attribute access of every kind: instance, class, slots, property, method, module, descriptor."""

import math


class Base:
    shared = 3

    def __init__(self):
        self.a, self.b, self.c = 1, 2, 3

    def method(self, x):
        return self.a + x

    @property
    def product(self):
        return self.b * self.c

    @classmethod
    def of_class(cls):
        return cls.shared

    @staticmethod
    def static(x):
        return x


class Derived(Base):
    def method(self, x):
        return super().method(x) + self.shared


class Slotted:
    __slots__ = ("p", "q")

    def __init__(self):
        self.p, self.q = 1, 2


total = 0
thing, slotted = Derived(), Slotted()
for i in range(90000):
    total += thing.a + thing.b + thing.shared + slotted.p + slotted.q
    thing.a = i & 7
    slotted.p = thing.c
    total += thing.method(1) + thing.product + thing.of_class() + thing.static(2)
    total += int(math.pi) + len(thing.__dict__)
print(total)
