"""One running process: its sockets, threads, memory, log lines, traces, and its end."""
