"""The idea of the Python library offspring, written anew after its description: a unit of work as a method of an object,
which runs in a process of its own, made by fork."""

import atexit
import multiprocessing
import signal
import time
import weakref

FORK = multiprocessing.get_context("fork")
_live = weakref.WeakSet()


class Subprocess:
    """Runs `run` in a child as soon as it is created. `init` prepares it, in the parent."""

    WAIT_FOR_CHILD = False
    TERMINATE_ON_SHUTDOWN = True
    EXPLICIT_START = False

    def __init__(self, *args, **kwargs):
        self.process = None
        self.init(*args, **kwargs)
        if not self.EXPLICIT_START:
            self.start()

    def init(self, *args, **kwargs):
        pass

    def run(self):
        raise NotImplementedError

    def start(self):
        started, tell = FORK.Pipe(duplex=False) if self.WAIT_FOR_CHILD else (None, None)
        self.process = FORK.Process(target=self._child, args=(tell,))
        self.process.start()
        _live.add(self)
        if started:
            tell.close()
            try:
                started.recv()
            except EOFError:
                pass
            started.close()

    def wait(self):
        self.process.join()

    def shutdown(self):
        if self.process is None:
            return
        if self.TERMINATE_ON_SHUTDOWN and self.process.is_alive():
            self.process.terminate()
        self.wait()

    def _child(self, tell):
        # What the parent has made is the parent's.
        _live.clear()
        self.prepare()
        if tell:
            tell.send(True)
            tell.close()
        self.run()

    def prepare(self):
        """In the child, before the parent knows that it has started."""


class SubprocessLoop(Subprocess):
    """Runs `loop` again and again in a child, between `begin` and `end`. `loop` returns the seconds to sleep, or False."""

    WAIT_FOR_CHILD = True
    DEFAULT_SLEEP = 0.05

    def begin(self):
        pass

    def loop(self):
        raise NotImplementedError

    def end(self):
        pass

    def prepare(self):
        self._stopped = False
        signal.signal(signal.SIGTERM, self._stop)

    def run(self):
        self.begin()
        try:
            while not self._stopped:
                pause = self.loop()
                if pause is False:
                    break
                self._sleep(self.DEFAULT_SLEEP if pause is None else pause)
        finally:
            self.end()

    def _stop(self, *_):
        self._stopped = True

    def _sleep(self, seconds):
        until = time.monotonic() + seconds
        # In pieces, since Python goes on with a sleep after a signal.
        while not self._stopped and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.01))


@atexit.register
def _shutdown_all():
    for each in list(_live):
        each.shutdown()
