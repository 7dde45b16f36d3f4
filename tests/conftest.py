"""What all tests share."""

import signal

# Whoever starts the tests in the background of a shell has them ignore Ctrl-C, and so would the programs that they stop.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
