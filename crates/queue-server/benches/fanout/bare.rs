//! The bare loop: accepts readers, then writes the same bytes to each socket, one `send()` each.

use std::io::{BufRead, Read, Write};
use std::net::{TcpListener, TcpStream};

use socket2::{Domain, Socket, Type};

use crate::part::{say, thread_cpu_ns};

/// As the server's, so that both send under the same conditions.
const SEND_BUFFER_BYTES: usize = 16 * 1024;
const ACCEPTED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";

/// Says its port, then does what standard input asks for.
pub(crate) fn run() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_send_buffer_size(SEND_BUFFER_BYTES).unwrap();
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(4096).unwrap();
    let listener = TcpListener::from(socket);
    say(listener.local_addr().unwrap().port());
    let (mut sockets, mut bytes) = (Vec::new(), Vec::new());
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["accept", count, file] => {
                bytes = std::fs::read(file).unwrap();
                sockets.extend((0..count.parse().unwrap()).map(|_| accepted(&listener, &bytes)));
                say("accepted");
            }
            ["send"] => {
                let begun = thread_cpu_ns();
                for socket in &mut sockets {
                    socket.write_all(&bytes).unwrap();
                }
                say(thread_cpu_ns() - begun);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn accepted(listener: &TcpListener, first: &[u8]) -> TcpStream {
    let (mut socket, _) = listener.accept().unwrap();
    socket.set_nodelay(true).unwrap();
    let (mut head, mut piece) = (Vec::new(), [0; 1024]);
    while !head.ends_with(b"\r\n\r\n") {
        let count = socket.read(&mut piece).unwrap();
        assert!(count > 0, "a reader went away");
        head.extend_from_slice(&piece[..count]);
    }
    socket.write_all(&[ACCEPTED, first].concat()).unwrap();
    socket
}
