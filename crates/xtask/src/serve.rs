//! Serves `dist/` on the loopback address, under the strict rules a careful site would set.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use tiny_http::{Header, Method, Request, Response, Server};

use crate::Outcome;
use crate::page::{self, Build};
use crate::program::{program, run};

/// Own files only, wasm allowed, nothing inline: a page that works here works on a strict host.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:";

/// How many requests may be answered at once.
const THREADS: usize = 4;

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
    site.answer();
    Ok(())
}

/// A folder and the port it is served on.
pub(crate) struct Site {
    folder: Arc<PathBuf>,
    server: Arc<Server>,
    port: u16,
}

impl Site {
    /// Listens on `port`, or on one of the next twenty, or on any.
    pub(crate) fn listen(folder: &Path, port: u16) -> Outcome<Self> {
        let ports = (port..port.saturating_add(20)).chain([0]);
        let server = ports.filter_map(|port| Server::http(("127.0.0.1", port)).ok()).next();
        let server = server.ok_or("no port of 127.0.0.1 can be listened on")?;
        let port = server.server_addr().to_ip().map_or(0, |address| address.port());
        Ok(Self { folder: Arc::new(folder.to_path_buf()), server: Arc::new(server), port })
    }

    /// Where a browser finds it.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Answers requests until the program ends.
    fn answer(&self) {
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| self.answer_in_turn());
            }
        });
    }

    /// Answers requests from now on, beside whatever the caller does next.
    pub(crate) fn answer_aside(self) {
        thread::spawn(move || self.answer());
    }

    fn answer_in_turn(&self) {
        for request in self.server.incoming_requests() {
            // A browser that hangs up in the middle is no concern of the next request.
            let _gone = answer(&self.folder, request);
        }
    }
}

fn answer(folder: &Path, request: Request) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(Response::from_string("only GET").with_status_code(405));
    }
    let file = asked_for(request.url()).map(|path| folder.join(path));
    let opened = file.and_then(|file| Some((File::open(&file).ok()?, content_type(&file))));
    let Some((file, kind)) = opened else {
        return request.respond(Response::from_string("not found").with_status_code(404));
    };
    let headers = [
        ("Content-Type", kind),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
    ];
    let mut response = Response::from_file(file);
    for (name, value) in headers {
        response.add_header(Header::from_bytes(name, value).expect("our headers are plain ASCII"));
    }
    request.respond(response)
}

/// The path below the folder, or none if the address tries to leave it.
fn asked_for(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
    if path.is_empty() {
        return Some("index.html".into());
    }
    let plain =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']);
    path.split('/').all(plain).then(|| path.into())
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
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
    use super::*;

    #[test]
    fn an_address_cannot_leave_the_folder() {
        assert_eq!(asked_for("/"), Some("index.html".into()));
        assert_eq!(asked_for("/a/b.css?x=1"), Some("a/b.css".into()));
        for bad in ["/../Cargo.toml", "/a/../../b", "//etc", "/.git/config", "/a\\b", "/c:/x"] {
            assert_eq!(asked_for(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_taken_port_is_no_obstacle() {
        let first = Site::listen(Path::new("."), 0).expect("a port");
        let second = Site::listen(Path::new("."), first.port).expect("another port");
        assert_ne!(first.port, second.port);
    }
}
