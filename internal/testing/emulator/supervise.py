"""Runs an emulator and ends it, with everything that it started, when the test
process ends in whatever way: this process's standard input is a pipe whose other
end only the test process holds, so it reads end-of-file even after a panic.

Usage: supervise.py COMMAND [ARG...]
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading

PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 3


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(word) for word in f.read().split()]
    except OSError:
        return []


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def end(server):
    server.terminate()
    try:
        server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    # What the server started (functions, helpers) may be in sessions of its own;
    # as their subreaper we are the parent of whatever was orphaned.
    while left := descendants(os.getpid()):
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, 0):
                pass
        except ChildProcessError:
            pass


def main():
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)

    def until_the_test_ends():
        sys.stdin.buffer.read()
        end(server)
        os._exit(0)

    threading.Thread(target=until_the_test_ends, daemon=True).start()
    code = server.wait()
    end(server)
    os._exit(code if code >= 0 else 128 - code)


main()
