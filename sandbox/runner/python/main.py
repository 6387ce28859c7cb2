"""The program inside a container for strategies in Python. Started with -s -P -S -B, see the image."""

import os
import sys

folder = os.path.dirname(os.path.abspath(__file__))
# -P keeps the folder of the program off the path, and -S the packages of the image: Debian's, and pip's.
sys.path.insert(0, folder)
sys.path.append('/usr/lib/python3/dist-packages')
sys.path.append(f'{sys.prefix}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages')

from runner.channel import take_channel  # noqa: E402
from runner.core import RunnerCore  # noqa: E402
from runner.harden import harden_process  # noqa: E402
from runner.runtime import engine_hash, runtime_name  # noqa: E402

if 'ahead' in sys.argv[1:]:
    # Nobody waits yet: the engine is loaded before a run asks for it.
    import strategy_lab.engine.session  # noqa: F401

channel = take_channel()
core = RunnerCore(engine_hash(folder), runtime_name(), harden_process)
while not core.is_done:
    frame = channel.read_frame()
    if frame is None:
        break
    for answer in core.handle(*frame):
        channel.write(answer)
# Nothing of a strategy runs at the end: no finaliser, no exit handler.
os._exit(0)
