"""An operating system's scheduler with tasks, packets and queues: attributes, method calls, classes."""

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
DEVICE_PACKET, WORK_PACKET = range(2)


class Packet:
    def __init__(self, link, ident, kind):
        self.link, self.ident, self.kind = link, ident, kind
        self.datum = 0
        self.data = [0] * 4

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, scheduler, ident, priority, queue):
        self.scheduler, self.ident, self.priority, self.queue = scheduler, ident, priority, queue
        self.waiting = queue is None
        self.holding = False
        self.pending = queue is not None
        scheduler.tasks[ident] = self
        self.next = scheduler.first
        scheduler.first = self

    def add_packet(self, packet, old):
        if self.queue is None:
            self.queue = packet
            self.pending = True
            if self.priority > old.priority:
                return self
        else:
            packet.append_to(self.queue)
        return old

    def held_or_waiting(self):
        return self.holding or (not self.pending and self.waiting)

    def run_task(self):
        packet = None
        if self.pending and self.waiting:
            packet = self.queue
            self.queue = packet.link
            self.pending = self.queue is not None
            self.waiting = False
        return self.step(packet)

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.scheduler.held += 1
        self.holding = True
        return self.next

    def release(self, ident):
        task = self.scheduler.tasks[ident]
        task.holding = False
        return task if task.priority > self.priority else self

    def send(self, packet):
        target = self.scheduler.tasks[packet.ident]
        self.scheduler.sent += 1
        packet.link = None
        packet.ident = self.ident
        return target.add_packet(packet, self)


class Idle(Task):
    def __init__(self, scheduler, count):
        Task.__init__(self, scheduler, IDLE, 0, None)
        self.waiting = False
        self.control, self.count = 1, count

    def step(self, packet):
        self.count -= 1
        if self.count == 0:
            return self.hold()
        if self.control & 1 == 0:
            self.control //= 2
            return self.release(DEVICE_A)
        self.control = self.control // 2 ^ 0xD008
        return self.release(DEVICE_B)


class Worker(Task):
    def __init__(self, scheduler, queue):
        Task.__init__(self, scheduler, WORKER, 1000, queue)
        self.destination, self.counter = HANDLER_A, 0

    def step(self, packet):
        if packet is None:
            return self.wait()
        self.destination = HANDLER_B if self.destination == HANDLER_A else HANDLER_A
        packet.ident = self.destination
        packet.datum = 0
        for i in range(4):
            self.counter = self.counter % 26 + 1
            packet.data[i] = 64 + self.counter
        return self.send(packet)


class Handler(Task):
    def __init__(self, scheduler, ident, priority, queue):
        Task.__init__(self, scheduler, ident, priority, queue)
        self.work = self.devices = None

    def step(self, packet):
        if packet is not None:
            if packet.kind == WORK_PACKET:
                self.work = packet.append_to(self.work)
            else:
                self.devices = packet.append_to(self.devices)
        work = self.work
        if work is None:
            return self.wait()
        if work.datum >= 4:
            self.work = work.link
            return self.send(work)
        device = self.devices
        if device is None:
            return self.wait()
        self.devices = device.link
        device.datum = work.data[work.datum]
        work.datum += 1
        return self.send(device)


class Device(Task):
    def __init__(self, scheduler, ident, priority):
        Task.__init__(self, scheduler, ident, priority, None)
        self.packet = None

    def step(self, packet):
        if packet is None:
            packet = self.packet
            if packet is None:
                return self.wait()
            self.packet = None
            return self.send(packet)
        self.packet = packet
        return self.hold()


class Scheduler:
    def __init__(self):
        self.tasks = [None] * 6
        self.first = None
        self.held = self.sent = 0

    def run(self):
        task = self.first
        while task is not None:
            if task.held_or_waiting():
                task = task.next
            else:
                task = task.run_task()


def once():
    scheduler = Scheduler()
    Idle(scheduler, 10000)
    Worker(scheduler, Packet(Packet(None, WORKER, WORK_PACKET), WORKER, WORK_PACKET))
    for handler, device, priority in ((HANDLER_A, DEVICE_A, 2000), (HANDLER_B, DEVICE_B, 3000)):
        queue = None
        for _ in range(3):
            queue = Packet(queue, device, DEVICE_PACKET)
        Handler(scheduler, handler, priority, queue)
    Device(scheduler, DEVICE_A, 4000)
    Device(scheduler, DEVICE_B, 5000)
    scheduler.run()
    return scheduler.held, scheduler.sent


for _ in range(6):
    result = once()
print(result)
