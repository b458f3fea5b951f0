"""A server that is ready and then answers no HTTP: ``python broken_server.py PORT``."""

from __future__ import annotations

import itertools
import socket
import socketserver
import struct
import sys

READY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
GARBAGE = b"\x00\xff not HTTP at all \r\n\r\n"
RESETS = struct.pack("ii", 1, 0)
"""What a socket must linger for, to be closed with a reset."""
asked_before = itertools.count()


class Answer(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        """Answer the question whether it is ready; the next with garbage, and no other at all."""
        asked = self.rfile.readline()
        if b"/ready" in asked:
            self.wfile.write(READY)
        elif asked and next(asked_before):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS)
            self.connection.close()
        elif asked:
            self.wfile.write(GARBAGE)


if __name__ == "__main__":
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Answer) as server:
        server.serve_forever()
