//! Starts the Epochscope application in the page that loaded it.

fn main() {
    epochscope_web::mount();
}
