//! Short names for what a wasm file takes from its script.
//!
//! wasm-bindgen tells functions of one name apart by digits that no packer can make smaller. Script
//! and wasm file only have to agree.

use crate::Outcome;

use super::leb128::{Reader, written};

/// The id of the section that names what is imported.
const IMPORT: u8 = 2;
/// The kind of an import that is a function.
const FUNCTION: u8 = 0;

/// The wasm file and its script with short names.
pub(crate) fn shortened(wasm: &[u8], script: &str) -> Outcome<(Vec<u8>, String)> {
    let section = super::section(wasm, IMPORT).ok_or("the wasm file imports nothing")?;
    let mut reader = Reader { bytes: wasm, at: section.start };
    let mut script = script.to_owned();
    let count = reader.number()?;
    let mut out = written(count);
    for index in 0..count {
        let start = reader.at;
        reader.text()?;
        let module = start..reader.at;
        let name = reader.text()?;
        let name = String::from_utf8_lossy(&wasm[name]).into_owned();
        let kind = reader.number()?;
        if kind != usize::from(FUNCTION) {
            return Err(format!("the wasm file imports `{name}`, which is no function"));
        }
        let start = reader.at;
        reader.number()?;
        let short = format!("_{index:x}");
        let key = |name: &str| format!("{name}:function");
        if script.matches(&key(&name)).count() != 1 {
            return Err(format!("the script of the wasm file has not one `{name}`"));
        }
        script = script.replace(&key(&name), &key(&short));
        out.extend_from_slice(&wasm[module]);
        out.extend(written(short.len()));
        out.extend_from_slice(short.as_bytes());
        out.push(FUNCTION);
        out.extend_from_slice(&wasm[start..reader.at]);
    }
    // The length of the section stands before it, behind its id.
    let length = written(wasm[section.clone()].len()).len();
    let before = &wasm[..section.start - length];
    if before.last() != Some(&IMPORT) {
        return Err("the length of a section is not written in the fewest bytes".to_owned());
    }
    let wasm = [before, &written(out.len()), &out, &wasm[section.end..]].concat();
    Ok((wasm, script))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "{__wbg_now_4687:function(){},__wbg_now_46:function(a){}}";

    fn wasm() -> Vec<u8> {
        let import = |name: &str, kind: u8| {
            let length = u8::try_from(name.len()).expect("short");
            [&[1, b'm', length][..], name.as_bytes(), &[kind, 0]].concat()
        };
        let imports = [import("__wbg_now_46", 0), import("__wbg_now_4687", 0)].concat();
        let length = u8::try_from(imports.len() + 1).expect("short");
        [b"\0asm\x01\0\0\0", &[1, 1, 0, IMPORT, length, 2][..], &imports, &[11, 1, 0]].concat()
    }

    #[test]
    fn script_and_wasm_agree_on_short_names() {
        let (wasm, script) = shortened(&wasm(), SCRIPT).expect("all are functions");
        assert_eq!(script, "{_1:function(){},_0:function(a){}}");
        let names = b"\x02\x0f\x02\x01m\x02_0\0\0\x01m\x02_1\0\0\x0b\x01\0";
        assert!(wasm.ends_with(names), "{wasm:?}");
    }

    #[test]
    fn a_name_that_the_script_lacks_is_refused() {
        let error = shortened(&wasm(), "{}").expect_err("nothing is there");
        assert!(error.contains("__wbg_now_46"), "{error}");
    }
}
