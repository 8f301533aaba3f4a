"""Runs a program where nothing outside can be reached: `enclose.py [options] -- PROGRAM ...`, as root.

The program gets a network of its own in which there is only its loopback: no interface, no route, no address of the machine.
It also gets empty /run and /tmp of its own, where other programs' sockets lie (name services, mail, databases). What it
shall be reached by are socket files in the directory that `--keep` names.

  --keep DIRECTORY      stays visible, also where it lies in /tmp
  --user NAME           runs the program as this user
  --serve SOCKET PORT   whoever connects to the socket file reaches the program's loopback port; for the caller's user only
  --with-parent         the program dies with the process that started it
"""

import asyncio
import ctypes
import fcntl
import os
import pwd
import signal
import socket
import struct
import sys

NEW_MOUNTS, NEW_IPC, NEW_NETWORK = 0x00020000, 0x08000000, 0x40000000
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18
NO_SETUID, NO_DEVICES = 2, 4
GET_FLAGS, SET_FLAGS, IS_UP = 0x8913, 0x8914, 1
PARENT_DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38

libc = ctypes.CDLL(None, use_errno=True)


def checked(answer):
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def mount(source, target, kind, flags, data=None):
    encode = lambda text: None if text is None else text.encode()
    checked(libc.mount(encode(source), encode(target), encode(kind), ctypes.c_ulong(flags), encode(data)))


def hide(keep):
    """Empty /run and /tmp, with the kept directory where it was."""
    mount(None, "/", None, RECURSIVE | PRIVATE)
    kept = None if keep is None else os.open(keep, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
    for directory, mode in (("/run", "755"), ("/tmp", "1777")):
        mount("tmpfs", directory, "tmpfs", NO_SETUID | NO_DEVICES, f"mode={mode},size=64m")
        if keep is not None and os.path.realpath(keep).startswith(f"{directory}/"):
            os.makedirs(keep, mode=0o755)
            mount(f"/proc/self/fd/{kept}", keep, None, BIND)
    if kept is not None:
        os.close(kept)


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, GET_FLAGS, request))[1]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | IS_UP))


def become(user):
    if user is None:
        return
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def die_with(parent):
    checked(libc.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")


async def pour(reader, writer):
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        try:
            writer.write_eof()
        except OSError:
            writer.close()


async def relay(listener, port):
    # The event loop itself keeps no strong hold on its tasks.
    running = set()

    async def serve(reader, writer):
        running.add(asyncio.current_task())
        asyncio.current_task().add_done_callback(running.discard)
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pour(reader, inner_writer), pour(inner_reader, writer))
        inner_writer.close()
        writer.close()

    async with await asyncio.start_unix_server(serve, sock=listener) as server:
        await server.serve_forever()


def start_relay(path, port, user):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen(64)
    program = os.getpid()
    if os.fork() != 0:
        listener.close()
        return
    become(user)
    die_with(program)
    asyncio.run(relay(listener, port))
    sys.exit(0)


def main(arguments):
    split = arguments.index("--")
    options, program = arguments[:split], arguments[split + 1 :]
    value = lambda name: options[options.index(name) + 1] if name in options else None
    parent, user = os.getppid(), value("--user")
    try:
        checked(libc.unshare(NEW_NETWORK | NEW_MOUNTS | NEW_IPC))
        hide(value("--keep"))
        raise_loopback()
    except OSError as error:
        sys.exit(f"this machine lets no network and mounts of one's own be made: {error}")
    if "--serve" in options:
        at = options.index("--serve")
        start_relay(options[at + 1], int(options[at + 2]), user)
    become(user)
    if "--with-parent" in options:
        die_with(parent)
    checked(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    os.execvp(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
