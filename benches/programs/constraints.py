"""A one-way constraint solver in DeltaBlue's manner: deep class hierarchies, lists of objects, virtual calls."""

REQUIRED, STRONG, MEDIUM, WEAK = range(4)


class Variable:
    def __init__(self, name, value=0):
        self.name, self.value = name, value
        self.constraints = []
        self.determined_by = None
        self.strength = WEAK + 1
        self.mark = 0


class Constraint:
    def __init__(self, strength):
        self.strength = strength

    def is_satisfied(self):
        return self.output is not None


class Edit(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self.variable = variable
        self.output = None
        variable.constraints.append(self)

    def variables(self):
        return (self.variable,)

    def choose(self, mark):
        free = self.variable.mark != mark and self.strength < self.variable.strength
        self.output = self.variable if free else None

    def inputs(self):
        return ()

    def execute(self):
        pass


class Binary(Constraint):
    def __init__(self, a, b, strength):
        super().__init__(strength)
        self.a, self.b = a, b
        self.output = None
        a.constraints.append(self)
        b.constraints.append(self)

    def variables(self):
        return (self.a, self.b)

    def choose(self, mark):
        a, b = self.a, self.b
        if b.mark != mark and self.strength < b.strength and not b.strength < a.strength:
            self.output = b
        elif a.mark != mark and self.strength < a.strength:
            self.output = a
        else:
            self.output = None

    def inputs(self):
        return (self.a,) if self.output is self.b else (self.b,)


class Equal(Binary):
    def execute(self):
        self.output.value = self.inputs()[0].value


class Scale(Binary):
    def __init__(self, a, b, factor, offset, strength):
        super().__init__(a, b, strength)
        self.factor, self.offset = factor, offset

    def execute(self):
        if self.output is self.b:
            self.b.value = self.a.value * self.factor + self.offset
        else:
            self.a.value = (self.b.value - self.offset) // self.factor


class Planner:
    def __init__(self):
        self.mark = 0

    def add(self, constraint):
        while constraint is not None:
            self.mark += 1
            constraint = self.satisfy(constraint)

    def satisfy(self, constraint):
        constraint.choose(self.mark)
        if not constraint.is_satisfied():
            return None
        for variable in constraint.inputs():
            variable.mark = self.mark
        output = constraint.output
        overridden = output.determined_by
        if overridden is not None:
            overridden.output = None
        output.determined_by = constraint
        output.strength = constraint.strength
        self.propagate(output)
        output.mark = self.mark
        return overridden

    def propagate(self, start):
        todo = [start]
        seen = set()
        while todo:
            variable = todo.pop()
            if id(variable) in seen:
                continue
            seen.add(id(variable))
            if variable.determined_by is not None:
                variable.determined_by.execute()
            for constraint in variable.constraints:
                if constraint.is_satisfied() and constraint is not variable.determined_by:
                    todo.append(constraint.output)


def chain(n):
    planner = Planner()
    variables = [Variable("v%d" % i) for i in range(n + 1)]
    for i in range(n):
        planner.add(Equal(variables[i], variables[i + 1], REQUIRED))
    for value in range(40):
        variables[0].value = value
        planner.propagate(variables[0])
    return variables[-1].value


def projection(n):
    planner = Planner()
    pairs = []
    for i in range(n):
        source, target = Variable("s%d" % i, i), Variable("t%d" % i, i)
        planner.add(Edit(source, MEDIUM))
        planner.add(Scale(source, target, 10, 1000, STRONG))
        pairs.append((source, target))
    total = 0
    for source, target in pairs:
        for value in range(12):
            source.value = value
            planner.propagate(source)
        total += target.value
    return total


for _ in range(4):
    result = chain(300), projection(1200)
print(result)
