"""For each line on stdin: creates a Subprocess and prints the milliseconds from its construction to its first line of work."""

import os
import sys
import time

from offspring import Subprocess, SubprocessLoop


def note(pipe):
    os.write(pipe, time.monotonic_ns().to_bytes(8, "little"))


class Answer(Subprocess):
    def init(self, pipe):
        self.pipe = pipe

    def run(self):
        note(self.pipe)


class AnswerLoop(SubprocessLoop):
    def init(self, pipe):
        self.pipe = pipe

    def loop(self):
        note(self.pipe)
        return False


CLASSES = {"Answer": Answer, "AnswerLoop": AnswerLoop}

if __name__ == "__main__":
    Class = CLASSES[sys.argv[1]]
    reads, writes = os.pipe()
    for _ in sys.stdin:
        start = time.monotonic_ns()
        task = Class(writes)
        first_line = int.from_bytes(os.read(reads, 8), "little")
        task.wait()
        print((first_line - start) / 1e6, flush=True)
