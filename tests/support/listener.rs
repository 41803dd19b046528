//! What the lines between two programs stand on: a port of their own, and a thread for each connection.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Listens on a free port until it is dropped.
pub(crate) struct Listener {
    address: String,
    is_over: Arc<AtomicBool>,
}

impl Listener {
    /// Serves each client in a thread of its own. How that ends is nobody's concern: connections are broken on purpose,
    /// and programs at both ends killed.
    pub fn start(serve: impl Fn(&TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (serve, is_over) = (Arc::new(serve), Arc::new(AtomicBool::new(false)));
        let over = Arc::clone(&is_over);
        std::thread::spawn(move || {
            let clients = listener.incoming().map_while(Result::ok);
            for client in clients.take_while(|_| !over.load(Ordering::Relaxed)) {
                let serve = Arc::clone(&serve);
                std::thread::spawn(move || drop(serve(&client)));
            }
        });
        Self { address, is_over }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // The listening thread looks up, and ends.
        drop(TcpStream::connect(self.address.trim_start_matches("http://")));
    }
}

/// Connects a client with a server for as long as `carry` takes; then both find the line broken.
pub(crate) fn between(
    client: &TcpStream,
    server: &str,
    carry: impl FnOnce(&TcpStream, &TcpStream) -> io::Result<()>,
) -> io::Result<()> {
    let server = TcpStream::connect(server.trim_start_matches("http://"))?;
    let done = carry(client, &server);
    drop(client.shutdown(Shutdown::Both));
    drop(server.shutdown(Shutdown::Both));
    done
}
