//! What the page calls. Memory is never given back: the page lets go of all of it at once.

use alloc::boxed::Box;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU8, Ordering};

use lol_alloc::LeakingPageAllocator;

use crate::unpacked;

/// The longest file that is taken.
const LONGEST: usize = 1 << 20;

/// The packed file, which the page writes here.
static FILE: [AtomicU8; LONGEST] = [const { AtomicU8::new(0) }; LONGEST];

#[global_allocator]
static MEMORY: LeakingPageAllocator = LeakingPageAllocator;

#[panic_handler]
fn panicked(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Where the page writes the packed file.
#[expect(unsafe_code, reason = "the page calls it by its name")]
#[unsafe(no_mangle)]
pub(crate) extern "C" fn file() -> *const AtomicU8 {
    FILE.as_ptr()
}

/// Unpacks the file of this length. Gives back where the wasm file stands, and its length above; 0
/// if the file is cut.
#[expect(unsafe_code, reason = "the page calls it by its name")]
#[unsafe(no_mangle)]
pub(crate) extern "C" fn unpack(length: usize) -> u64 {
    let bytes = FILE[..length].iter().map(|byte| byte.load(Ordering::Relaxed));
    unpacked(bytes).map_or(0, |wasm| {
        let wasm = Box::leak(wasm.into_boxed_slice());
        (wasm.len() as u64) << 32 | wasm.as_ptr() as u64
    })
}
