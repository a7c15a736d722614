"""What a server takes from whoever connects, and what it answers beyond that; over real sockets."""

from __future__ import annotations

import itertools
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, replace

import pytest

from contracts import BASE_PATH, Request
from mockserver import Mock, Response, ServerThread
from mockserver.exchange.response import Delivery, Handler
from mockserver.http.limits import Limits
from tests.kit.connection import HEADERS, zoho
from tests.kit.serving import mockserver, serving, typed, until
from tests.kit.wire import Client

PATH = f"{BASE_PATH}/connections"
HEAD = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()
GOOD = json.dumps(zoho()).encode()
HEALTH = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
LIST = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n".encode() + HEAD + b"\r\n"
POST = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n".encode() + HEAD
SHORT = Limits(head_timeout=0.2, body_timeout=0.2, keep_alive=0.2)
LONG = Limits(head_timeout=60, body_timeout=60)


def create(body: bytes = GOOD) -> bytes:
    return POST + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    parts = (b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(parts) + end


@contextmanager
def listening(
    thread: ServerThread, handle: Handler, limits: Limits | None = None, others: int = 0
) -> Iterator[Callable[[], Client]]:
    """Makes clients of a server, beside others that say nothing; all are closed at the end."""
    server = thread.start(handle, limits=limits)
    clients: list[Client] = []

    def connect() -> Client:
        clients.append(Client(int(server.origin.rpartition(":")[2])))
        return clients[-1]

    try:
        for _ in range(others):
            connect().send(HEALTH).answer()  # so that it is connected
        yield connect
    finally:
        for client in clients:
            client.socket.close()
        thread.stop(server)


# Time


def prompt(connect: Callable[[], Client], data: bytes) -> Client:
    """A client that has sent ``data`` well before `SHORT` ends; where the machine is busy a later attempt does."""
    for _ in range(50):
        before = time.monotonic()
        client = connect().send(data)
        if time.monotonic() - before < SHORT.head_timeout / 2:
            return client
        client.socket.close()
    pytest.skip("this machine never sends in time")


@pytest.mark.parametrize(
    "part",
    [b"G", b"GET / HT", b"GET / HTTP/1.1\r\nHo", HEALTH[:-2], b"GET /\r\n", create()[:-1], chunked(b"{}", end=b"")]
    + [POST + b"Transfer-Encoding: chunked\r\n\r\n5", POST + b"Content-Length: 5\r\n\r\n"],
)
def test_half_a_request_is_408_in_time(mock: Mock, thread: ServerThread, part: bytes) -> None:
    with listening(thread, mock.handle, SHORT) as connect:
        client = prompt(connect, part)
        assert client.answer() == (408, {"error_code": "408000", "message": "The request took too long to arrive"})
        assert client.is_closed()
        assert prompt(connect, HEALTH).answer()[0] == 200
    assert mock.journal.entries() == []


@pytest.mark.parametrize(
    ("begin", "drops"), [(b"GET / HTTP/1.1\r\nX: ", b"x"), (POST + b"Content-Length: 9999\r\n\r\n", b"x")]
)
def test_one_byte_now_and_then_buys_no_more_time(mock: Mock, thread: ServerThread, begin: bytes, drops: bytes) -> None:
    with listening(thread, mock.handle, SHORT) as connect:
        client = connect().send(begin)
        client.socket.settimeout(0.02)
        answer = b""
        for _ in range(1000):
            try:
                client.send(drops)
                answer += client.socket.recv(1000)
            except TimeoutError:
                continue
            except OSError:  # closed before the last byte; its word may be there all the same
                with suppress(OSError):
                    answer += client.socket.recv(1000)
                break
            if answer:
                break
        assert b" 408 " in answer


@pytest.mark.parametrize("data", [b"", b"\r\n", HEALTH, HEALTH + b"\r\n\r\n"])
def test_an_idle_connection_is_closed_without_a_word(mock: Mock, thread: ServerThread, data: bytes) -> None:
    with listening(thread, mock.handle, SHORT) as connect:
        client = prompt(connect, data)
        if HEALTH in data:
            assert client.answer()[0] == 200
        assert client.is_closed()


def test_an_answer_that_nobody_takes_is_not_kept_for_ever(thread: ServerThread) -> None:
    with listening(
        thread, lambda _: Response(200, {}, b"1" * 20_000_000), replace(SHORT, max_connections=1)
    ) as connect:
        connect().send(HEALTH).socket.recv(10)
        served_at_last(connect)  # and all of it is taken


@pytest.mark.parametrize("blank", [b"\r\n", b"\r\n\r\n\r\n"])
def test_a_blank_line_doesnt_keep_a_connection(mock: Mock, thread: ServerThread, blank: bytes) -> None:
    with listening(thread, mock.handle, SHORT) as connect:
        client = prompt(connect, HEALTH)
        assert client.answer()[0] == 200
        with suppress(OSError):  # where the machine is busy it may be closed by now
            client.send(blank)
        assert client.is_closed()


def served_at_last(connect: Callable[[], Client]) -> None:
    """Ask until there is room for one more connection."""
    deadline = time.monotonic() + 20
    status = 503
    while status == 503 and time.monotonic() < deadline:
        client = connect()
        with suppress(OSError):  # which a connection beyond the limit may meet in place of its 503
            status = client.send(HEALTH).answer()[0]
        client.socket.close()
    assert status == 200


def test_a_slow_answer_is_not_the_clients_fault(mock: Mock, thread: ServerThread) -> None:
    mock.faults.add(delay=0.7)
    with listening(thread, mock.handle, SHORT) as connect:
        client = prompt(connect, LIST + LIST[:20])
        assert client.answer()[0] == 200
        assert client.answer()[0] == 408


def test_a_request_in_pieces_is_taken_in_time(mock: Mock, thread: ServerThread) -> None:
    whole = create() + chunked(GOOD[:9], GOOD[9:])
    with listening(thread, mock.handle, LONG) as connect:
        client = connect()
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for index in range(0, len(whole), 7):
            client.send(whole[index : index + 7])
        assert [client.answer()[0], client.answer()[0]] == [201, 201]


# Size


@pytest.mark.parametrize(("length", "end"), [(2000, b"\r\n\r\n"), (100_000, b"\r\n\r\n"), (3_000_000, b"")])
@pytest.mark.parametrize("unit", [b"x", b"x: y\r\n", b"\r\n: "])
def test_a_head_that_is_too_large_is_431(
    mock: Mock, thread: ServerThread, unit: bytes, length: int, end: bytes
) -> None:
    with listening(thread, mock.handle, replace(LONG, max_head=1024)) as connect:
        client = connect()
        with suppress(OSError):  # it needn't take more than it answers
            client.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + unit * (length // len(unit)) + end)
        status, body = client.answer()
        assert (status, body["error_code"]) in ((431, "431000"), (400, "400000"))
        assert status == 431 or unit == b"\r\n: "
        assert client.is_closed()


BODIES = {
    "declared": POST + b"Content-Length: 100000000\r\n\r\n",
    "declared, and half there": POST + b"Content-Length: 100000000\r\n\r\n" + b"x" * 3_000_000,
    "declared, and all there": create(b"x" * 3_000_000),
    "expecting a word": POST + b"Expect: 100-continue\r\nContent-Length: 3000000\r\n\r\n",
    "chunked": chunked(*[b"x" * 60_000] * 50, end=b""),
    "one large chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n" + b"x" * 3_000_000,
    "tiny chunks": chunked(*[b"x"] * 300_000, end=b""),
    "a form": POST.replace(PATH.encode(), b"/ims/token/v3") + b"Content-Length: 3000000\r\n\r\n",
    "of Zoho's": POST.replace(PATH.encode(), b"/accounts.zoho.eu/oauth/v2/token") + b"Content-Length: 3000000\r\n\r\n",
    "the control side's": b"POST /__admin/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n",
}


@pytest.mark.parametrize("data", BODIES.values(), ids=list(BODIES))
def test_a_body_past_the_limit_is_413_before_it_is_there(mock: Mock, thread: ServerThread, data: bytes) -> None:
    limit = 200_000 if b"\r\n1\r\nx" in data else 1024 * 1024
    with listening(thread, mock.handle, replace(LONG, max_body=limit)) as connect:
        client = connect()
        with suppress(OSError):  # it needn't take more than it answers
            client.send(data)
        first = client.socket.recv(13)
        assert first == b"HTTP/1.1 413 ", first
        rest = b""
        while not client.is_closed():
            rest += client.socket.recv(10_000)
        assert b"connection: close" in rest.lower()
        assert connect().send(LIST).answer()[1]["items"] == []


@pytest.mark.deep
def test_much_more_than_the_limit_is_not_read(mock: Mock, thread: ServerThread) -> None:
    """What the kernel holds aside, the client can't get rid of a body that was refused."""
    with listening(thread, mock.handle, LONG) as connect:
        client = connect().send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        chunks = (client.send(b"10000\r\n" + b"x" * 65536 + b"\r\n") for _ in itertools.count())
        with pytest.raises(OSError, match=r"reset|pipe|timed out"):
            deque(chunks, maxlen=0)


@pytest.mark.parametrize("limit", [2048, 3_000_000])
def test_the_largest_body_is_a_setting(thread: ServerThread, limit: int) -> None:
    from contracts import Contract

    mock = Mock(Contract(largest_body=limit))
    with listening(thread, mock.handle, replace(LONG, max_body=limit)) as connect:
        for size, status in ((limit, 201), (limit + 1, 413)):
            padding = size - len(json.dumps({**zoho(), "description": ""}))
            body = json.dumps({**zoho(), "description": "x" * padding}).encode()
            assert len(body) == size
            assert connect().send(create(body)).answer()[0] == status
    (broken,) = mock.journal.rows()[-1]["violations"]
    assert (broken["rule"], broken["allowed"]) == ("FS-BODY-02", [f"{limit} bytes"])


def test_fields_behind_a_body_are_no_headers(mock: Mock, thread: ServerThread) -> None:
    end = b"0\r\nx-sandbox-name: other\r\nX-Trailer: x\r\n\r\n"
    with listening(thread, mock.handle, LONG) as connect:
        client = connect().send(chunked(GOOD, end=end) + HEALTH)
        assert [client.answer()[0], client.answer()[0]] == [201, 200]
    (row,) = mock.journal.rows()
    assert row["sandbox_name"] == "prod"
    assert "x-trailer" not in row["request"]["headers"]


def test_endless_fields_behind_a_body_are_refused(mock: Mock, thread: ServerThread) -> None:
    with listening(thread, mock.handle, LONG) as connect:
        client = connect()
        with suppress(OSError):  # it needn't take more than it answers
            client.send(chunked(GOOD, end=b"0\r\nX: " + b"x" * 3_000_000))
        assert client.answer()[0] == 400
    assert mock.journal.entries() == []


# Connections


def test_a_connection_too_many_is_503_and_the_next_one_is_served(mock: Mock, thread: ServerThread) -> None:
    with listening(thread, mock.handle, replace(LONG, max_connections=2)) as connect:
        first, second = connect().send(HEALTH), connect().send(HEALTH)
        assert (first.answer()[0], second.answer()[0]) == (200, 200)
        third = connect()
        assert third.answer() == (503, {"error_code": "503000", "message": "Too many connections"})
        assert third.is_closed()
        for each in (first, third):
            each.socket.close()
        served_at_last(connect)


def test_connections_that_were_cut_leave_nothing_behind(mock: Mock, thread: ServerThread) -> None:
    with listening(thread, mock.handle, replace(LONG, max_connections=5)) as connect:
        for cut in (b"", b"GET", POST, create()[:-5], LIST, LIST * 5):
            for _ in range(5):
                client = connect().send(cut)
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.socket.close()
                served_at_last(connect)


# In order

# Answers to several clients are written together, an only client's at once.
alone_or_not = pytest.mark.parametrize("others", [0, 1])


@alone_or_not
def test_pipelined_requests_are_answered_in_order(mock: Mock, thread: ServerThread, others: int) -> None:
    with listening(thread, mock.handle, LONG, others) as connect:
        client = connect().send(create() + LIST + chunked(GOOD) + b"\r\n" + LIST + HEALTH)
        answers = [client.answer() for _ in range(5)]
    assert [status for status, _ in answers] == [201, 200, 201, 200, 200]
    assert [len(answers[place][1]["items"]) for place in (1, 3)] == [1, 2]


@alone_or_not
@pytest.mark.parametrize("delay", [0.0, 0.3])
@pytest.mark.parametrize(
    ("behind", "status"),
    [
        (b"garbage\r\n\r\n", 400),
        (b"GET /" + b"x" * 70_000, 431),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
        (POST + b"Content-Length: 9999999\r\n\r\n{", 413),
        (chunked(b"x" * 700_000, b"x" * 700_000), 413),
        (b"CONNECT x:1 HTTP/1.1\r\n\r\n", 400),
    ],
)
def test_a_refusal_waits_for_the_answers_before_it(
    mock: Mock, thread: ServerThread, others: int, delay: float, behind: bytes, status: int
) -> None:
    if delay:
        mock.faults.add(delay=delay)
    with listening(thread, mock.handle, LONG, others) as connect:
        client = connect().send(create() + LIST + behind)
        assert [client.answer()[0] for _ in range(3)] == [201, 200, status]
        assert client.is_closed()


@alone_or_not
@pytest.mark.parametrize("kind", ["drop", "truncate", "commit_then_drop"])
def test_nothing_behind_a_cut_answer_is_carried_out(mock: Mock, thread: ServerThread, others: int, kind: str) -> None:
    mock.faults.add(kind=kind, method="POST")
    with listening(thread, mock.handle, LONG, others) as connect:
        client = connect().send(LIST + create() + create() + create())
        assert client.answer()[0] == 200
        assert client.socket.recv(100) == b"" or kind == "truncate"
    assert len(mock.journal.entries()) == 2


@alone_or_not
def test_a_stalled_answer_holds_up_those_behind_it(mock: Mock, thread: ServerThread, others: int) -> None:
    mock.faults.add(kind="stall", method="POST", delay=0.5)
    with listening(thread, mock.handle, LONG, others) as connect:
        client = connect().send(create() + LIST)
        assert client.is_closed()
    assert [row["request"]["method"] for row in mock.journal.rows()] == ["POST"]


def test_what_is_pipelined_is_read_no_faster_than_it_is_answered(thread: ServerThread) -> None:
    """Requests of 30 kB: beside what the kernel holds, few of them are ever waiting."""
    request = b"GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 30_000 + b"\r\n\r\n"
    sent, worst, handled = 0, 0, 0

    def handle(_: Request) -> Response:
        nonlocal worst, handled
        handled += 1
        worst = max(worst, sent - handled * len(request))
        return Response(204)

    with listening(thread, handle, LONG) as connect:
        client = connect()

        def read() -> None:
            while client.socket.recv(65536):
                pass

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        for _ in range(2500):
            client.send(request)
            sent += len(request)
        client.socket.shutdown(socket.SHUT_WR)
        reader.join(20)
    assert handled > 500
    assert worst < 25_000_000


# Other protocols


@pytest.mark.parametrize("protocol", [b"h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", b"websocket", b"TLS/1.0"])
def test_a_wish_for_another_protocol_is_read_over(mock: Mock, thread: ServerThread, protocol: bytes) -> None:
    head = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol + b"\r\n"
    with listening(thread, mock.handle, LONG) as connect:
        client = connect().send(create().replace(b"Content-Length", head + b"Content-Length") * 2 + LIST)
        answers = [client.answer() for _ in range(3)]
    assert [status for status, _ in answers] == [201, 201, 200]
    assert len(answers[2][1]["items"]) == 2


# The command


def test_every_limit_is_an_option_and_an_environment_variable() -> None:
    text = mockserver("serve", "--help", COLUMNS="200").stdout
    for each in fields(Limits):
        assert f"--{each.name.replace('_', '-')} " in text
    options = ["--head-timeout", "20", "--max-body", "2048"]
    with serving("--port", "0", *options, MOCKSERVER_MAX_CONNECTIONS="1", MOCKSERVER_MAX_BODY="5") as (origin, _):
        client = Client(int(origin.rpartition(":")[2]))
        other = Client(int(origin.rpartition(":")[2]))
        assert other.answer()[0] == 503
        assert client.send(create(b"x" * 2049)).answer()[0] == 413
        client.socket.close()
        other.socket.close()


@pytest.mark.parametrize("option", ["--max-body=0", "--head-timeout=0", "--keep-alive=-1", "--max-connections=0"])
def test_a_limit_that_lets_nothing_in_is_wrong_use(option: str) -> None:
    result = typed("serve", option)
    assert (result.returncode, result.stdout) == (2, "")
    assert option.partition("=")[0] in result.stderr


class Held:
    """An answer that comes when the test says so."""

    def __init__(self) -> None:
        self.tells: list[Callable[[Response | BaseException], None]] = []
        self.is_asked = threading.Event()

    def when_done(self, tell: Callable[[Response | BaseException], None]) -> None:
        self.tells.append(tell)
        self.is_asked.set()


def test_what_is_sent_behind_a_cut_request_is_not_refused_beside_its_answer(
    mock: Mock, thread: ServerThread, caplog: pytest.LogCaptureFixture
) -> None:
    """As with a store, whose answers come later than the rest of a body that nobody reads."""
    held = Held()

    def handle(request: Request) -> Response:
        if request.method == "GET":
            return mock.handle(request)
        assert request.is_cut
        return Response(200, {}, b"", Delivery(later=held))

    with listening(thread, handle, LONG) as connect:
        client = connect()
        client.send(POST + b"Content-Length: 9000000\r\n\r\n" + b"x" * 900_000)
        assert held.is_asked.wait(30)
        for _ in range(3):
            assert connect().send(HEALTH).answer()[0] == 200  # by then what was sent has been read
        held.tells[0](Response(413, {}, b"{}"))
        assert client.answer() == (413, {})
        assert client.is_closed()
    assert caplog.records == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_who_says_no_more_is_answered_all_the_same(thread: ServerThread, count: int) -> None:
    """As with a store: a client may close its side as soon as it has asked."""
    held = [Held() for _ in range(count)]
    waits = iter(held)

    def handle(_: Request) -> Response:
        return Response(200, {}, b"", Delivery(later=next(waits)))

    with listening(thread, handle) as connect:
        client = connect().send(LIST * count)
        client.socket.shutdown(socket.SHUT_WR)
        for number, each in enumerate(held):
            assert each.is_asked.wait(30)
            time.sleep(0.05)  # by then it is known that no more comes
            each.tells[0](Response(200, {}, b'{"number": %d}' % number))
            assert client.answer() == (200, {"number": number})
        assert client.is_closed()


def test_a_late_answer_that_takes_time_is_no_reason_to_wait_for_who_may_be_gone(thread: ServerThread) -> None:
    held = Held()
    with listening(thread, lambda _: Response(200, {}, b"", Delivery(later=held))) as connect:
        client = connect().send(LIST)
        assert held.is_asked.wait(30)
        client.socket.shutdown(socket.SHUT_WR)
        time.sleep(0.05)
        held.tells[0](Response(200, {}, b"{}", Delivery("stall")))
        assert client.is_closed()


def test_an_answer_without_an_end_waits_for_who_doesnt_read_it(thread: ServerThread) -> None:
    asked: list[int] = []

    def more() -> bytes:
        asked.append(1)
        return b"x" * 1_000_000

    def stands_still() -> bool:
        before = len(asked)
        time.sleep(0.2)
        return 0 < before == len(asked)

    with listening(thread, lambda _: Response(200, {}, b"", Delivery(delay=0.001, more=more)), LONG) as connect:
        client = connect().send(LIST)
        until(stands_still)
        before = len(asked)
        while len(asked) == before:
            assert client.socket.recv(65536)


@pytest.mark.parametrize("version", [b"0.9", b"1.2", b"2.0", b"9.9"])
def test_other_versions_of_http_are_told_so(mock: Mock, thread: ServerThread, version: bytes) -> None:
    with listening(thread, mock.handle) as connect:
        client = connect().send(LIST.replace(b"HTTP/1.1", b"HTTP/" + version))
        status, answer = client.answer()
        assert (status, answer["error_code"]) == (400, "400000")
        assert client.is_closed()
    assert mock.journal.entries() == []


@pytest.mark.parametrize(
    "fields",
    [
        b"Host: other.example\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
        b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: identity\r\n",
    ],
)
def test_two_hosts_and_codings_beside_chunks_are_refused(mock: Mock, thread: ServerThread, fields: bytes) -> None:
    with listening(thread, mock.handle) as connect:
        client = connect().send(LIST[:-2] + fields + b"\r\n0\r\n\r\n")
        status, answer = client.answer()
        assert (status, answer["error_code"]) == (400, "400000")
        assert client.is_closed()
    assert mock.journal.entries() == []


def test_chunks_are_told_in_any_letter_case(mock: Mock, thread: ServerThread) -> None:
    with listening(thread, mock.handle) as connect:
        sent = chunked(b"{}").replace(b"chunked", b"Chunked").replace(b"Transfer-Encoding: ", b"Transfer-Encoding:  ")
        assert b"Chunked" in sent
        assert connect().send(sent).answer()[1]["status"] == 400  # a body that was read, and judged
