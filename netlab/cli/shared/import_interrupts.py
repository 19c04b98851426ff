"""Handle Ctrl-C during imports, so that no imported module swallows it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

EXIT_INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended."""

STDERR_FD = 2
"""Used without `sys.stderr`, because its buffers and locks may be in use at that moment."""

IMPORT_FILENAME = "<frozen importlib._bootstrap>"
"""The file name of Python's import code in tracebacks."""


@contextlib.contextmanager
def exit_on_ctrl_c_in_imports() -> Iterator[None]:
    """Within the body, Ctrl-C during an import ends the process immediately.

    Importing torch takes seconds, and some of its modules swallow every exception, even
    `KeyboardInterrupt`. No work is lost then. Outside imports, Ctrl-C works as usual. Has no
    effect outside the main thread, or if Ctrl-C already has a handler or is ignored.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _on_sigint)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _on_sigint(number: int, frame: FrameType | None) -> None:
    if is_importing(frame):
        with contextlib.suppress(OSError):
            os.write(STDERR_FD, b"netlab: interrupted\n")
        os._exit(EXIT_INTERRUPTED)
    signal.default_int_handler(number, frame)


def is_importing(frame: FrameType | None) -> bool:
    """Whether `frame` or one of its callers is Python's import code."""
    while frame is not None:
        if frame.f_code.co_filename == IMPORT_FILENAME:
            return True
        frame = frame.f_back
    return False
