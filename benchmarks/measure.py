"""Run one command and print its seconds, its exit status and its peak memory in KiB.

Run it as ``python -I -S measure.py PROGRAM ARGUMENT...``: a process inherits the peak memory of the
one that starts it, so the one that measures must be smaller than all that it measures.
"""

import os
import sys
import time

silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=silence)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - start
# macOS counts bytes where Linux counts KiB.
peak = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(seconds, os.waitstatus_to_exitcode(status), peak)
