"""A network that swallows everything: a proxy before the server that can fall silent."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service import Server


class Network:
    """Forwards connections to a Unix socket. Nobody is told of its silence: no reset, no end."""

    def __init__(self, socket: Path) -> None:
        """Lead to the server that listens on *socket*."""
        self._socket = socket
        self._writers: list[asyncio.StreamWriter] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._loop: asyncio.AbstractEventLoop
        self._talks: asyncio.Event
        self._stopped: asyncio.Event
        self.port: int

    def start(self) -> None:
        """Listen on a port of its own, and forward."""
        self._thread.start()
        self._ready.wait()

    def fall_silent(self) -> None:
        """Forward nothing any more; whoever connects is accepted and gets no answer."""
        self._loop.call_soon_threadsafe(self._talks.clear)

    def come_back(self) -> None:
        """Forward again; the server learns that the clients of before are gone."""
        self._loop.call_soon_threadsafe(self._cut)
        self._loop.call_soon_threadsafe(self._talks.set)

    def stop(self) -> None:
        """End all connections."""
        self.come_back()
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._talks, self._stopped = asyncio.Event(), asyncio.Event()
        self._talks.set()
        async with await asyncio.start_server(self._accept, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stopped.wait()
            self._cut()

    def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        await self._talks.wait()
        from_server, to_server = await asyncio.open_unix_connection(self._socket)
        self._writers.append(to_server)
        await asyncio.gather(self._forward(reader, to_server), self._forward(from_server, writer))

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._talks.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@contextmanager
def network_before(server: Server) -> Iterator[Network]:
    """Put a network before *server*."""
    info = server.postgres.get_postmaster_info()
    network = Network(Path(str(info.socket_dir)) / f".s.PGSQL.{info.port}")
    network.start()
    try:
        yield network
    finally:
        network.stop()
