//! Serves `dist/` on the loopback address, under the strict rules a careful site would set.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread;

use axum::Router;
use axum::http::{HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::Outcome;
use crate::page::{self, Build};
use crate::program::{program, run};

/// Own files only, wasm allowed, nothing inline: a page that works here works on a strict host.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:";

const LOOPBACK: &str = "127.0.0.1";

/// `cargo xtask serve`.
pub(crate) fn command(arguments: &[&str]) -> Outcome {
    let mut how = Build::Small;
    let mut open = false;
    let mut port = None;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "--open" => open = true,
            "--dev" => how = Build::Quick,
            "--port" => {
                let text = words.next().ok_or("--port needs a number")?;
                port = Some(text.parse().map_err(|_| format!("`{text}` is not a port"))?);
            }
            _ => {
                return Err(format!("serve does not know `{word}`; see `cargo xtask help`"));
            }
        }
    }
    let settings = page::build(how)?;
    let wanted = port.unwrap_or(settings.port);
    let site = Site::listen(&settings.dist, wanted)?;
    if site.port != wanted && wanted != 0 {
        println!("Port {wanted} is taken.");
    }
    println!("Epochscope is at {}  (Ctrl-C stops it)", site.address());
    if open {
        open_browser(&site.address());
    }
    site.answer()
}

/// A folder and the port it is served on.
pub(crate) struct Site {
    folder: PathBuf,
    listener: TcpListener,
    port: u16,
}

impl Site {
    /// Listens on `port`, or on one of the next twenty, or on any.
    pub(crate) fn listen(folder: &Path, port: u16) -> Outcome<Self> {
        let ports = (port..port.saturating_add(20)).chain([0]);
        let mut listeners = ports.filter_map(|port| TcpListener::bind((LOOPBACK, port)).ok());
        let listener = listeners.next().ok_or("no port of 127.0.0.1 can be listened on")?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        Ok(Self { folder: folder.to_path_buf(), listener, port: address.port() })
    }

    /// Where a browser finds it.
    pub(crate) fn address(&self) -> String {
        format!("http://{LOOPBACK}:{}/", self.port)
    }

    /// Answers requests until the program ends.
    fn answer(self) -> Outcome {
        self.answer_all().map_err(|error| format!("the page is no longer served: {error}"))
    }

    fn answer_all(self) -> io::Result<()> {
        self.listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            axum::serve(listener, pages(&self.folder)).await
        })
    }

    /// Answers requests from now on, beside whatever the caller does next.
    pub(crate) fn answer_aside(self) {
        thread::spawn(move || {
            if let Err(error) = self.answer() {
                eprintln!("{error}");
            }
        });
    }
}

/// The files of `folder`, with the headers that every answer carries.
fn pages(folder: &Path) -> Router {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let files = Router::new().fallback_service(ServeDir::new(folder));
    headers.into_iter().fold(files, |pages, (name, value)| {
        pages.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)))
    })
}

fn open_browser(address: &str) {
    let mut command = match std::env::consts::OS {
        "macos" => program("open", &[address]),
        "windows" => program("cmd", &["/C", "start", address]),
        _ => program("xdg-open", &[address]),
    };
    if let Err(error) = run(&mut command) {
        eprintln!("No browser was opened: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;
    use crate::program::root;

    /// A browser opens connections ahead of need; one that says nothing must hold up no other.
    #[test]
    fn idle_connections_hold_up_nobody() {
        let site = Site::listen(&root().join("docs"), 0).expect("a port");
        let port = site.port;
        site.answer_aside();
        let connect = || TcpStream::connect((LOOPBACK, port)).expect("a connection");
        let idle: Vec<TcpStream> = (0..50).map(|_| connect()).collect();
        let mut asking = connect();
        asking.write_all(b"GET /fidelity.md HTTP/1.0\r\n\r\n").expect("a request");
        let mut answer = String::new();
        asking.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.0 200 OK"), "{answer}");
        assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
        drop(idle);
    }

    #[test]
    fn a_taken_port_is_no_obstacle() {
        let first = Site::listen(Path::new("."), 0).expect("a port");
        let second = Site::listen(Path::new("."), first.port).expect("another port");
        assert_ne!(first.port, second.port);
    }
}
